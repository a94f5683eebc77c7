"""Every test makes an application of its own; without this werkzeug would compile the same hundred addresses each time.

What it compiles depends on the parts and defaults of a rule alone, so the outcome is kept for the whole run.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing.rules import Rule

_compile = Rule._compile_builder
_kept: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _kept:
        _kept[key] = _compile(rule, append_unknown)
    return _kept[key]


Rule._compile_builder = _compile_once  # type: ignore[method-assign, assignment]
