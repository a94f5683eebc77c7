"""Days of people who leave, are missing, and come back, on a real server: told first, disabled on the right day."""

import datetime as dt
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pydantic import SecretStr

from backoffice import clock
from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry, Message, Question, Run
from backoffice.ports.directory import open_directory
from backoffice.services import apply, audit, questions, queue, reconciliation
from tests.directories import BASE, account
from tests.hanging import hung
from tests.reconcile.exports import as_csv, people

COUNT = 24
CLASSES = ["inetOrgPerson", "schacLinkageIdentifiers", "schacEntryMetadata", "schacUserEntitlements"]
APPROVE = {"update": "approve", "enable": "approve", "disable": "approve"}
PASSWORD = "secret-word-1"
# The one whose days are told: person 1.
WHO = 1


def number_of(who: int) -> str:
    return people(COUNT)[who][1]


def dn_of(who: int) -> str:
    return f"uid=u{number_of(who)},ou=people,{BASE}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LocalSlapd]:
    entries = [
        account(row, objectClass=CLASSES, entryCSN="", userPassword=PASSWORD, mail=f"u{row[1]}@example.ac.ir",
                mobile=f"+98912000{row[1]}")
        for row in people(COUNT)[1:]
    ]  # fmt: skip
    with LocalSlapd.create(tmp_path / "ldap", BASE, ldif.document([*ldif.tree(BASE), *entries])) as running:
        yield running


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return {
        "ldap_uri": server.uri, "ldap_base_dn": BASE, "ldap_bind_dn": server.service_dn,
        "ldap_bind_password": server.service_password, "trust": APPROVE,
        "policy": {"mode": "act", "quiet_from": 0, "quiet_to": 0},
        "support": {"phone": "021-61111414"},
        "hr": {"source": [{"name": "hr", "liaison_mail": "hr@example.ac.ir"}]},
    }  # fmt: skip


class Office:
    """An office that imports, plans, applies and works off the queue, day after day."""

    def __init__(self, app: Flask, later: Callable[[float], None]) -> None:
        self._app, self._later = app, later
        self.grid = people(COUNT)

    def day(self, *, apply_it: bool = True) -> dict[str, int]:
        """Do a day's work and give the actions that were planned."""
        path = settings_of(self._app).instance / "hr.csv"
        path.write_text(as_csv(self.grid), "utf-8")
        run = reconciliation.plan_file(path, actor="tester", settings=settings_of(self._app))
        assert (run.status, run.held) == ("planned", []), (run.error, run.gates, run.held)
        if apply_it and run.actions:
            self.apply(run)
        self.work()
        db.session.rollback()
        return dict(run.actions)

    def apply(self, run: Run) -> None:
        apply.apply(run.id, actor="boss", settings=settings_of(self._app))

    def work(self) -> None:
        queue.work_off(self._app)
        db.session.rollback()

    def days(self, count: int) -> list[dict[str, int]]:
        """Let days pass, each with its work; give what each planned."""
        return self.after(*[1] * count)

    def after(self, *steps: int) -> list[dict[str, int]]:
        """Let so many days pass before each day of work; give what each planned. A week without a file is too long."""
        planned = []
        for step in steps:
            self.later(days=step)
            planned.append(self.day())
        return planned

    def later(self, days: float) -> None:
        self._later(days * 24 * 3600 + 1)

    def says(self, status: str) -> None:
        """Let HR say something of the person."""
        self.grid = people(COUNT)
        self.grid[WHO][4] = status

    def loses(self) -> None:
        """Let the person's row be gone."""
        self.grid = people(COUNT)
        del self.grid[WHO]

    def can_log_in(self) -> bool:
        with open_directory(settings_of(self._app)) as directory:
            return directory.bind_as(dn_of(WHO), PASSWORD.encode())

    def outbox(self, name: str) -> list[dict[str, Any]]:
        path = settings_of(self._app).instance / "outbox" / f"{name}.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def use(self, **values: object) -> None:
        """Change settings from now on."""
        self._app.extensions["settings"] = settings_of(self._app).model_copy(update=values)


@pytest.fixture
def office(app: Flask, later: Callable[[float], None]) -> Office:
    """An office whose first run, which only links, is behind it."""
    begun = Office(app, later)
    assert begun.day() == {}
    begun.later(days=1)
    return begun


