"""The page of managers as tables of text, and its words read back: months, numbers, times."""

import re
from html import unescape

from persiantools.jdatetime import JalaliDate

from tests.views.conftest import DeskClient
from tests.views.recount import Group

PAGE, HIDDEN = "/admin/statistics/", "hidden"
SEASONS = ("Spring", "Summer", "Autumn", "Winter")


class Page:
    """The page of a period and a group: each table as rows of text, the first cell its title."""

    def __init__(self, client: DeskClient, first: int, last: int, group: Group) -> None:
        query = {"lang": "en", "from": first, "to": last, **({"group": ":".join(group)} if group[0] else {})}
        answer = client.get(PAGE, query_string=query)
        assert answer.status_code == 200
        self.text = answer.text
        sections = re.findall(r'<section class="panel figure-part" id="(\w+)">(.*?)</section>', self.text, re.DOTALL)
        self.tables = {name: self._rows(body) for name, body in sections}
        self.heads = {name: re.findall(r'<th scope="col">([^<]*)<', body) for name, body in sections}
        self.notes = {name: " ".join(re.findall(r'part-note">([^<]*)', body)) for name, body in sections}

    def _rows(self, body: str) -> list[list[str]]:
        lines = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", body, re.DOTALL)
        return [[_text(cell) for cell in re.split(r"<td[^>]*>", line)] for line in lines]

    def __getitem__(self, name: str) -> list[list[str]]:
        return self.tables[name]


def _text(cell: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", cell)).strip().removesuffix("—nothing")


def months_of(title: str) -> range:
    """The months of «Mehr 1404», «Autumn 1404», «1404»."""
    *word, year = title.split()
    if not word:
        return range(int(year) * 12, int(year) * 12 + 12)
    if word[0] in SEASONS:
        first = int(year) * 12 + SEASONS.index(word[0]) * 3
        return range(first, first + 3)
    names = [JalaliDate(1404, number, 1, locale="en").strftime("%B") for number in range(1, 13)]  # type: ignore[no-untyped-call]
    first = int(year) * 12 + names.index(word[0])
    return range(first, first + 1)


def number(cell: str) -> int:
    return int(cell.replace(",", ""))


def words(seconds: int) -> str:
    """A time as the page says it: whole minutes, from two hours on whole hours, from two days on whole days."""
    units = ((2 * 3600, 60, "minute"), (2 * 86400, 3600, "hour"), (10**12, 86400, "day"))
    _most, size, unit = next(each for each in units if seconds < each[0])
    return f"{seconds // size} {unit}{'' if seconds // size == 1 else 's'}"
