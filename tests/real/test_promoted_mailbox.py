"""The mailbox of a permanent account, on real servers: looked for, made, read back; then the person is told."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo.dovecot import LocalDovecot
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Message, Operation, PermanentRequest
from backoffice.rules import request_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import approval, mailboxes, user_names
from backoffice.services.user_names import NameTakenError
from tests.directories import content
from tests.real.account_rooms import dn_of, overrides_of, work_off
from tests.real.permanent_rooms import file, made, promoted, the_request
from tests.reconcile.worlds import code

pytestmark = [
    pytest.mark.usefixtures("emptied"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]  # fmt: skip
_numbers = itertools.count(1)
NOW_AND_THEN = 3700
AWAY = "imap://127.0.0.1:1"


@pytest.fixture
def name() -> str:
    """A user name that the new mail server, which all tests share, does not know yet."""
    return f"person{next(_numbers)}.k"


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


def mail_overrides(server: LocalSlapd, new_mail: LocalDovecot, **more: object) -> dict[str, object]:
    return {
        **overrides_of(server), "new_imap_url": new_mail.url, "new_imap_master_user": new_mail.master_user,
        "new_imap_master_password": new_mail.master_password, "mailbox_provider": "doveadm",
        "mailbox_doveadm": new_mail.doveadm, **more,
    }  # fmt: skip


@pytest.fixture
def overrides(
    server: LocalSlapd, new_mail: LocalDovecot, old_mail: LocalDovecot, request: pytest.FixtureRequest
) -> dict[str, object]:
    """Parametrised indirectly with further settings; ``old``: with the old server and its master user."""
    more = dict(getattr(request, "param", {}))
    if more.pop("old", False):
        password = old_mail.master_password
        more |= {"old_imap_url": old_mail.url, "old_imap_master_user": "master", "old_imap_master_password": password}
    return mail_overrides(server, new_mail, **more)


def told() -> list[str]:
    db.session.rollback()
    found = db.session.scalars(sa.select(Message.channel).where(Message.template == "permanent_ready"))
    return sorted(found)


def standing(request_id: int) -> tuple[str, str, bool]:
    request = the_request(request_id)
    return request.state, request.waits_for, mailboxes.MAILBOX in request.steps


def trouble(request_id: int) -> str:
    message, values = mailboxes.trouble(request_id) or ("", {})
    return message % values


def test_a_mailbox_that_somebody_has_under_the_name_stops_before_anything_is_moved(
    app: Flask, server: LocalSlapd, new_mail: LocalDovecot, name: str
) -> None:
    request_id = file(app, made(app, 1), name)
    new_mail.add_users({name: ""})
    approval.judge(request_id, settings_of(app))
    work_off(app)
    request = the_request(request_id)
    assert request.state == states.FAILED
    assert f"There is a mailbox {name} at a mail server already" in request.note
    assert f"dn: {dn_of(code(1))}" in content(server)
    approval.reject(request.id, actor="amiri", reason="another name please", settings=settings_of(app))
    assert the_request(request.id).state == states.REJECTED


@pytest.mark.parametrize("overrides", [{"old": True}], indirect=True)
def test_nobody_chooses_the_name_of_a_mailbox_of_either_server(app: Flask, new_mail: LocalDovecot, name: str) -> None:
    account_id = made(app, 1)
    for taken in ("m.karimi", new_mail.master_user):
        with pytest.raises(InvalidFieldsError) as fault:
            file(app, account_id, taken)
        assert set(fault.value.faults) == {"preferred_name"}
    with pytest.raises(NameTakenError):
        user_names.refuse_taken("m.karimi", settings_of(app))
    file(app, account_id, name)


def test_a_user_the_server_does_not_know_yet_is_waited_for(
    app: Flask, new_mail: LocalDovecot, name: str, later: Callable[[float], None]
) -> None:
    request_id = promoted(app, 1, name)
    assert standing(request_id) == (states.PROVISIONING, "", False)
    assert trouble(request_id) == f"The new mail server does not know the user {name} yet."
    assert told() == []
    new_mail.add_users({name: ""})
    later(10)
    work_off(app)
    assert standing(request_id) == (states.DONE, "", True)
    assert told() == ["mail", "sms"]


def test_after_five_tries_the_desk_is_asked_and_the_person_is_told_the_name(
    app: Flask, new_mail: LocalDovecot, name: str, later: Callable[[float], None]
) -> None:
    request_id = promoted(app, 1, name)
    with writing() as session:
        session.execute(sa.update(Operation).where(Operation.kind == "mailbox").values(attempts=4))
    later(10)
    work_off(app)
    assert standing(request_id) == (states.PROVISIONING, "it", False)
    assert trouble(request_id).startswith("Given up after 5 tries")
    assert told() == ["mail", "sms"]
    new_mail.add_users({name: ""})
    assert not mailboxes.there(request_id, actor="amiri", settings=settings_of(app))
    work_off(app)
    assert standing(request_id) == (states.DONE, "", True)
    assert told() == ["mail", "sms"]


@pytest.mark.parametrize("overrides", [{"mailbox_provider": "manual"}], indirect=True)
def test_what_the_desk_says_it_made_is_looked_for(app: Flask, new_mail: LocalDovecot, name: str) -> None:
    request_id = promoted(app, 1, name)
    assert standing(request_id) == (states.PROVISIONING, "it", False)
    assert told() == ["mail", "sms"]
    assert not mailboxes.there(request_id, actor="amiri", settings=settings_of(app))
    work_off(app)
    assert standing(request_id) == (states.PROVISIONING, "it", False)
    new_mail.add_users({name: ""})
    assert not mailboxes.there(request_id, actor="amiri", settings=settings_of(app))
    work_off(app)
    assert standing(request_id) == (states.DONE, "", True)
    assert told() == ["mail", "sms"]
    with pytest.raises(RefusedError, match="No mailbox is waited for"):
        mailboxes.there(request_id, actor="amiri", settings=settings_of(app))


@pytest.mark.parametrize("overrides", [{"mailbox_provider": "manual"}], indirect=True)
def test_a_mailbox_made_by_hand_is_found_without_anybody_saying_so(
    app: Flask, new_mail: LocalDovecot, name: str, later: Callable[[float], None]
) -> None:
    request_id = promoted(app, 1, name)
    new_mail.add_users({name: ""})
    later(301)
    work_off(app)
    assert standing(request_id) == (states.DONE, "", True)


def test_a_program_that_refuses_is_shown_to_the_desk_and_asked_again(
    app: Flask, new_mail: LocalDovecot, name: str, tmp_path: Path
) -> None:
    program = tmp_path / "make-mailbox"
    program.write_text("#!/bin/sh\necho 'no licence is left' >&2\nexit 9\n")
    program.chmod(0o700)
    settings = settings_of(app).model_copy(
        update={"mailbox_provider": "command", "mailbox_command": (str(program),)}
    )  # fmt: skip
    app.extensions["settings"] = settings
    request_id = promoted(app, 1, name)
    assert standing(request_id) == (states.PROVISIONING, "it", False)
    assert trouble(request_id) == "The mailbox program ended with status 9: «no licence is left»."
    assert told() == ["mail", "sms"]
    program.write_text("#!/bin/sh\nexit 0\n")
    new_mail.add_users({name: ""})
    assert not mailboxes.there(request_id, actor="amiri", settings=settings)
    work_off(app)
    assert standing(request_id) == (states.DONE, "", True)


def test_a_server_that_is_away_counts_for_nothing_and_the_name_is_told_after_an_hour(
    app: Flask, name: str, later: Callable[[float], None]
) -> None:
    request_id = promoted(app, 1, name)
    app.extensions["settings"] = settings_of(app).model_copy(update={"new_imap_url": AWAY})
    later(10)
    work_off(app)
    assert trouble(request_id) == "127.0.0.1 cannot be reached."
    assert told() == []
    later(NOW_AND_THEN)
    work_off(app)
    assert standing(request_id) == (states.PROVISIONING, "", False)
    assert told() == ["mail", "sms"]
    assert db.session.scalar(sa.select(Operation.attempts).where(Operation.kind == "mailbox")) == 1


@pytest.mark.parametrize("overrides", [{"new_imap_url": AWAY}], indirect=True)
def test_nothing_is_moved_while_nobody_can_see_whether_the_name_is_free_there(
    app: Flask, server: LocalSlapd, name: str
) -> None:
    request_id = promoted(app, 1, name)
    assert the_request(request_id).state == states.PROVISIONING
    assert trouble(request_id) == "127.0.0.1 cannot be reached."
    assert f"dn: {dn_of(code(1))}" in content(server)


def test_a_request_that_is_not_there_yet_has_no_trouble(app: Flask) -> None:
    assert mailboxes.trouble(1) is None
    assert not mailboxes.is_awaited(PermanentRequest(state=states.SUBMITTED, steps={}))
