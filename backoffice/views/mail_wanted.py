"""The filter of the list of mail moves, read from the address and written into it."""

from dataclasses import asdict
from typing import Any

from flask import request, url_for

from backoffice.rules import mail_move_states as states
from backoffice.services import mail_move_filter
from backoffice.services.mail_move_filter import AGES, MOST, PAUSED, SIZES, TABS, TRIES, Wanted
from backoffice.views.parameters import choice


def read() -> Wanted:
    """Read it; what is no known choice is left out."""
    asked, first = request.args, next(iter(TABS))
    tab = choice(asked.get("tab"), tuple(TABS)) or first
    return Wanted(
        tab=tab, state=choice(asked.get("state"), states_of(tab)) or "",
        failure=choice(asked.get("failure"), tuple(states.FAILURE_WORDS)) or "",
        host=choice(asked.get("host"), tuple(mail_move_filter.hosts())) or "" if asked.get("host") else "",
        size=choice(asked.get("size"), tuple(SIZES)) or "", tries=choice(asked.get("tries"), tuple(TRIES)) or "",
        age=choice(asked.get("age"), tuple(AGES)) or "",
        text=asked.get("text", "")[:MOST].replace("\0", "").strip(),
    )  # fmt: skip


def states_of(tab: str) -> tuple[str, ...]:
    """Give the states to choose from in a tab."""
    may_pause = set(TABS[tab]) & set(states.OPEN)
    return (*TABS[tab], *([PAUSED] if may_pause else []))


def kept(wanted: Wanted) -> dict[str, str]:
    """Give the parameters of an address that keep the filter and the tab."""
    return {name: value for name, value in asdict(wanted).items() if value and value != next(iter(TABS))}


def address(endpoint: str) -> str:
    """Give an address that keeps the filter of this one."""
    kept_values: dict[str, Any] = {**kept(read())}
    return url_for(endpoint, **kept_values)
