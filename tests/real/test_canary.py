"""Nobody is disabled before it is proved that a disabled account cannot log in."""

import sqlalchemy as sa
from flask import Flask

from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import DisablingProof, Operation
from backoffice.services import apply, canary, check, queue
from tests.directories import BASE, content
from tests.real import test_apply
from tests.real.test_apply import planned

server, overrides = test_apply.server, test_apply.overrides
DISABLED = 2
NO_DEFAULT_POLICY = """dn: olcOverlay={0}ppolicy,olcDatabase={1}mdb,cn=config
changetype: modify
delete: olcPPolicyDefault
"""


def applied(app: Flask) -> dict[str, int]:
    run = planned(app)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    queue.work_off(app)
    db.session.rollback()
    return apply.progress(run.id, settings=settings_of(app)).to_json()


def test_the_canary_is_tried_once_before_the_first_disabling(app: Flask) -> None:
    assert applied(app)["done"] == 7
    proofs = db.session.scalars(sa.select(DisablingProof)).all()
    assert [proof.proved for proof in proofs] == [True]
    assert canary.is_proved(settings_of(app))


def test_while_the_canary_can_log_in_nobody_is_disabled_and_check_says_so(app: Flask, server: LocalSlapd) -> None:
    server.change(NO_DEFAULT_POLICY)
    assert applied(app)["done"] == 5
    waiting = db.session.scalars(sa.select(Operation).where(Operation.kind == "disable")).all()
    assert [(operation.state, operation.detail) for operation in waiting] == [("pending", canary.WAITS)] * DISABLED
    assert canary.STILL_LOGS_IN in [fault.message for fault in check.faults(settings_of(app))]


def test_the_canary_is_gone_after_the_try(app: Flask, server: LocalSlapd) -> None:
    before = set(content(server))
    applied(app)
    assert set(content(server)) == before


def test_a_repaired_directory_is_tried_again(app: Flask, server: LocalSlapd) -> None:
    server.change(NO_DEFAULT_POLICY)
    run = planned(app)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    queue.work_off(app)
    restored = NO_DEFAULT_POLICY.replace("delete: olcPPolicyDefault", "add: olcPPolicyDefault")
    server.change(f"{restored}olcPPolicyDefault: cn=default,ou=policies,{BASE}\n")
    with writing() as session:
        session.execute(sa.update(Operation).values(not_before=run.started_at))
    queue.work_off(app)
    db.session.rollback()
    assert apply.progress(run.id, settings=settings_of(app)).to_json()["done"] == 7


def test_an_outage_proves_nothing(app: Flask, server: LocalSlapd) -> None:
    run = planned(app)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    server.read_only(on=True)
    queue.work_off(app)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(DisablingProof.id))) == 0
