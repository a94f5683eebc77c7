"""Logs: JSON lines on standard error, readable lines on a terminal; nobody's codes, numbers or passwords in them.

Every logger of the process writes through one handler, so what a library says is masked too.
Source: reliability.md §2 ("a log reader").
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from backoffice import clock

MASK = "•••"
_DIGIT = "[0-9۰-۹٠-٩]"
_GAP = "[ \u200c\u200e\u200f()-]{0,2}"
# National codes (also without their leading zeros), mobiles in any spelling, and any other long number.
_LONG_NUMBER = re.compile(rf"(?:{_DIGIT}{_GAP}){{7,}}{_DIGIT}")
_LONG = 10_000_000
# Long numbers to the eye only.
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}[0-9:.,]*(?:\+[0-9]{2}:[0-9]{2}|Z)?)?")
_QUERY = re.compile(r"(?<=/)([^\s?\"']*)\?[^\s\"']*")
_LOGIN_IN_ADDRESS = re.compile(r"(?<=//)[^/\s@]+@")
_SUSPICIOUS = re.compile(f"{_DIGIT}|[?@]")
_SECRET_NAMES = re.compile(r"(?i)pass|secret|token|csrf|cookie|authorization|\bcode\b|seal")
_OURS = frozenset({"_record", "_from_structlog"})
# These repeat our own access line, with whole addresses.
_ACCESS_LOGS = ("gunicorn.access",)
_QUIET = {"apscheduler": logging.ERROR, "alembic": logging.WARNING, "asyncio": logging.WARNING}


class _StandardError(logging.Handler):
    """Writes to what standard error is at the moment of writing."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except (OSError, ValueError):
            self.handleError(record)


def configure() -> None:
    """Lead every logger of this process to standard error. Calling it again changes nothing."""
    root = logging.getLogger()
    if any(isinstance(handler, _StandardError) for handler in root.handlers):
        return
    root.addHandler(_handler())
    root.setLevel(logging.INFO)
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)
    for name in _ACCESS_LOGS:
        logging.getLogger(name).disabled = True
    logging.getLogger("werkzeug").addFilter(_is_no_access_line)
    _take_over("gunicorn.error")
    structlog.configure(
        processors=[*_FIRST, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def masked(value: Any) -> Any:
    """Give the value without long numbers, query strings and what is named like a secret; inside containers too."""
    if isinstance(value, Mapping):
        return {_masked_text(str(key)): _masked_item(str(key), item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [masked(item) for item in value]
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LONG else MASK
    return _masked_text(str(value))


def _masked_item(name: str, value: Any) -> Any:
    return MASK if _SECRET_NAMES.search(name) else masked(value)


def _masked_text(text: str) -> str:
    # Most of what is logged has nothing in it to look at more closely.
    if not _SUSPICIOUS.search(text):
        return text
    kept = _LOGIN_IN_ADDRESS.sub(f"{MASK}@", _QUERY.sub(r"\1", text))
    parts, end = [], 0
    for time in _TIME.finditer(kept):
        parts += [_LONG_NUMBER.sub(MASK, kept[end : time.start()]), time[0]]
        end = time.end()
    return "".join([*parts, _LONG_NUMBER.sub(MASK, kept[end:])])


def _mask(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {key: value if key in _OURS else _masked_item(key, value) for key, value in event.items()}


def _tell_places(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Say of what kind a fault is and where it arose, but not its own words: they may quote what a person typed."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    told = []
    while isinstance(error, BaseException):
        places = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        told.append({"fault": type(error).__name__, "places": places})
        error = error.__cause__ or error.__context__
    if told:
        event["faults"] = told
    return event


def _add_time(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    event["time"] = clock.now().isoformat(timespec="milliseconds")
    return event


_FIRST: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    _add_time,
]


def _handler() -> logging.Handler:
    renderer: Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    last: list[Processor] = [
        _tell_places,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _mask,
        renderer,
    ]
    handler = _StandardError()
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_FIRST, processors=last))
    return handler


def _is_no_access_line(record: logging.LogRecord) -> bool:
    return " - - [" not in record.getMessage()


def _take_over(name: str) -> None:
    """Let a logger that brought handlers of its own write through ours."""
    found = logging.getLogger(name)
    found.handlers, found.propagate = [], True
