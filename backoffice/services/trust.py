"""How far each kind of change is trusted: report, approve, auto. Source: mission S59.

Levels set on the desk are rows and win over settings; a source's own level wins over that for all sources.
"""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.i18n import N_
from backoffice.models import TrustLevel
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.services import audit
from backoffice.settings import Settings

LEVELS = ("report", "approve", "auto")
REPORT, APPROVE, AUTO = LEVELS
KINDS = (s.UPDATE, s.ENABLE, s.DISABLE)
EVERY_SOURCE = ""
AFTER_UNDO = "undo"
REASON_NEEDED = N_("Please give a reason.")
NO_SOURCE = N_("There is no HR source %(name)s.")
UNKNOWN = N_("There is no trust level %(level)s for %(kind)s.")


class Levels:
    """The levels in force at one moment."""

    def __init__(self, settings: Settings, rows: Mapping[tuple[str, str], str]) -> None:
        self._settings, self._rows = settings, rows
        self._of_source = {source.name: source.trust for source in settings.hr.sources}

    def of(self, kind: str, source: str | None) -> str:
        """Give the level of a kind of change of a source; key changes are always approved by a person.

        A warning goes with the disabling it announces; a question to HR is asked at least when a person applies it.
        """
        if kind == s.ASK_HR:
            return AUTO if self.of(s.DISABLE, source) == AUTO else APPROVE
        kind = s.DISABLE if kind == s.WARN else kind
        if kind not in KINDS:
            return APPROVE
        name = source or EVERY_SOURCE
        ways = (
            self._rows.get((kind, name)), self._of_source.get(name, {}).get(kind),
            self._rows.get((kind, EVERY_SOURCE)), getattr(self._settings.trust, kind),
        )  # fmt: skip
        return next(str(found) for found in ways if found)


def levels(settings: Settings) -> Levels:
    """Give the levels in force now."""
    rows = db.session.execute(sa.select(TrustLevel.kind, TrustLevel.source, TrustLevel.level))
    return Levels(settings, {(kind, source): level for kind, source, level in rows})


def set_on_the_desk() -> dict[tuple[str, str], TrustLevel]:
    """Give (kind, source) -> the level that a person or an undo set."""
    return {(row.kind, row.source): row for row in db.session.scalars(sa.select(TrustLevel))}


def set_level(kind: str, source: str, to: str, *, actor: str, reason: str, settings: Settings) -> None:
    """Set a level; ``source`` "" is every source.

    Raises RefusedError for an unknown kind, level or source, and without a reason.
    """
    if kind not in KINDS or to not in LEVELS:
        raise RefusedError(UNKNOWN, {"kind": kind, "level": to})
    if source not in (EVERY_SOURCE, *(known.name for known in settings.hr.sources)):
        raise RefusedError(NO_SOURCE, {"name": source})
    if not reason.strip():
        raise RefusedError(REASON_NEEDED)
    with writing() as session:
        row = session.get(TrustLevel, (kind, source))
        before = row.level if row else ""
        row = row or TrustLevel(kind=kind, source=source)
        row.level, row.set_at, row.set_by = to, clock.now(), actor
        session.add(row)
        audit.record(
            "trust:level:set", f"trust:{kind}:{source or 'all'}", actor=actor, reason=reason,
            before={"level": before}, after={"level": to},
        )  # fmt: skip


def step_back(changed: Iterable[tuple[str, str | None]], *, actor: str, settings: Settings) -> None:
    """Lower each (kind, source) that was taken back by one step."""
    now = levels(settings)
    for kind, source in sorted({(kind, source or EVERY_SOURCE) for kind, source in changed if kind in KINDS}):
        step = LEVELS.index(now.of(kind, source))
        if step > 0:
            set_level(kind, source, LEVELS[step - 1], actor=actor, reason=AFTER_UNDO, settings=settings)
