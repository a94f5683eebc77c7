"""The rows of HR among which one is chosen as the right one, in words."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from backoffice.i18n import N_, _
from backoffice.rules import fields as f
from backoffice.rules.identity_evidence import HrFact
from backoffice.rules.primary_row import choices
from backoffice.views.formats import digits
from backoffice.views.labels import field_title
from backoffice.views.mismatch_dates import day

_SHOWN = (f.FATHER_NAME, f.BIRTH_DATE, f.PERSONNEL_NUMBER, f.UNIT, f.STATUS)
_SAID = N_("%(field)s: %(value)s")
_ABOUT_THE_ROW = frozenset({"source", "status_class", "padded", "announced"})


class RowToChoose(NamedTuple):
    """One row. ``facts``: what else it says, field by field; ``source``: the title of its source."""

    mark: str
    name: str
    source: str
    facts: list[str]


def rows_to_choose(evidence: Mapping[str, Any], sources: Mapping[str, str]) -> list[RowToChoose]:
    """Give the rows of an attempt among which one has to be chosen; ``sources``: their titles."""
    found = choices([_fact(row) for row in evidence.get("hr") or []])
    rows = [
        RowToChoose(mark, row.whole_name, sources.get(row.source, row.source), [*_facts(row)])
        for mark, row in found.items()
    ]
    return sorted(rows, key=lambda row: (row.source, row.name, row.mark))


def _fact(row: Mapping[str, Any]) -> HrFact:
    values = {name: value for name, value in row.items() if name not in _ABOUT_THE_ROW}
    return HrFact(row["source"], values, row.get("status_class", ""), announced=bool(row.get("announced")))


def _facts(row: HrFact) -> Iterator[str]:
    for name in _SHOWN:
        value = digits(day(row.value(name))) if name == f.BIRTH_DATE else row.value(name)
        if value:
            yield _(_SAID, field=field_title(name), value=value)
