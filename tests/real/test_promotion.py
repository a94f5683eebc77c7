"""From temporary to permanent on a real server: same entry, same password, new name; or it waits and says why."""

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, AuditEntry, Link, Message, Operation, PermanentRequest, UserName
from backoffice.rules import request_states as states
from backoffice.rules.errors import RefusedError
from backoffice.rules.form_values import InvalidFieldsError
from backoffice.services import approval, mailboxes, permanent_requests, promotion
from backoffice.services.user_names import NameTakenError
from tests.directories import content
from tests.factories import make_hr_row
from tests.real.account_rooms import BASE, ask, dn_of, opens, overrides_of, the_account, work_off
from tests.real.permanent_rooms import file, made, permanent_dn, promoted, the_request
from tests.reconcile.worlds import code

pytestmark = pytest.mark.usefixtures("emptied")


@pytest.fixture(scope="module")
def server(empty_server: LocalSlapd) -> LocalSlapd:
    return empty_server


@pytest.fixture
def overrides(server: LocalSlapd) -> dict[str, object]:
    return overrides_of(server)


def add(server: LocalSlapd, dn: str, **values: str) -> None:
    entry = ldif.entry(dn, {"objectClass": "inetOrgPerson", "cn": "other", "sn": "other", **values})
    server.change(entry.replace("\n", "\nchangetype: add\n", 1) + "\n")


def test_the_entry_moves_and_keeps_uuid_and_password(app: Flask, server: LocalSlapd) -> None:
    account_id = made(app, 1)
    uuid = the_account(account_id).entry_uuid
    request_id = file(app, account_id, "m.karimi")
    assert approval.judge(request_id, settings_of(app)) == states.PROVISIONING
    work_off(app)
    account = the_account(account_id)
    assert (account.username, account.dn, account.state) == ("m.karimi", permanent_dn("m.karimi"), "permanent")
    assert (account.expires_at, account.entry_uuid) == (None, uuid)
    assert opens(app, permanent_dn("m.karimi"))
    entries = content(server, "entryUUID", "pwdEndTime")
    assert f"dn: {dn_of(code(1))}" not in entries
    lines = entries[f"dn: {permanent_dn('m.karimi')}"]
    assert {
        f"entryUUID: {uuid}", "uid: m.karimi", "mail: m.karimi@example.ac.ir", "eduPersonAffiliation: staff",
        "employeeNumber: 5001", f"schacPersonalUniqueID: urn:schac:personalUniqueID:ir:nationalCode:{code(1)}",
    } <= set(lines)  # fmt: skip
    assert not [
        line for line in lines if line.startswith(("pwdEndTime", "schacExpiryDate", "uid: 0", f"uid: {code(1)}"))
    ]


@pytest.mark.parametrize(("linked_as", "becomes"), [("", "hr"), ("faculty", "faculty")])
def test_a_link_without_a_source_gets_that_of_the_account(app: Flask, linked_as: str, becomes: str) -> None:
    account_id = made(app, 1)
    with writing() as session:
        session.execute(sa.update(Link).values(source=linked_as))
    approval.judge(file(app, account_id, "m.karimi"), settings_of(app))
    work_off(app)
    assert db.session.execute(sa.select(Link.username, Link.source)).one() == ("m.karimi", becomes)


def test_register_trail_and_person_hear_of_it(app: Flask) -> None:
    request_id = promoted(app, 1, "m.karimi")
    request = the_request(request_id)
    assert (request.state, request.rule, request.decided_by) == (states.PROVISIONING, "auto:S39", "job:approve")
    assert db.session.scalars(sa.select(Link.username)).all() == ["m.karimi"]
    assert db.session.execute(sa.select(UserName.name, UserName.state, UserName.until)).all() == [
        ("m.karimi", "used", None)
    ]
    told = db.session.scalars(sa.select(Message).where(Message.template == "permanent_ready")).all()
    assert sorted(message.channel for message in told) == ["mail", "sms"]
    acts = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.subject == f"request:{request_id}").order_by(AuditEntry.id)
    ).all()
    assert acts == ["request:permanent:filed", "request:permanent:approved", "request:permanent:entry_made"]
    assert mailboxes.there(request_id, actor="amiri", settings=settings_of(app))
    assert the_request(request_id).state == states.DONE


