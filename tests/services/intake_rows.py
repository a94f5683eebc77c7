"""Attempts of another registration site, and a directory with the temporary accounts it made."""

from pathlib import Path

from flask import Flask

from backoffice.demo import ldif
from backoffice.extensions import settings_of
from backoffice.services import intake
from backoffice.services.intake import Taken
from tests.directories import BASE, URN, write_dump
from tests.reconcile.worlds import code, name_of


def directory(folder: Path, *entries: str) -> dict[str, object]:
    """Write the directory; give the settings that lead to it."""
    write_dump(folder / "dump.ldif", list(entries))
    return {"ldap_uri": f"file://{folder}/dump.ldif", "ldap_base_dn": BASE}


def entry(number: int, branch: str = "temporary", name: str = "") -> str:
    """The account of person ``number``, named by its code unless told otherwise."""
    return ldif.entry(
        f"uid={name or code(number)},ou={branch},{BASE}",
        {
            "objectClass": "inetOrgPerson", "uid": name or code(number), "cn": "x", "sn": "x",
            "schacPersonalUniqueID": URN + code(number), "entryUUID": uuid(number),
        },
    )  # fmt: skip


def uuid(number: int) -> str:
    return f"5f0c1d2e-0000-4000-8000-{number:012}"


def attempt(number: int, outcome: str, /, **changed: str) -> dict[str, str]:
    return {
        "reference": f"A-{number}", "outcome": outcome, "national_code": code(number), "first_name": "مریم",
        "last_name": name_of(number), "father_name": "حسن", "birth_date": "1359/02/31", "mobile": "09123456789",
        **changed,
    }  # fmt: skip


def temporary(**changed: str) -> dict[str, str]:
    return attempt(3, "temporary", **{"expires_at": "2099-01-01", **changed})


def take(app: Flask, *rows: object) -> list[Taken]:
    return intake.take_all(rows, actor="intake", settings=settings_of(app))


def results(app: Flask, *rows: object) -> list[str]:
    return [one.result for one in take(app, *rows)]
