"""Which parameters of an address a page looks at: with others it can do nothing but what it does without them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, Request
from werkzeug.datastructures import ImmutableMultiDict

EVERY = "*"
_asked: set[str] = set()


class _Watched(ImmutableMultiDict[str, str]):
    def __getitem__(self, key: str) -> str:
        _asked.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, *args: Any, **kwargs: Any) -> list[Any]:
        _asked.add(key)
        return super().getlist(key, *args, **kwargs)

    def __contains__(self, key: object) -> bool:
        _asked.add(str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        _asked.add(EVERY)
        return super().__iter__()

    def items(self, multi: bool = False) -> Any:
        # With all values only the links go through it that keep the address: the same ones on every page.
        if not multi:
            _asked.add(EVERY)
        return super().items(multi)

    def lists(self) -> Any:
        _asked.add(EVERY)
        return super().lists()


class _WatchedRequest(Request):
    parameter_storage_class = _Watched


def watch(app: Flask) -> set[str]:
    """Give the set that the keys are added to which pages ask for from now on; ``EVERY`` where they go through all."""
    app.request_class = _WatchedRequest
    _asked.clear()
    return _asked


def concerns(query: str, asked: set[str]) -> bool:
    """Say whether a page that looked at these keys can tell the query from none at all."""
    return EVERY in asked or any(key in asked for key, _value in parse_qsl(query, keep_blank_values=True))