def test_a_try_that_was_cut_off_goes_on_where_it_was(app: Flask, server: LocalSlapd) -> None:
    request_id = promoted(app, 1, "m.karimi")
    before = content(server, "entryUUID")
    server.change(
        f"dn: {permanent_dn('m.karimi')}\nchangetype: modify\ndelete: mail\n-\nreplace: pwdEndTime\n"
        "pwdEndTime: 20991231235959Z\n"
    )
    _begin_again(request_id)
    work_off(app)
    assert content(server, "entryUUID") == before
    assert the_request(request_id).state == states.PROVISIONING
    assert db.session.scalars(sa.select(Account.state)).all() == ["permanent"]


def _begin_again(request_id: int) -> None:
    with writing() as session:
        of_it = sa.update(Operation).where(Operation.kind == "promote")
        session.execute(of_it.values(state="unknown", outcome="", finished_at=None))
        session.execute(sa.update(PermanentRequest).where(PermanentRequest.id == request_id).values(steps={}))
        session.execute(sa.update(Account).values(state="temporary", username=code(1), dn=dn_of(code(1))))


def test_who_is_not_active_waits_for_hr_and_then_goes_on(app: Flask) -> None:
    account_id = ask(app, 1)
    work_off(app)
    request_id = file(app, account_id, "m.karimi")
    assert approval.judge(request_id, settings_of(app)) == states.WAITING_SOURCE
    assert (the_request(request_id).reasons, the_request(request_id).waits_for) == (["not_in_hr"], "hr")
    make_hr_row(1)
    assert approval.judge(request_id, settings_of(app)) == states.PROVISIONING


def test_a_name_that_appeared_in_the_directory_waits_for_it(app: Flask, server: LocalSlapd) -> None:
    request_id = file(app, made(app, 1), "m.karimi")
    add(server, f"uid=other,ou=people,{BASE}", uid="other", mail="m.karimi@example.ac.ir")
    assert approval.judge(request_id, settings_of(app)) == states.NEEDS_REVIEW
    assert the_request(request_id).reasons == ["name_taken"]
    with pytest.raises(RefusedError, match="cannot be approved"):
        approval.approve(request_id, actor="amiri", note="never mind", settings=settings_of(app))


def test_an_entry_in_the_way_fails_and_can_be_tried_again(app: Flask, server: LocalSlapd) -> None:
    account_id = made(app, 1)
    request_id = file(app, account_id, "m.karimi")
    approval.judge(request_id, settings_of(app))
    add(server, permanent_dn("m.karimi"), uid="m.karimi")
    work_off(app)
    assert the_request(request_id).state == states.FAILED
    assert opens(app, dn_of(code(1)))
    server.change(f"dn: {permanent_dn('m.karimi')}\nchangetype: delete\n")
    promotion.try_again(request_id, actor="amiri", settings=settings_of(app))
    with pytest.raises(RefusedError, match="nothing to try again"):
        promotion.try_again(request_id, actor="karimi", settings=settings_of(app))
    work_off(app)
    assert the_account(account_id).state == "permanent"


def test_a_failed_request_whose_entry_has_its_name_is_tried_again_and_not_refused(
    app: Flask, server: LocalSlapd
) -> None:
    account_id = made(app, 1)
    request_id = file(app, account_id, "m.karimi")
    approval.judge(request_id, settings_of(app))
    add(server, permanent_dn("m.karimi"), uid="m.karimi")
    work_off(app)
    server.change(f"dn: {permanent_dn('m.karimi')}\nchangetype: delete\n")
    server.change(
        f"dn: {dn_of(code(1))}\nchangetype: modrdn\nnewrdn: uid=m.karimi\ndeleteoldrdn: 1\n"
        f"newsuperior: ou=people,{BASE}\n"
    )
    with pytest.raises(RefusedError, match="cannot be refused any more"):
        approval.reject(request_id, actor="amiri", reason="no", settings=settings_of(app))
    promotion.try_again(request_id, actor="amiri", settings=settings_of(app))
    work_off(app)
    assert the_account(account_id).state == "permanent"


