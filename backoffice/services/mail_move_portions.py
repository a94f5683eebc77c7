"""Cutting messages into portions of one command: not too many, not too many bytes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from backoffice.settings.services import MailMoveSettings


class _Sized(Protocol):
    @property
    def size(self) -> int: ...


Sized = TypeVar("Sized", bound=_Sized)


def portions(
    items: Iterable[Sized], settings: MailMoveSettings, is_alone: Callable[[Sized], bool] = lambda _item: False
) -> Iterator[list[Sized]]:
    """Give the items in portions of their order; a large one, or one that ``is_alone``, is a portion of its own."""
    portion: list[Sized] = []
    size, most = 0, settings.batch_bytes
    for item in items:
        alone = is_alone(item)
        full = len(portion) >= settings.batch_messages or size + item.size > most
        if portion and (alone or full):
            yield portion
            portion, size = [], 0
        portion.append(item)
        size += item.size
        if alone:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