def test_a_leaver_is_told_then_disabled_three_days_later_and_gets_the_account_back(office: Office) -> None:
    office.says("مستعفی")
    assert office.day() == {"warn": 1}
    (sms,), (mail,) = office.outbox("sms"), office.outbox("mail")
    assert (sms["to"], sms["template"]) == (f"0912000{number_of(WHO)}", "leaver")
    assert mail["to"] == f"u{number_of(WHO)}@example.ac.ir"
    assert sms["params"]["date"] in sms["text"]
    assert office.days(2) == [{}, {}]
    assert office.can_log_in()
    assert office.days(2) == [{"disable": 1}, {}]
    assert not office.can_log_in()
    assert len(office.outbox("sms")) == 1
    office.says("شاغل")
    assert office.days(2) == [{"enable": 1}, {}]
    assert office.can_log_in()
    audit.verify()


def test_the_day_that_was_told_is_the_day_of_the_disabling(office: Office) -> None:
    office.says("مستعفی")
    office.day()
    told = db.session.scalars(sa.select(Message.lock_on)).first()
    office.days(3)
    assert not office.can_log_in()
    assert told == str((clock.now() + dt.timedelta(hours=3, minutes=30)).date())


def test_without_a_delivered_warning_nobody_is_disabled(office: Office) -> None:
    office.use(sms_provider="http", sms_url="http://127.0.0.1:1/", smtp_url=smtp(), mail_from="desk@example.ac.ir")
    office.says("مستعفی")
    assert office.day() == {"warn": 1}
    assert office.after(5, 5) == [{}] * 2
    assert office.can_log_in()
    office.use(sms_provider="file")
    office.later(days=1)
    office.work()
    assert len(office.outbox("sms")) == 1
    assert office.days(3) == [{}, {}, {"disable": 1}]


