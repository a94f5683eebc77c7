"""Words of the HR settings that name nothing we know; without this they would be left out in silence.

Source: contract.md ``[hr.columns]``, ``[hr.status]``, ``[[hr.source]]``.
"""

from collections.abc import Collection, Iterator, Mapping

from backoffice.i18n import N_
from backoffice.rules import fields
from backoffice.services.fault import Fault
from backoffice.settings import Settings

UNKNOWN_NAME = N_("%(setting)s has a name we do not know: %(name)s.")
_KNOWN: Mapping[str, Collection[str]] = {
    "columns": fields.HR_FIELDS,
    "status": (*fields.STATUS_WORDS, *(name for name in fields.CLASS_OF_WORD if name not in fields.STATUS_WORDS)),
    "dates": fields.DATE_FIELDS,
}


def hr_faults(settings: Settings) -> Iterator[Fault]:
    """Give a fault for each unknown name in the tables of columns, status words and dates."""
    tables = {f"hr.{table}": getattr(settings.hr, table) for table in ("columns", "status")}
    for source in settings.hr.source:
        tables |= {f"hr.source «{source.name}» {table}": getattr(source, table) for table in _KNOWN}
    for setting, words in tables.items():
        known = _KNOWN[setting.rpartition(".")[2].rpartition(" ")[2]]
        for name in sorted(set(words) - set(known)):
            yield Fault(UNKNOWN_NAME, f"{setting}: {', '.join(known)}", {"setting": setting, "name": name})
