"""What keeps messages from leaving, found without sending any."""

from collections.abc import Iterator

from backoffice.ports.mail import open_mail
from backoffice.ports.mail_smtp import NO_SENDER
from backoffice.ports.sms_kavenegar import NO_KEY
from backoffice.ports.transport import TransportError
from backoffice.services.fault import Fault
from backoffice.settings import Settings

_SET_URL = "BACKOFFICE_SMTP_URL=smtps://user:password@mail.example.ac.ir"
_SET_SENDER = "BACKOFFICE_MAIL_FROM=desk@example.ac.ir"


def message_faults(settings: Settings) -> Iterator[Fault]:
    """Give the faults in the settings of SMS and mail; nothing is contacted."""
    if settings.sms_provider == "kavenegar" and not settings.sms_api_key.get_secret_value():
        yield Fault(NO_KEY, "BACKOFFICE_SMS_API_KEY_FILE=/etc/backoffice/sms.key")
    try:
        open_mail(settings)
    except TransportError as fault:
        yield Fault(fault.message, _SET_SENDER if fault.message == NO_SENDER else _SET_URL, fault.values)
