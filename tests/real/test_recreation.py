"""An account that vanished from a real server is made anew after approval; the link follows it."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Case, HrRow, Link, Operation, Run
from backoffice.rules import situations as s
from backoffice.rules.errors import RefusedError
from backoffice.services import case_offers, case_work, cases, reconciliation
from backoffice.services.case_work import Decision
from tests.directories import account, content
from tests.real.account_rooms import BASE, PASSWORD, last_operation, opens, overrides_of, work_off
from tests.reconcile.exports import Grid, people
from tests.registering import Applicant, deliver, last_code
from tests.services.test_reconciliation import write_hr
from tests.views.conftest import ClientAs, client_as, pages

__all__ = ["client_as", "pages"]

pytestmark = [pytest.mark.usefixtures("emptied"), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
COUNT = 8
ROW = people(1)[1]
DN = f"uid=u{ROW[1]},ou=people,{BASE}"


@pytest.fixture
def overrides(empty_server: LocalSlapd) -> dict[str, object]:
    return overrides_of(empty_server)


@pytest.fixture
def server(empty_server: LocalSlapd) -> LocalSlapd:
    for row in people(COUNT)[1:]:
        add(empty_server, account(row, entryCSN="", mail=f"{row[1]}@example.ac.ir", objectClass=CLASSES))
    return empty_server


CLASSES = ["inetOrgPerson", "schacLinkageIdentifiers"]


def add(server: LocalSlapd, entry: str) -> None:
    server.change(entry.replace("\n", "\nchangetype: add\n", 1) + "\n")


def plan(app: Flask, grid: Grid | None = None) -> Run:
    path = write_hr(app, grid or people(COUNT))
    settings = settings_of(app)
    return reconciliation.plan_file(path, actor="tester", settings=settings, accept_directory="one left")


@pytest.fixture
def case(app: Flask, server: LocalSlapd) -> Case:
    plan(app)
    server.change(f"dn: {DN}\nchangetype: delete\n")
    plan(app)
    return db.session.execute(sa.select(Case).where(Case.kind == s.TARGET_GONE)).scalar_one()


def decide(app: Flask, case: Case, verdict: str = "recreate") -> None:
    case_work.decide(case.id, Decision(verdict, "documents"), actor="amiri", settings=settings_of(app))


def living() -> Link:
    db.session.rollback()
    return db.session.scalars(sa.select(Link).where(Link.username == f"u{ROW[1]}", Link.ended_at.is_(None))).one()


def offers(case: Case) -> tuple[str, ...]:
    db.session.rollback()
    return case_offers.verdicts_for(db.session(), case, cases.finding_of(case))


def test_the_account_is_made_anew_without_a_password_and_the_next_run_finds_it_in_order(
    app: Flask, server: LocalSlapd, case: Case
) -> None:
    before = living().entry_uuid
    assert offers(case) == ("recreate", "forget")
    decide(app, case)
    assert offers(case) == ()
    work_off(app)
    lines = content(server, "entryUUID")[f"dn: {DN}"]
    assert {f"uid: u{ROW[1]}", f"employeeNumber: {ROW[1]}", "eduPersonAffiliation: staff"} <= set(lines)
    assert not [line for line in lines if line.startswith(("userPassword", "pwdEndTime"))]
    assert not opens(app, DN, "")
    link = living()
    assert (link.dn, f"entryUUID: {link.entry_uuid}" in lines, link.entry_uuid != before) == (DN, True, True)
    run = plan(app)
    assert run.situations == {"CONFIRMED": COUNT}
    db.session.rollback()
    assert (case.state, case.verdict, case_offers.is_final(case)) == ("resolved", "recreate", True)
    acts = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "account:entry:recreated")).all()
    assert [(act.actor, act.after["entry_uuid"]) for act in acts] == [("amiri", link.entry_uuid)]
    with pytest.raises(RefusedError, match="has been made"):
        case_work.reopen(case.id, note="no", actor="amiri")


def test_its_holder_chooses_a_password_as_whoever_forgot_it_does(app: Flask, case: Case, client_as: ClientAs) -> None:
    with writing() as session:
        row = session.scalars(sa.select(HrRow).where(HrRow.national_code == ROW[0])).one()
        row.values = {**row.values, "mobile": "09120000007"}
    decide(app, case)
    work_off(app)
    page = client_as("it_operator").get(f"/admin/cases/{case.id}/?lang=en").text
    assert all(word in page for word in ("/profile/recover", f"u{ROW[1]}", "0912•••0007")), page
    holder = Applicant(app)
    holder.post("/profile/recover", {"username": f"u{ROW[1]}"})
    deliver(app)
    holder.post("/profile/recover", {"code": last_code(app, 7)})
    holder.post("/profile/recover", {"password": PASSWORD, "password_repeat": PASSWORD})
    work_off(app)
    assert opens(app, DN)


def test_made_before_the_answer_was_lost_it_is_adopted(app: Flask, server: LocalSlapd, case: Case) -> None:
    decide(app, case)
    first = living().id
    work_off(app)
    made = content(server, "entryUUID", "entryCSN")[f"dn: {DN}"]
    with db.session.begin():
        db.session.execute(sa.update(Operation).values(state="unknown", outcome="", finished_at=None))
        db.session.execute(sa.delete(Link).where(Link.rule == "recreated"))
        db.session.execute(sa.update(Link).where(Link.id == first).values(ended_at=None))
    work_off(app)
    assert content(server, "entryUUID", "entryCSN")[f"dn: {DN}"] == made
    assert f"entryUUID: {living().entry_uuid}" in made


@pytest.mark.parametrize("taken", ["name", "code"])
def test_a_name_or_code_taken_meanwhile_parks_and_opens_the_case_again(
    app: Flask, server: LocalSlapd, case: Case, taken: str
) -> None:
    before = living().id
    decide(app, case)
    name = f"u{ROW[1]}" if taken == "name" else "somebody"
    codes = {"employeeNumber": "1", **({"schacPersonalUniqueID": ""} if taken == "name" else {})}
    add(server, account(ROW, entryCSN="", objectClass=CLASSES, uid=name, **codes).replace(
        DN, f"uid={name},ou=archived,{BASE}"
    ))  # fmt: skip
    work_off(app)
    assert last_operation().state == "parked"
    assert f"uid={name},ou=archived" in last_operation().values["dn"]
    assert f"dn: {DN}" not in content(server)
    assert (living().id, case.state) == (before, "new")
    making = case_offers.making(case, cases.finding_of(case))
    assert making
    assert making.stuck
    assert offers(case) == ("recreate", "forget")


def test_an_account_that_is_back_is_not_made_twice(app: Flask, server: LocalSlapd, case: Case) -> None:
    decide(app, case)
    alive = next(line for line in content(server, "entryUUID")[f"dn: uid=u{people(2)[2][1]},ou=people,{BASE}"]
                 if line.startswith("entryUUID: ")).partition(": ")[2]  # fmt: skip
    with db.session.begin():
        row = db.session.scalars(sa.select(Operation)).one()
        row.desired = {**row.desired, "entry_uuid": alive}
    work_off(app)
    assert (last_operation().state, last_operation().outcome) == ("done", "already")
    assert f"dn: {DN}" not in content(server)


def test_a_directory_that_takes_nothing_now_loses_nothing(app: Flask, server: LocalSlapd, case: Case) -> None:
    decide(app, case)
    with pytest.raises(RefusedError, match="is being made"):
        decide(app, case)
    server.read_only(on=True)
    try:
        work_off(app)
    finally:
        server.read_only(on=False)
    assert last_operation().state == "pending"
    with clock.begun_at(clock.now() + dt.timedelta(seconds=6)):
        work_off(app)
    assert living().rule == "recreated"


def test_a_decision_taken_back_before_it_began_makes_nothing(app: Flask, server: LocalSlapd, case: Case) -> None:
    decide(app, case)
    case_work.reopen(case.id, note="a mistake", actor="amiri")
    work_off(app)
    assert (last_operation().outcome, f"dn: {DN}" in content(server)) == ("stale", False)
    decide(app, case, "forget")


def test_who_is_not_active_in_hr_gets_none(app: Flask, case: Case) -> None:
    grid = people(COUNT)
    grid[1][4] = "بازنشسته"
    plan(app, grid)
    assert offers(case) == ("forget",)
    with pytest.raises(RefusedError, match="choose a decision"):
        decide(app, case)


class TestTemplate:
    @pytest.fixture
    def overrides(self, overrides: dict[str, object]) -> dict[str, object]:
        return {**overrides, "ldap": {"template": {"permanent": {"displayName": "{full_name} ({personnel_number})"}}}}

    def test_the_template_of_permanent_accounts_is_filled(self, app: Flask, server: LocalSlapd, case: Case) -> None:
        decide(app, case)
        work_off(app)
        wanted = ldif.entry("x", {"displayName": f"{ROW[2]} {ROW[3]} ({ROW[1]})"}).splitlines()[-1]
        assert wanted in content(server)[f"dn: {DN}"]
