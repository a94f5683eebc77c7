"""Small directories for tests: LDIF dumps that agree with the people of ``tests.reconcile.exports``."""

from pathlib import Path

from backoffice.demo import ldif

BASE = "dc=example,dc=ac,dc=ir"
URN = "urn:schac:personalUniqueID:ir:nationalCode:"


def account(row: list[str], **changed: str) -> str:
    """The account of a row of ``people``; an empty value leaves the attribute out."""
    code, number, first, last, _status, unit, _born = row
    values = {
        "objectClass": "inetOrgPerson", "uid": f"u{number}", "cn": "Latin", "sn": "Latin", "givenName;lang-fa": first,
        "sn;lang-fa": last, "employeeNumber": number, "ou": unit, "schacPersonalUniqueID": URN + code,
        "entryCSN": "1", **changed,
    }  # fmt: skip
    return ldif.entry(f"uid=u{number},ou=people,{BASE}", {name: value for name, value in values.items() if value})


def write_dump(path: Path, entries: list[str]) -> None:
    """Write a whole directory with these people."""
    path.write_text(ldif.document([*ldif.tree(BASE), *entries]), "utf-8")
