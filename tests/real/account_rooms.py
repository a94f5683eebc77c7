"""What tests of temporary accounts on a real server have in common."""

import sqlalchemy as sa
from flask import Flask
from nacl.pwhash import argon2id

from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Operation, Registration
from backoffice.ports.directory import open_directory
from backoffice.services import account_secrets, accounts, queue
from tests.factories import make_verified

BASE = "dc=example,dc=ac,dc=ir"
PASSWORD = "a good password 7"
# As the web process hashes, but quicker.
_HASH = "{ARGON2}" + argon2id.str(PASSWORD.encode(), argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN).decode()


def overrides_of(server: LocalSlapd) -> dict[str, object]:
    """Settings of a test application that works on this server."""
    return {
        "ldap_uri": server.uri, "ldap_base_dn": BASE, "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password, "policy": {"mode": "act"},
    }  # fmt: skip


def ask(app: Flask, number: int, **values: object) -> int:
    """Ask for the temporary account of person ``number``; give the account's id."""
    registration_id = make_verified(number, **values)
    with writing() as session:
        registration = session.get_one(Registration, registration_id)
        account_secrets.seal(registration, _HASH, settings_of(app))
        return accounts.request_temporary(session, registration, settings_of(app), "applicant").id


def work_off(app: Flask) -> None:
    """Carry out what is due."""
    queue.work_off(app)
    db.session.rollback()


def opens(app: Flask, dn: str, password: str = PASSWORD) -> bool:
    """Say whether the password opens the account."""
    with open_directory(settings_of(app), profile="page") as directory:
        return directory.bind_as(dn, password.encode())


def the_account(account_id: int) -> Account:
    """Give the account as it is now."""
    db.session.rollback()
    return db.session.get_one(Account, account_id)


def last_operation(kind: str = "") -> Operation:
    """Give the newest operation (of a kind) as it is now."""
    db.session.rollback()
    wanted = Operation.kind == kind if kind else sa.true()
    return db.session.scalars(sa.select(Operation).where(wanted).order_by(Operation.id.desc()).limit(1)).one()


def dn_of(username: str) -> str:
    """Give the DN of a temporary account."""
    return f"uid={username},ou=temporary,{BASE}"
