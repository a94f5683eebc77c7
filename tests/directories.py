"""Small directories for tests: LDIF dumps that agree with the people of ``tests.reconcile.exports``."""

import subprocess
from pathlib import Path

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd

BASE = "dc=example,dc=ac,dc=ir"
URN = "urn:schac:personalUniqueID:ir:nationalCode:"


def account(row: list[str], **changed: str | list[str]) -> str:
    """The account of a row of ``people``; an empty value leaves the attribute out."""
    code, number, first, last, _status, unit, _born = row
    values: dict[str, str | list[str]] = {
        "objectClass": "inetOrgPerson", "uid": f"u{number}", "cn": "Latin", "sn": "Latin", "givenName;lang-fa": first,
        "sn;lang-fa": last, "employeeNumber": number, "ou": unit, "schacPersonalUniqueID": URN + code,
        "entryCSN": "1", **changed,
    }  # fmt: skip
    return ldif.entry(f"uid=u{number},ou=people,{BASE}", {name: value for name, value in values.items() if value})


def write_dump(path: Path, entries: list[str]) -> None:
    """Write a whole directory with these people."""
    path.write_text(ldif.document([*ldif.tree(BASE), *entries]), "utf-8")


def content(server: LocalSlapd, *operational: str) -> dict[str, list[str]]:
    """DN -> sorted lines of each entry, as an independent client sees it; ``operational`` attributes on demand."""
    command = [
        "ldapsearch", "-LLL", "-x", "-H", server.uri, "-D", server.admin_dn, "-y", "/dev/stdin", "-b", server.base_dn,
        "-o", "ldif-wrap=no", "*", "pwdAccountLockedTime", *operational,
    ]  # fmt: skip
    found = subprocess.run(command, input=server.admin_password.encode(), capture_output=True, check=True)
    entries = (entry.splitlines() for entry in found.stdout.decode().strip().split("\n\n"))
    return {first: sorted(rest) for first, *rest in entries}