@pytest.mark.parametrize("name", ["u1001", "m.karimi", "mkarimi", "admin", "x", "m.karimi@x"])
def test_a_name_that_is_taken_or_not_allowed_is_refused(app: Flask, server: LocalSlapd, name: str) -> None:
    add(server, f"uid=u1001,ou=people,{BASE}", uid="u1001", mail="other@example.ac.ir")
    promoted(app, 1, "m.karimi")
    account_id = made(app, 2)
    with pytest.raises(InvalidFieldsError) as fault:
        file(app, account_id, name)
    assert set(fault.value.faults) == {"preferred_name"}
    assert permanent_requests.of_account(account_id) is None


def test_one_request_at_a_time_and_cancelling_gives_the_name_back(app: Flask) -> None:
    one, other = made(app, 1), made(app, 2)
    file(app, one, "m.karimi")
    with pytest.raises(RefusedError, match="already"):
        file(app, one, "karimi.m")
    with pytest.raises(InvalidFieldsError):
        file(app, other, "m.karimi")
    permanent_requests.cancel(one)
    file(app, other, "m.karimi")
    with pytest.raises(RefusedError, match="cancelled"):
        permanent_requests.cancel(one)


def test_after_the_decision_nothing_is_cancelled(app: Flask) -> None:
    account_id = made(app, 1)
    request_id = file(app, account_id, "m.karimi")
    approval.judge(request_id, settings_of(app))
    with pytest.raises(RefusedError):
        permanent_requests.cancel(account_id)


def test_two_people_decide_at_once_and_one_wins(app: Flask) -> None:
    request_id = file(app, made(app, 1), "m.karimi")
    ended: list[str] = []

    def decide(actor: str) -> None:
        with app.app_context():
            try:
                approval.approve(request_id, actor=actor, note="", settings=settings_of(app))
                ended.append("done")
            except RefusedError:
                ended.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(name,)) for name in ("amiri", "kazemi")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]
    assert db.session.scalar(sa.select(sa.func.count()).where(Operation.kind == "promote")) == 1


def test_many_race_for_one_name_and_one_wins(app: Flask) -> None:
    accounts = [made(app, number) for number in range(1, 11)]
    won: list[int] = []

    def run(account_id: int) -> None:
        with app.app_context():
            try:
                won.append(file(app, account_id, "m.karimi" if account_id % 2 else "mkarimi"))
            except (InvalidFieldsError, NameTakenError):
                pass
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(one,)) for one in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PermanentRequest)) == 1


def test_one_switch_leaves_every_decision_to_people(app: Flask) -> None:
    settings = settings_of(app)
    off = settings.model_copy(update={"policy": settings.policy.model_copy(update={"auto_approve": False})})
    request_id = file(app, made(app, 1), "m.karimi")
    assert approval.judge(request_id, off) == states.NEEDS_REVIEW
    assert the_request(request_id).reasons == ["switched_off"]
    approval.approve(request_id, actor="amiri", note="", settings=off)
    work_off(app)
    assert (the_request(request_id).rule, the_request(request_id).decided_by) == ("manual", "amiri")


def test_a_refused_request_tells_why_and_another_may_follow(app: Flask) -> None:
    account_id = made(app, 1)
    request_id = file(app, account_id, "m.karimi")
    with pytest.raises(RefusedError, match="reason"):
        approval.reject(request_id, actor="amiri", reason=" ", settings=settings_of(app))
    approval.reject(request_id, actor="amiri", reason="another name please", settings=settings_of(app))
    assert the_request(request_id).state == states.REJECTED
    told = db.session.scalars(sa.select(Message).where(Message.template == "permanent_refused")).all()
    assert {message.params["reason"] for message in told} == {"another name please"}
    file(app, account_id, "m.karimi")
