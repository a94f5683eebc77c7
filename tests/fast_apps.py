"""Every test makes an application of its own; without this each would prepare the same addresses, pages and sentences.

What is kept for the whole run depends on files and rules alone, never on an application: compiled addresses, compiled
templates, the SQL of statements and the parsed catalogue. Passwords of the desk are hashed at a small cost.
"""

import gc
from functools import cache
from types import CodeType
from typing import Any

from babel.support import Translations
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from nacl.pwhash import argon2id
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing.rules import Rule

from backoffice.services import passwords


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never again in all that was imported."""
    gc.freeze()
    gc.set_threshold(20_000)


_compile = Rule.compile
_compiled: dict[tuple[Any, ...], Rule] = {}


def _compile_once(rule: Rule) -> None:
    """Take all that a rule with the same address was compiled to; converters know nothing of an application."""
    assert rule.map is not None
    asked = (rule.rule, rule.subdomain, rule.host, rule.map.host_matching, rule.merge_slashes, rule.strict_slashes)
    key = (*asked, repr(rule.defaults), tuple(rule.map.converters.items()))
    same = _compiled.get(key)
    if same is None:
        _compile(rule)
        _compiled[key] = rule
        return
    rule._parts, rule._trace, rule._converters = same._parts, same._trace, same._converters
    rule.arguments = same.arguments
    for name in ("_build", "_build_unknown"):
        setattr(rule, name, getattr(same, name).__func__.__get__(rule, None))


class _CompiledTemplates(BytecodeCache):
    """The code of each text of a template, in memory."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


_load = Translations.load


@cache
def _load_once(folder: str, languages: tuple[str, ...], domain: str) -> Any:
    return _load(folder, languages, domain)


def _load_kept(folder: str, languages: list[Any], domain: str) -> Any:
    return _load_once(folder, tuple(str(language) for language in languages), domain)


class _SharedCache:
    """One cache of compiled statements for all engines, in place of the one that each makes for itself."""

    def __init__(self) -> None:
        self._statements: Any = LRUCache(5000)

    def __get__(self, engine: Engine, _owner: type) -> Any:
        return self._statements

    def __set__(self, engine: Engine, own: Any) -> None:
        pass


def _is_same_kind(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other)


def _hash_of_kind(one: DefaultDialect) -> int:
    return hash(type(one))


Engine._compiled_cache = _SharedCache()  # type: ignore[assignment]
# A statement is kept with the dialect it was compiled for: one engine's SQLite is as good as another's.
DefaultDialect.__hash__ = _hash_of_kind  # type: ignore[method-assign,assignment]
DefaultDialect.__eq__ = _is_same_kind  # type: ignore[method-assign,assignment]
Rule.compile = _compile_once  # type: ignore[method-assign, assignment]
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _CompiledTemplates()}
Translations.load = _load_kept  # type: ignore[method-assign, assignment]
EFFORT_OF_THE_PRODUCT = (passwords._PASSES, passwords._BYTES)
passwords._PASSES, passwords._BYTES = argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN
