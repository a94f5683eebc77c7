"""A new password: its rules, what is queued, what ends, and that nothing readable is kept."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from nacl import pwhash

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Message, Operation, WebSession
from backoffice.ports.seal import SealError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import account_password, account_secrets, profile_passwords, profile_sessions, sessions
from backoffice.services.profile_sessions import Visitor
from tests.factories import make_account
from tests.reconcile.worlds import code

NEW = "green kettle 78"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    account = make_account(1, latin_first_name="Maryam", latin_last_name="Karimi-Rad")
    found = profile_sessions.find(account, settings_of(app))
    assert found
    return found


def set_new(app: Flask, visitor: Visitor, new: str = NEW, again: str = "") -> None:
    sent = {"password": [new], "password_repeat": [again or new]}
    profile_passwords.set_recovered(visitor, sent, settings_of(app))


@pytest.mark.parametrize("new", ["short", "password1", f"{code(1)}ab", "09120000001ab", "karimi-rad99", "رمز عبور من"])
def test_a_weak_password_is_refused_by_the_rules_of_the_registration(app: Flask, visitor: Visitor, new: str) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        set_new(app, visitor, new)
    assert list(refused.value.faults) == ["password"]
    assert db.session.query(Operation).count() == 0


def test_two_different_ones_are_refused(app: Flask, visitor: Visitor) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        set_new(app, visitor, NEW, "green kettle 79")
    assert list(refused.value.faults) == ["password_repeat"]


def test_only_a_sealed_hash_is_queued_and_every_session_ends(app: Flask, visitor: Visitor) -> None:
    settings = settings_of(app)
    token = sessions.start_of_account(visitor.account_id)
    set_new(app, visitor)
    row = db.session.query(Operation).filter_by(kind="set_password").one()
    assert (row.kind, row.subject, row.priority) == ("set_password", visitor.actor, 1)
    sealed, mark = row.secret, row.desired["mark"]
    hashed = account_secrets.unseal_change(sealed, visitor.account_id, mark, settings).decode()
    assert pwhash.verify(hashed.removeprefix("{ARGON2}").encode(), NEW.encode())
    kept = [json.dumps(dict(one._mapping), default=str) for one in db.session.execute(sa.select(Operation.__table__))]
    assert not any(NEW in text or "argon2" in text for text in kept)
    assert (sessions.find(token).account_id, db.session.query(WebSession).count()) == (None, 0)
    assert db.session.query(AuditEntry).one().action == "profile:password:recovered"


def test_the_seal_fits_this_one_change_alone(app: Flask, visitor: Visitor) -> None:
    set_new(app, visitor)
    row = db.session.query(Operation).filter_by(kind="set_password").one()
    for account, mark in ((visitor.account_id + 1, row.desired["mark"]), (visitor.account_id, "another")):
        with pytest.raises(SealError):
            account_secrets.unseal_change(row.secret, account, mark, settings_of(app))


def test_a_password_that_cannot_be_written_is_kept_for_a_week_at_most(
    app: Flask, visitor: Visitor, later: Callable[[float], None]
) -> None:
    set_new(app, visitor)
    assert account_password.give_up_old() == 0
    later(8 * 86400)
    assert account_password.give_up_old() == 1
    db.session.rollback()
    row = db.session.query(Operation).filter_by(kind="set_password").one()
    assert (row.state, row.secret, row.detail) == ("parked", "", account_password.TOO_OLD)


def test_the_holder_hears_of_it_by_sms_and_mail_without_the_password(app: Flask, visitor: Visitor) -> None:
    set_new(app, visitor)
    told = db.session.query(Message).filter_by(template="password_changed").all()
    assert {one.channel for one in told} == {"sms", "mail"}
    assert not any(NEW in str(one.params) for one in told)
