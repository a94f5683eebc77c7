"""Temporary accounts on a real server: made once, usable at once, over at their end, never over somebody else's."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Link, Operation, Person, Registration
from backoffice.rules.account_entry import generalised_time
from backoffice.rules.errors import RefusedError
from backoffice.services import accounts
from backoffice.services.accounts import Stage
from tests.directories import content
from tests.factories import make_verified
from tests.real.account_rooms import BASE, PASSWORD, ask, dn_of, last_operation, opens, overrides_of, the_account
from tests.real.account_rooms import work_off as work
from tests.reconcile.worlds import code, name_of

pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return overrides_of(server)


def entry_of(server: LocalSlapd, number: int) -> list[str]:
    return content(server, "pwdEndTime")[f"dn: {dn_of(code(number))}"]


def test_the_person_logs_in_with_the_password_that_was_chosen(app: Flask) -> None:
    account_id = ask(app, 1)
    assert accounts.progress(account_id).stage == Stage.CREATING  # type: ignore[union-attr]
    work(app)
    assert accounts.progress(account_id).stage == Stage.READY  # type: ignore[union-attr]
    account = the_account(account_id)
    assert (account.username, account.dn, account.state) == (code(1), dn_of(code(1)), "temporary")
    assert opens(app, account.dn)
    assert not opens(app, account.dn, PASSWORD + "!")


def test_the_entry_holds_names_code_and_the_end_that_the_server_enforces(app: Flask, server: LocalSlapd) -> None:
    account_id = ask(app, 1)
    work(app)
    expires_at = the_account(account_id).expires_at
    assert expires_at
    end = generalised_time(expires_at)
    lines = entry_of(server, 1)
    plain = {
        f"uid: {code(1)}", "cn: Maryam Karimi", "sn: Karimi", "givenName: Maryam", f"schacExpiryDate: {end}",
        f"pwdEndTime: {end}", f"schacPersonalUniqueID: urn:schac:personalUniqueID:ir:nationalCode:{code(1)}",
    }  # fmt: skip
    assert plain <= set(lines)
    assert {ldif.entry("x", {"sn;lang-fa": name_of(1)}).splitlines()[-1]} <= set(lines)


def test_nobody_logs_in_after_the_end(app: Flask, server: LocalSlapd) -> None:
    with clock.begun_at(clock.now() - dt.timedelta(days=40)):
        account_id = ask(app, 1)
        work(app)
    account = the_account(account_id)
    assert account.state == "temporary"
    assert not opens(app, account.dn)


def test_person_link_and_registration_follow_and_the_secret_goes(app: Flask) -> None:
    account_id = ask(app, 1)
    asked = db.session.scalars(sa.select(Registration)).one()
    assert (asked.password_sealed, bool(last_operation().secret)) == ("", True)
    work(app)
    account = the_account(account_id)
    assert last_operation().secret == ""
    assert db.session.scalars(sa.select(Registration.state)).all() == ["temporary"]
    assert db.session.get_one(Person, account.person_id).national_code == code(1)
    assert db.session.scalars(sa.select(Link.entry_uuid)).all() == [account.entry_uuid]
    acts = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject == f"account:{account_id}").order_by(AuditEntry.id)
    ).all()
    assert acts == ["account:temporary:requested", "account:temporary:created"]


def test_an_entry_that_was_made_before_the_answer_was_lost_is_adopted(app: Flask, server: LocalSlapd) -> None:
    account_id = ask(app, 1)
    work(app)
    made = entry_of(server, 1)
    with writing() as session:
        session.execute(sa.update(Operation).values(state="unknown", outcome="", finished_at=None))
        session.execute(sa.update(Registration).values(state="otp_verified"))
        session.execute(sa.update(Account).values(state="creating", entry_uuid="", dn=""))
        session.execute(sa.delete(Link))
    work(app)
    assert the_account(account_id).state == "temporary"
    assert entry_of(server, 1) == made


def test_somebody_elses_entry_is_never_touched(app: Flask, server: LocalSlapd) -> None:
    theirs = {"objectClass": "inetOrgPerson", "uid": code(1), "cn": "other", "sn": "other"}
    server.change(ldif.entry(dn_of(code(1)), theirs).replace("\n", "\nchangetype: add\n", 1) + "\n")
    before = entry_of(server, 1)
    account_id = ask(app, 1)
    work(app)
    assert accounts.progress(account_id).stage == Stage.STUCK  # type: ignore[union-attr]
    assert entry_of(server, 1) == before
    assert last_operation().state == "parked"
    assert last_operation().secret
    assert db.session.scalars(sa.select(Registration.state)).all() == ["failed"]


def test_a_user_name_taken_elsewhere_in_the_tree_is_not_made_twice(app: Flask, server: LocalSlapd) -> None:
    theirs = {"objectClass": "inetOrgPerson", "uid": code(1), "cn": "other", "sn": "other"}
    dn = f"uid={code(1)},ou=people,{BASE}"
    server.change(ldif.entry(dn, theirs).replace("\n", "\nchangetype: add\n", 1) + "\n")
    account_id = ask(app, 1)
    work(app)
    assert accounts.progress(account_id).stage == Stage.STUCK  # type: ignore[union-attr]


def test_what_the_directory_does_not_take_now_waits_and_is_made_later(app: Flask, server: LocalSlapd) -> None:
    account_id = ask(app, 1)
    server.read_only(on=True)
    try:
        work(app)
    finally:
        server.read_only(on=False)
    assert the_account(account_id).state == "creating"
    assert (last_operation().state, last_operation().attempts) == ("pending", 0)
    with clock.begun_at(clock.now() + dt.timedelta(seconds=6)):
        work(app)
    assert the_account(account_id).state == "temporary"


def test_two_registrations_of_one_person_end_in_one_account(app: Flask) -> None:
    ask(app, 1)
    with pytest.raises(accounts.AccountExistsError):
        ask(app, 1)
    work(app)
    assert db.session.scalar(sa.select(sa.func.count(Account.id))) == 1


def test_who_asks_twice_gets_the_same_account(app: Flask) -> None:
    account_id = ask(app, 1)
    with writing() as session:
        registration = session.scalars(sa.select(Registration)).one()
        again = accounts.request_temporary(session, registration, settings_of(app), "applicant")
        assert again.id == account_id
    assert db.session.scalar(sa.select(sa.func.count(Operation.id))) == 1


def test_without_the_right_code_or_a_password_there_is_no_account(app: Flask) -> None:
    make_verified(1, state="otp_sent", password_sealed="x")
    make_verified(2)
    with writing() as session:
        for registration in session.scalars(sa.select(Registration)):
            with pytest.raises(RefusedError):
                accounts.request_temporary(session, registration, settings_of(app), "applicant")


class TestObserving:
    @pytest.fixture
    def overrides(self, overrides: dict[str, object]) -> dict[str, object]:
        return {**overrides, "policy": {"mode": "observe"}}

    def test_in_observe_mode_no_account_is_made(self, app: Flask) -> None:
        with pytest.raises(RefusedError, match="observe"):
            ask(app, 1)


class TestTemplate:
    @pytest.fixture
    def overrides(self, overrides: dict[str, object]) -> dict[str, object]:
        template = {"displayName": "{latin_first_name} (temporary)", "eduPersonAffiliation": ["affiliate"]}
        return {**overrides, "ldap": {"template": {"temporary": template}}}

    def test_a_template_adds_constants_patterns_and_the_classes_they_need(self, app: Flask, server: LocalSlapd) -> None:
        ask(app, 1)
        work(app)
        wanted = {"displayName: Maryam (temporary)", "eduPersonAffiliation: affiliate", "objectClass: eduPerson"}
        assert wanted <= set(entry_of(server, 1))


class TestMarked:
    @pytest.fixture
    def overrides(self, overrides: dict[str, object]) -> dict[str, object]:
        return {**overrides, "ldap": {"attributes": {"operation": "description"}}}

    def test_our_mark_decides_whose_an_entry_is(self, app: Flask, server: LocalSlapd) -> None:
        account_id = ask(app, 1)
        mark = last_operation().desired["fields"]["operation"]
        theirs = {"objectClass": "inetOrgPerson", "uid": code(1), "cn": "c", "sn": "s", "description": mark}
        server.change(ldif.entry(dn_of(code(1)), theirs).replace("\n", "\nchangetype: add\n", 1) + "\n")
        work(app)
        assert the_account(account_id).state == "temporary"
