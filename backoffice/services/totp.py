"""The second factor of desk users: time-based codes (RFC 6238), the secret sealed, each step used once."""

import hmac
from dataclasses import dataclass

import pyotp
import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Staff
from backoffice.ports.seal import Sealer
from backoffice.rules.errors import RefusedError
from backoffice.rules.text import fold_digits
from backoffice.services import audit
from backoffice.settings import Settings

STEP_SECONDS = 30
STEPS_EITHER_SIDE = 1
ISSUER = "Accounts desk"
_GROUP = 4
WRONG_CODE = N_("The code is not right. Please enter the newest one.")


@dataclass(frozen=True)
class Key:
    """A secret as a person enters it: in groups of four letters, or as an otpauth:// address."""

    in_groups: str
    address: str


class WrongCodeError(RefusedError):
    """The code is wrong, too old, or was used before."""

    def __init__(self) -> None:
        super().__init__(WRONG_CODE)


def new_secret(settings: Settings, staff_id: int) -> str:
    """Make a secret for enrolment; give it sealed, so that it can wait in the session. Raises SealError."""
    return _seal(settings, staff_id, pyotp.random_base32())


def readable(settings: Settings, staff_id: int, sealed: str) -> Key:
    """Open a sealed secret for the enrolment page."""
    secret = _open(settings, staff_id, sealed)
    username = db.session.get_one(Staff, staff_id).username
    groups = " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
    return Key(groups, pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER))


def enrol(settings: Settings, staff_id: int, sealed: str, code: str) -> None:
    """Switch the second factor on once a first code proves the secret arrived. Raises WrongCodeError."""
    step = _step_of(_open(settings, staff_id, sealed), code)
    if step is None:
        raise WrongCodeError
    with writing() as session:
        staff = session.get_one(Staff, staff_id)
        staff.totp_sealed, staff.totp_last_step = sealed, step
        audit.record("staff:totp:enrolled", f"staff:{staff.username}", actor=staff.username)


def check(settings: Settings, staff_id: int, code: str) -> None:
    """Accept a code once. Raises WrongCodeError for a wrong or used one."""
    staff = db.session.get_one(Staff, staff_id)
    step = _step_of(_open(settings, staff_id, staff.totp_sealed), code) if staff.totp_sealed else None
    if step is None:
        raise WrongCodeError
    unused = sa.update(Staff).where(Staff.id == staff_id, Staff.totp_last_step < step)
    with writing() as session:
        claimed = session.scalars(unused.values(totp_last_step=step).returning(Staff.id)).all()
    if not claimed:
        raise WrongCodeError


def _step_of(secret: str, code: str) -> int | None:
    typed = fold_digits(code).replace(" ", "").strip().encode()
    totp, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // STEP_SECONDS
    near = range(now - STEPS_EITHER_SIDE, now + STEPS_EITHER_SIDE + 1)
    return next((step for step in near if hmac.compare_digest(totp.generate_otp(step).encode(), typed)), None)


def _seal(settings: Settings, staff_id: int, secret: str) -> str:
    return Sealer(settings).seal(secret.encode(), _context(staff_id))


def _open(settings: Settings, staff_id: int, sealed: str) -> str:
    return Sealer(settings).unseal(sealed, _context(staff_id)).decode()


def _context(staff_id: int) -> bytes:
    return f"totp:{staff_id}".encode()
