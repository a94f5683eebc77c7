"""The switch that turns automatic approval off at once. Source: mission S39 ("One switch turns it off").

``[policy] auto_approve`` and the switch of the desk are in a row: either of them turns it off.
"""

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import Switch
from backoffice.rules.errors import RefusedError
from backoffice.services import audit
from backoffice.settings import Settings

AUTO_APPROVE = "auto_approve"
REASON_NEEDED = N_("Please give a reason.")
ALREADY = N_("It is so already.")
REASON_LENGTH = 500


def approves_by_itself(settings: Settings) -> bool:
    """Say whether requests that nothing stands against are approved by themselves."""
    return settings.policy.auto_approve and is_on()


def is_on() -> bool:
    """Say whether the switch of the desk is on; it is until somebody turns it off."""
    row = last_move()
    return row is None or row.is_on


def last_move() -> Switch | None:
    """Give who moved the switch last and why, None where nobody has."""
    return db.session.get(Switch, AUTO_APPROVE)


def turn(*, to: bool, reason: str, actor: str) -> None:
    """Turn automatic approval off or on again. Raises RefusedError without a reason, or where it is so already."""
    words = reason.strip()[:REASON_LENGTH]
    if not words:
        raise RefusedError(REASON_NEEDED)
    with writing() as session:
        row = session.get(Switch, AUTO_APPROVE, with_for_update=True, populate_existing=True)
        before = row is None or row.is_on
        if before == to:
            raise RefusedError(ALREADY)
        row = row or Switch(name=AUTO_APPROVE)
        row.is_on, row.reason, row.set_at, row.set_by = to, words, clock.now(), actor
        session.add(row)
        audit.record(
            "settings:auto_approve:turned", f"switch:{AUTO_APPROVE}", actor=actor, reason=words,
            before={"on": before}, after={"on": to},
        )  # fmt: skip
