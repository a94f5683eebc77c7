"""Requests that bring an old mailbox along: proved at its server, sealed, erased; and what waits on the desk."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Link, MailMove, PermanentRequest, UserName
from backoffice.ports.seal import Sealer
from backoffice.rules import mail_move_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import approval, mail_move_password, permanent_requests, request_list, user_names
from backoffice.services.permanent_requests import Wanted, secret_context
from backoffice.services.throttle import TooManyTriesError
from backoffice.services.user_names import NameTakenError
from tests.factories import make_account, make_hr_row, make_person, make_verified
from tests.ports.test_mailbox import PASSWORD, imap, only_maryam, serving


@pytest.fixture
def asked() -> list[str]:
    """The users that somebody tried at the old server."""
    return []


@pytest.fixture
def overrides(asked: list[str]) -> Iterator[dict[str, object]]:
    def answer(user: str, password: str) -> str:
        asked.append(user)
        return "OK in" if (user, password) == ("info", PASSWORD) else only_maryam(user, password)

    with serving(imap(answer)) as port:
        yield {"policy": {"mode": "act"}, "old_imap_url": f"imap://127.0.0.1:{port}"}


def bring(app: Flask, account_id: int, mailbox: str = "m.karimi", password: str = PASSWORD) -> int:
    wanted = Wanted(had_mailbox="yes", mailbox=mailbox, mailbox_password=password)
    return permanent_requests.submit(account_id, wanted, address="127.0.0.1", settings=settings_of(app))


def made_by_registration(number: int) -> int:
    make_hr_row(number)
    account_id = make_account(number)
    make_verified(number, state="temporary", account_id=account_id)
    return account_id


def file_of(app: Flask, account_id: int, name: str) -> int:
    wanted = Wanted(had_mailbox="no", preferred_name=name)
    return permanent_requests.submit(account_id, wanted, address="127.0.0.1", settings=settings_of(app))


def the_request(request_id: int) -> PermanentRequest:
    db.session.rollback()
    return db.session.get_one(PermanentRequest, request_id)


@pytest.mark.parametrize("typed", ["m.karimi", " M.Karimi@example.ac.ir "])
def test_a_mailbox_that_its_password_opens_keeps_its_name(app: Flask, typed: str) -> None:
    request = the_request(bring(app, make_account(1), typed))
    assert (request.username, request.mailbox) == ("m.karimi", "m.karimi")
    assert request.mailbox_proved_at is not None
    opened = Sealer(settings_of(app)).unseal(request.mailbox_secret, secret_context(request.tracking_code))
    assert opened.decode() == PASSWORD
    assert db.session.scalars(sa.select(UserName.name)).all() == ["m.karimi"]


def test_the_password_stands_nowhere_in_clear(app: Flask, tmp_path: Path) -> None:
    bring(app, make_account(1))
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path


def test_a_wrong_password_fails_in_front_of_the_person_and_files_nothing(app: Flask) -> None:
    with pytest.raises(InvalidFieldsError) as fault:
        bring(app, make_account(1), password="wrong")
    assert set(fault.value.faults) == {"mailbox_password"}
    assert permanent_requests.of_account(1) is None


@pytest.mark.parametrize("mailbox", ["", "m.karimi@evil.example", "m.karimi@127.0.0.1", "a b", "m.karimi\r\nx"])
def test_only_mailboxes_of_the_university_are_tried(app: Flask, asked: list[str], mailbox: str) -> None:
    with pytest.raises(InvalidFieldsError) as fault:
        bring(app, make_account(1), mailbox)
    assert (set(fault.value.faults), asked) == ({"mailbox"}, [])


def test_guessing_is_slowed_down(app: Flask, asked: list[str]) -> None:
    account_id = make_account(1)
    for _ in range(4):
        with pytest.raises(InvalidFieldsError):
            bring(app, account_id, password="wrong")
    with pytest.raises(TooManyTriesError):
        bring(app, account_id)
    assert len(asked) == 4


def test_after_a_week_the_password_is_erased_and_the_erasure_noted(app: Flask, later: Callable[[float], None]) -> None:
    request_id = bring(app, make_account(1))
    later(6.9 * 86400)
    assert permanent_requests.erase_old_secrets() == 0
    later(0.2 * 86400)
    assert permanent_requests.erase_old_secrets() == 1
    request = the_request(request_id)
    assert request.mailbox_secret == ""
    assert request.secret_erased_at is not None


def test_a_password_given_again_is_kept_a_week_from_then(app: Flask, later: Callable[[float], None]) -> None:
    account_id = make_account(1)
    request_id = bring(app, account_id)
    later(30 * 86400)
    with writing() as session:
        session.get_one(PermanentRequest, request_id).mailbox_secret = ""
        state = states.CREDENTIALS_NEEDED
        session.add(
            MailMove(
                request_id=request_id, old_name="m.karimi", new_name="m.karimi", state=state, created_at=clock.now()
            )
        )
    mail_move_password.give(account_id, PASSWORD, address="127.0.0.1", settings=settings_of(app))
    later(6.9 * 86400)
    assert permanent_requests.erase_old_secrets() == 0
    later(0.2 * 86400)
    assert permanent_requests.erase_old_secrets() == 1


def test_cancelling_erases_it_at_once(app: Flask) -> None:
    account_id = make_account(1)
    request_id = bring(app, account_id)
    permanent_requests.cancel(account_id)
    assert the_request(request_id).mailbox_secret == ""
    assert db.session.scalars(sa.select(UserName.name)).all() == []


def test_a_mailbox_whose_name_is_somebody_elses_waits_for_the_desk(app: Flask) -> None:
    other = make_person(2)
    make_hr_row(1)
    with writing() as session:
        session.execute(sa.update(Link).where(Link.person_id == other).values(username="m.karimi"))
    request_id = bring(app, make_account(1))
    assert approval.judge(request_id, settings_of(app)) == "needs_review"
    assert "name_taken" in the_request(request_id).reasons
    assert request_list.to_decide()[0] == 1


def test_an_offices_mailbox_becomes_nobodys_own_before_somebody_says_why(app: Flask) -> None:
    request_id = bring(app, made_by_registration(1), "info")
    assert approval.judge(request_id, settings_of(app)) == "needs_review"
    assert (the_request(request_id).reasons, the_request(request_id).waits_for) == (["office_name"], "it")
    with pytest.raises(RefusedError, match="reason"):
        approval.approve(request_id, actor="amiri", note="", settings=settings_of(app))
    approval.approve(request_id, actor="amiri", note="the office is closed", settings=settings_of(app))
    assert the_request(request_id).state == "provisioning"


def test_one_request_that_is_overtaken_does_not_hold_up_the_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (file_of(app, made_by_registration(number), f"person{number}.k") for number in (1, 2))
    hold = user_names.hold

    def overtaken(session: Session, name: str, request_id: int) -> None:
        if request_id == first:
            raise NameTakenError
        hold(session, name, request_id)

    monkeypatch.setattr(user_names, "hold", overtaken)
    assert approval.judge_all(settings_of(app)) == {"provisioning": 1}
    assert (the_request(first).state, the_request(second).state) == ("submitted", "provisioning")


@pytest.mark.parametrize("actor", ["m.karimi", "M.Karimi", "old.name"])
def test_nobody_approves_the_own_request(app: Flask, actor: str) -> None:
    make_hr_row(1)
    person = make_person(1)
    with writing() as session:
        session.execute(sa.update(Link).where(Link.person_id == person).values(username="old.name"))
    request_id = bring(app, make_account(1, person_id=person))
    with pytest.raises(RefusedError, match="own request"):
        approval.approve(request_id, actor=actor, note="I know me", settings=settings_of(app))
    assert the_request(request_id).state == "submitted"


@pytest.mark.parametrize("overrides", [{}])
def test_in_observe_mode_nothing_is_filed(app: Flask, overrides: dict[str, object]) -> None:
    with pytest.raises(RefusedError, match="observe"):
        permanent_requests.submit(
            make_account(1), Wanted("no", preferred_name="m.karimi"), address="", settings=settings_of(app)
        )


def test_a_hold_ends_and_a_name_of_the_directory_never_does(app: Flask, later: Callable[[float], None]) -> None:
    with writing() as session:
        assert user_names.remember(session, ["S.Ahmadi", "0012345678", "", "s.ahmadi"]) == 1
        assert user_names.remember(session, ["s.ahmadi", "k.rad"]) == 1
    request_id = bring(app, make_account(1))
    with writing() as session:
        assert not user_names.is_free(session, "m.karimi", request_id + 1)
    later(dt.timedelta(days=31).total_seconds())
    with writing() as session:
        assert user_names.is_free(session, "m.karimi", request_id + 1)
        assert not user_names.is_free(session, "sahmadi", request_id + 1)


def test_suggestions_are_free_and_not_more_than_five(app: Flask) -> None:
    with writing() as session:
        user_names.remember(session, ["m.karimi"])
    found = user_names.suggest("Maryam", "Karimi", settings_of(app))
    assert 3 <= len(found) <= 5
    assert "m.karimi" not in found


def without_server(app: Flask) -> None:
    app.extensions["settings"] = settings_of(app).model_copy(update={"old_imap_url": ""})


def test_without_an_old_server_the_request_waits_for_it_and_keeps_no_password(app: Flask, asked: list[str]) -> None:
    with_server = settings_of(app)
    without_server(app)
    request_id = bring(app, made_by_registration(1))
    assert approval.judge(request_id, settings_of(app)) == "needs_review"
    request = the_request(request_id)
    assert (request.reasons, request.waits_for, request.mailbox) == (["mailbox_untried"], "it", "m.karimi")
    assert (request.mailbox_secret, request.mailbox_proved_at, asked) == ("", None, [])
    assert db.session.scalars(sa.select(UserName.name)).all() == ["m.karimi"]
    with pytest.raises(RefusedError, match="reason"):
        approval.approve(request_id, actor="amiri", note="", settings=settings_of(app))
    assert approval.judge(request_id, with_server) == "waiting_mailbox"
    assert (the_request(request_id).reasons, the_request(request_id).waits_for) == (["mailbox_unproved"], "person")


def test_who_has_looked_at_the_old_mailbox_approves_with_a_reason(app: Flask) -> None:
    without_server(app)
    request_id = bring(app, made_by_registration(1))
    approval.judge(request_id, settings_of(app))
    approval.approve(request_id, actor="amiri", note="seen in the old list", settings=settings_of(app))
    assert the_request(request_id).state == "provisioning"
