"""The directory as one frame: our fields, who is protected, disabled, and which source covers whom.

The only place beside the ports that knows attribute names.
Source: reconciliation.md "Sources and scope", "Attributes", "The directory read".
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from backoffice.i18n import N_
from backoffice.ports.directory import ENTRY_CSN, ENTRY_UUID, SEPARATOR, Columns, Directory, DirectoryReadFailed
from backoffice.reconcile.directory_scope import Branches, covered_by, set_temporary_apart
from backoffice.reconcile.directory_state import ENDS, STATE_ATTRIBUTES, disabled
from backoffice.reconcile.directory_values import national_codes, numbers
from backoffice.rules import fields
from backoffice.settings import FLAT, HrSource, LdapSettings, Settings

# Columns that hold what the attribute of the same field holds, as it stands.
_AS_IT_IS = (
    "username", fields.FIRST_NAME, fields.LAST_NAME, fields.FULL_NAME, "latin_first_name", "latin_last_name",
    "latin_full_name", fields.UNIT, fields.UNIT_CODE, fields.TITLE, fields.EMPLOYMENT_TYPE, fields.MOBILE, "mail",
)  # fmt: skip
_STATE, _EXPIRY = "state", "expiry"
FIELDS = (*_AS_IT_IS, fields.NATIONAL_CODE, fields.PERSONNEL_NUMBER, _STATE)
_MODIFIED = "modifyTimestamp"
_OPERATIONAL = (ENTRY_UUID, ENTRY_CSN, _MODIFIED, *STATE_ATTRIBUTES)

_NOBODY = N_("The directory has no entry that matches the person filter; such a read is not used.")
_NO_IDENTITY = N_("The directory does not show entryUUID for %(count)s entries; without it nobody can be linked.")


@dataclass(frozen=True)
class DirectoryFrame:
    """One complete read of the directory.

    ``frame``: one row for each entry; text columns ("" where absent, several values joined with SEPARATOR) and the
    truth values ``protected`` and ``disabled``. ``missing_attributes``: configured, but unknown to the directory.
    ``absent_fields``: our fields the directory cannot hold; they take no part in a comparison.
    """

    frame: pd.DataFrame
    entries: int
    missing_attributes: tuple[str, ...]
    absent_fields: tuple[str, ...]
    seconds: float


def read(directory: Directory, settings: Settings, sources: Sequence[HrSource]) -> DirectoryFrame:
    """Read every entry that matches ``[ldap] person_filter`` under the base. Raises DirectoryError.

    A read that is not complete, or finds nobody, raises: it is never a smaller directory.
    """
    started = time.monotonic()
    missing = _missing(directory, wanted_attributes(settings.ldap))
    columns = directory.read_columns(settings.ldap.person_filter, _asked(settings.ldap, missing))
    frame = _frame(columns, settings)
    _require_people_with_identity(frame)
    branches = Branches(frame["dn"], settings)
    frame["branch"] = branches.names()
    frame["protected"] = branches.protected()
    frame["disabled"] = disabled(_cells(columns, *STATE_ATTRIBUTES), frame.pop(_STATE), frame["branch"])
    frame["covered_by"] = covered_by(directory, branches, frame["entry_uuid"], sources)
    if settings.ldap.temp_strategy == FLAT:
        ends = _cells(columns, *{ENDS, settings.ldap.attributes.expiry} - {""})
        set_temporary_apart(frame, (ends != "").any(axis=1))
    return DirectoryFrame(frame, len(frame), missing, _absent(settings.ldap, missing), time.monotonic() - started)


def wanted_attributes(ldap: LdapSettings) -> tuple[str, ...]:
    """Give the configured attributes that a read asks for, each once, in the order of our fields."""
    read_too = (_EXPIRY,) if ldap.temp_strategy == FLAT else ()
    named = [_attribute(ldap, field) for field in (*FIELDS, *read_too)]
    return tuple(dict.fromkeys(name for name in (*named, *ldap.match_keys) if name))


def _attribute(ldap: LdapSettings, field: str) -> str:
    return str(getattr(ldap.attributes, field))


def _missing(directory: Directory, wanted: Iterable[str]) -> tuple[str, ...]:
    known = directory.known_attributes()
    return tuple(name for name in wanted if known and name.lower().partition(";")[0] not in known)


def _absent(ldap: LdapSettings, missing: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(field for field in FIELDS if _attribute(ldap, field) in ("", *missing))


def _asked(ldap: LdapSettings, missing: tuple[str, ...]) -> list[str]:
    wanted = [name for name in wanted_attributes(ldap) if name not in missing]
    known = {name.lower() for name in wanted}
    return [*wanted, *(name for name in _OPERATIONAL if name.lower() not in known)]


def _cells(columns: Columns, *attributes: str) -> pd.DataFrame:
    """Give columns by attribute; those that were not asked for are empty."""
    held = {name.lower(): column for name, column in columns.by_attribute.items()}
    nothing = pa.chunked_array([pa.repeat("", len(columns))])
    cells: pd.DataFrame = pa.table({name: held.get(name.lower(), nothing) for name in attributes}).to_pandas()
    return cells


def _frame(columns: Columns, settings: Settings) -> pd.DataFrame:
    ldap = settings.ldap
    cells = _cells(columns, *{*wanted_attributes(ldap), *_OPERATIONAL, ""})
    of_field = {field: cells[_attribute(ldap, field)] for field in FIELDS}
    code = of_field[fields.NATIONAL_CODE]
    found = {
        "dn": pa.table({"dn": columns.dn}).to_pandas()["dn"],
        "entry_uuid": cells[ENTRY_UUID],
        "csn": cells[ENTRY_CSN],
        "modified": cells[_MODIFIED],
        **{field: of_field[field] for field in _AS_IT_IS},
        "national_code_raw": code,
        "national_code": national_codes(code, ldap.formats.national_code),
        "personnel_number": numbers(of_field[fields.PERSONNEL_NUMBER]),
        **{f"match_key_{n}": numbers(cells[name]) for n, name in enumerate(ldap.match_keys)},
        _STATE: of_field[_STATE],
    }
    return pd.DataFrame(found)


def _require_people_with_identity(frame: pd.DataFrame) -> None:
    if frame.empty:
        raise DirectoryReadFailed(_NOBODY)
    without = int((frame["entry_uuid"] == "").sum())
    if without:
        raise DirectoryReadFailed(_NO_IDENTITY, {"count": without})


__all__ = ["FIELDS", "SEPARATOR", "DirectoryFrame", "read", "wanted_attributes"]
