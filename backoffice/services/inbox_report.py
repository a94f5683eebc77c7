"""The report beside a file taken from the watched folder: Persian first, then English."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from backoffice import clock
from backoffice.i18n import LANGUAGES, N_
from backoffice.rules.jalali import to_jalali
from backoffice.services.sentences import sentence
from backoffice.services.snapshot_result import Imported
from backoffice.settings import Settings

ROWS = 100
FILE = N_("File: %(name)s")
TAKEN = N_("Looked at: %(at)s")
OUTCOMES = {
    "accepted": N_("Accepted as file number %(snapshot)s of «%(source)s»; it counts from now on."),
    "held": N_("Held, as file number %(snapshot)s of «%(source)s»; nothing was changed. Why:"),
    "unchanged": N_("The same as file number %(snapshot)s of «%(source)s», which is confirmed."),
}
NOT_READ = N_("Not read. Why:")
COUNTS = N_("%(rows)d rows, %(accepted)d good, %(aside)d set aside")
ASIDE = N_("Rows set aside:")
LINE = N_("line %(line)d: %(why)s")
MORE = N_("and %(count)d more")
NOTICES = N_("Good to know:")
HELD_ADVICE = N_("Repair the file and put it here again, or decide on the desk, page «HR files».")
_ISOLATE, _POP = "\u2068", "\u2069"


@dataclass(frozen=True)
class Refusal:
    """Why a file was not read at all."""

    message: str
    params: dict[str, Any]


def report(name: str, outcome: Imported | Refusal, settings: Settings) -> str:
    """Give the text of the report in both languages."""
    parts = ("\n".join(_lines(name, outcome, language, settings)) for language in LANGUAGES)
    return "\n\n".join(parts) + "\n"


def _lines(name: str, outcome: Imported | Refusal, language: str, settings: Settings) -> Iterator[str]:
    yield _say(FILE, language, name=f"{_ISOLATE}{name}{_POP}")
    yield _say(TAKEN, language, at=_now(language, settings))
    if isinstance(outcome, Refusal):
        yield _say(NOT_READ, language)
        yield f"- {sentence(outcome, language)}"
        return
    yield _say(OUTCOMES[outcome.status], language, snapshot=str(outcome.snapshot), source=outcome.source)
    yield from (f"- {sentence(gate, language)}" for gate in outcome.gates)
    if outcome.gates:
        yield _say(HELD_ADVICE, language)
    counts = {"rows": outcome.rows, "accepted": outcome.accepted, "aside": len(outcome.quarantined)}
    yield _say(COUNTS, language, **counts)
    yield from _aside(outcome, language)
    if outcome.warnings:
        yield _say(NOTICES, language)
        yield from (f"- {sentence(warning, language)}" for warning in outcome.warnings)


def _aside(outcome: Imported, language: str) -> Iterator[str]:
    if not outcome.quarantined:
        return
    yield _say(ASIDE, language)
    for row in outcome.quarantined[:ROWS]:
        yield "- " + _say(LINE, language, line=row.line, why=sentence(row, language))
    if (more := len(outcome.quarantined) - ROWS) > 0:
        yield "- " + _say(MORE, language, count=more)


def _say(message: str, language: str, **params: object) -> str:
    return sentence({"message": message, "params": params}, language)


def _now(language: str, settings: Settings) -> str:
    now = clock.now().astimezone(ZoneInfo(settings.timezone))
    return f"{to_jalali(now.date())} {now:%H:%M}" if language == "fa" else f"{now:%Y-%m-%d %H:%M}"