def smtp() -> SecretStr:
    """A mail server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return SecretStr(f"smtp://127.0.0.1:{unused.getsockname()[1]}")


def test_who_comes_back_before_the_day_is_left_alone_and_told_anew_the_next_time(office: Office) -> None:
    office.says("مستعفی")
    office.day()
    office.days(2)
    office.says("شاغل")
    assert office.days(3) == [{}, {}, {}]
    office.says("مستعفی")
    assert office.days(2) == [{"warn": 1}, {}]
    assert len(office.outbox("sms")) == 2
    assert office.can_log_in()


def test_a_warning_that_waits_for_the_morning_is_withdrawn_when_the_person_is_back(office: Office) -> None:
    hour = (clock.now() + dt.timedelta(hours=3, minutes=30)).hour
    settings = settings_of(office._app)
    night = settings.policy.model_copy(update={"quiet_from": hour, "quiet_to": (hour + 3) % 24})
    office.use(policy=night)
    office.says("مستعفی")
    assert office.day() == {"warn": 1}
    assert (len(office.outbox("mail")), office.outbox("sms")) == (1, [])
    office.says("شاغل")
    office.day()
    office.later(days=0.5)
    office.work()
    assert office.outbox("sms") == []
    assert sorted(db.session.scalars(sa.select(Message.state))) == ["delivered", "withdrawn"]


def test_a_missing_person_costs_a_question_a_week_a_warning_and_thirty_days(office: Office) -> None:
    office.loses()
    assert office.day() == {}
    assert office.days(3) == [{}, {}, {"ask_hr": 1}]
    (question,) = questions.waiting(["hr"])
    assert (question.dn, question.asked_by) == (dn_of(WHO), "boss")
    assert [mail["to"] for mail in office.outbox("mail")] == ["hr@example.ac.ir"]
    assert office.after(6, 1) == [{}, {"warn": 1}]
    assert office.outbox("sms")[0]["template"] == "missing"
    assert office.after(6, 6, 6, 6, 5, 1) == [*[{}] * 5, {"disable": 1}]
    assert not office.can_log_in()
    office.says("شاغل")
    assert office.days(1) == [{"enable": 1}]
    assert office.can_log_in()


def test_hrs_answer_decides_at_once(office: Office) -> None:
    office.loses()
    office.day()
    office.days(3)
    (question,) = questions.waiting()
    questions.answer(question.id, "here", actor="liaison", note="mission abroad")
    assert office.after(6, 6, 6) == [{}] * 3
    questions.answer(question.id, "left", actor="liaison")
    assert office.days(1) == [{"warn": 1}]
    acts = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject == f"question:{question.id}").order_by(AuditEntry.id)
    )
    assert list(acts) == ["hr:question:asked", "hr:question:answered", "hr:question:answered"]


def test_a_question_closes_by_itself_when_the_row_is_back(office: Office) -> None:
    office.loses()
    office.day()
    office.days(3)
    office.says("شاغل")
    assert office.days(1) == [{}]
    assert questions.waiting() == []
    assert db.session.scalars(sa.select(Question)).one().closed_at


def test_on_leave_is_told_disabled_and_comes_back_by_itself_where_the_policy_says_so(office: Office) -> None:
    settings = settings_of(office._app)
    office.use(policy=settings.policy.model_copy(update={"on_leave": "disable"}))
    office.says("مرخصی بدون حقوق")
    assert office.day() == {"warn": 1}
    assert office.outbox("sms")[0]["template"] == "on_leave"
    assert office.days(3) == [{}, {}, {"disable": 1}]
    office.says("شاغل")
    assert office.days(1) == [{"enable": 1}]
    assert office.can_log_in()


def test_the_deceased_are_disabled_at_once_and_nobody_is_told(office: Office) -> None:
    office.says("متوفی")
    assert office.day() == {"disable": 1}
    assert not office.can_log_in()
    assert office.outbox("sms") == office.outbox("mail") == []


def test_who_was_disabled_by_somebody_else_stays_disabled(office: Office, server: LocalSlapd) -> None:
    lock = f"dn: {dn_of(WHO)}\nchangetype: modify\nadd: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z\n"
    server.change(lock)
    assert office.days(2) == [{}, {}]
    assert not office.can_log_in()


def test_an_undone_disabling_is_no_reason_to_enable(app: Flask, office: Office) -> None:
    office.says("مستعفی")
    office.day()
    office.days(3)
    run = db.session.scalars(sa.select(Run).order_by(Run.id.desc())).first()
    assert run
    apply.undo(run.id, actor="boss", settings=settings_of(app))
    office.work()
    assert office.can_log_in()
    office.says("شاغل")
    assert office.days(1) == [{}]


def test_an_undo_withdraws_what_has_not_left_yet(app: Flask, office: Office) -> None:
    office.use(sms_provider="http", sms_url="http://127.0.0.1:1/", smtp_url=smtp(), mail_from="desk@example.ac.ir")
    office.says("مستعفی")
    office.day()
    run = db.session.scalars(sa.select(Run).order_by(Run.id.desc())).first()
    assert run
    apply.undo(run.id, actor="boss", settings=settings_of(app))
    assert set(db.session.scalars(sa.select(Message.state))) == {"withdrawn"}


def test_a_warn_row_is_done_when_its_messages_are_and_is_applied_once(app: Flask, office: Office) -> None:
    office.says("مستعفی")
    office.day(apply_it=False)
    run = db.session.scalars(sa.select(Run).order_by(Run.id.desc())).first()
    assert run
    assert apply.apply(run.id, actor="boss", settings=settings_of(app)) == 1
    assert apply.progress(run.id, settings=settings_of(app)).open == 2
    office.work()
    done = apply.progress(run.id, settings=settings_of(app))
    assert (done.open, done.to_json()["done"], done.is_faulty) == (0, 1, False)
    assert apply.apply(run.id, actor="boss", settings=settings_of(app)) == 0


def test_who_has_neither_mobile_nor_mail_cannot_be_warned_and_the_row_says_so(
    app: Flask, office: Office, server: LocalSlapd
) -> None:
    bare = f"dn: {dn_of(WHO)}\nchangetype: modify\ndelete: mail\n-\ndelete: mobile\n"
    server.change(bare)
    office.says("مستعفی")
    assert office.day() == {"warn": 1}
    run = db.session.scalars(sa.select(Run).order_by(Run.id.desc())).first()
    assert run
    assert apply.progress(run.id, settings=settings_of(app)).to_json()["failed"] == 1
    assert office.after(1, 4) == [{"warn": 1}] * 2
    assert office.can_log_in()


def test_no_sms_waits_behind_bulk_work_in_the_directory(app: Flask, office: Office, server: LocalSlapd) -> None:
    """The directory hangs while a message comes into the queue; it leaves all the same."""
    office.says("مستعفی")
    office.grid[2][5] = "واحد تازه"
    assert office.day(apply_it=False) == {"update": 1, "warn": 1}
    run = db.session.scalars(sa.select(Run).order_by(Run.id.desc())).first()
    assert run
    office.apply(run)
    with hung(server):
        office.work()
    assert len(office.outbox("sms")) == 1
