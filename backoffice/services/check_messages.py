"""What keeps messages from leaving, found without sending any."""

from collections.abc import Iterator

from backoffice.ports.mail import open_mail
from backoffice.ports.mail_smtp import NO_SENDER
from backoffice.ports.sms import open_sms
from backoffice.ports.sms_kavenegar import NO_KEY
from backoffice.ports.transport import TransportError
from backoffice.services.fault import Fault
from backoffice.settings import Settings, is_loopback

_SMTP_URL = "BACKOFFICE_SMTP_URL=smtps://user:password@mail.example.ac.ir"
_CURES = {
    NO_KEY: "BACKOFFICE_SMS_API_KEY_FILE=/etc/backoffice/sms.key",
    NO_SENDER: "BACKOFFICE_MAIL_FROM=desk@example.ac.ir",
}


def message_faults(settings: Settings) -> Iterator[Fault]:
    """Give the faults of SMS and mail: settings, and servers that cannot be reached or do not let us in."""
    if _is_worth_asking(settings):
        try:
            open_sms(settings).probe()
        except TransportError as fault:
            yield _fault(fault, f"curl -v https://{fault.values.get('host', '')}/")
    try:
        open_mail(settings).probe()
    except TransportError as fault:
        yield _fault(fault, _SMTP_URL)


def _is_worth_asking(settings: Settings) -> bool:
    """Say whether the gateway has a URL that may be used; another one is a fault of its own."""
    url = settings.sms_url
    if not url:
        return settings.sms_provider != "http"
    return url.startswith("https://") or is_loopback(url)


def _fault(fault: TransportError, cure: str) -> Fault:
    return Fault(fault.message, _CURES.get(fault.message, cure), fault.values)
