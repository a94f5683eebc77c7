"""The directory is in trouble while a plan is applied: the queue waits, nothing is lost, nothing is done twice."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice import clock
from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, Operation, Run
from backoffice.ports import directory_connection
from backoffice.ports.directory_write import WriteLaterError, open_writer
from backoffice.ports.directory_write_ldap import LdapWriter
from backoffice.services import apply, operations, queue
from tests.directories import BASE
from tests.hanging import hung
from tests.proxies import LossyProxy
from tests.real import test_apply
from tests.real.test_apply import planned

server, overrides = test_apply.server, test_apply.overrides
ROWS = 7


@pytest.fixture
def run(app: Flask) -> Run:
    found = planned(app)
    apply.apply(found.id, actor="boss", settings=settings_of(app))
    return found


def work_off(app: Flask) -> dict[str, int]:
    """Work on the queue as if all pauses were over."""
    with writing() as session:
        session.execute(sa.update(Operation).values(not_before=clock.now()))
    ended = queue.work_off(app)
    db.session.rollback()
    return dict(ended)


def require_done_once(app: Flask, run: Run) -> None:
    done = apply.progress(run.id, settings=settings_of(app))
    assert (done.open, done.to_json()["done"]) == (0, ROWS), done
    acts = sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.subject.startswith("entry:"))
    assert db.session.scalar(acts) == ROWS


def test_a_read_only_directory_makes_the_queue_wait(app: Flask, server: LocalSlapd, run: Run) -> None:
    server.read_only(on=True)
    for _try in range(7):
        assert set(work_off(app)) == {queue.WAITS}
    updates = sa.select(Operation.values).where(Operation.kind == "update")
    assert all("does not take changes" in values["why"] for values in db.session.scalars(updates))
    assert "does not take changes" in str(apply.progress(run.id, settings=settings_of(app)).waits)
    server.read_only(on=False)
    work_off(app)
    require_done_once(app, run)


def test_a_stopped_directory_makes_the_queue_wait(app: Flask, server: LocalSlapd, run: Run) -> None:
    port = server.port
    server.stop()
    for _try in range(7):
        assert set(work_off(app)) == {queue.WAITS}
    soon = clock.now() + operations.OUTAGE_PAUSE
    assert db.session.scalars(sa.select(Operation.id).where(Operation.not_before > soon)).all() == []
    server.wanted_port = port
    server.start()
    work_off(app)
    require_done_once(app, run)


def test_a_hanging_directory_makes_the_queue_wait(
    app: Flask, server: LocalSlapd, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(directory_connection.RECEIVE_SECONDS, "bulk", 1)
    with hung(server):
        assert set(work_off(app)) == {queue.WAITS}
    work_off(app)
    require_done_once(app, run)


@pytest.mark.usefixtures("stopped_clock")
def test_a_directory_that_gives_only_some_of_what_was_asked_makes_the_queue_wait(
    app: Flask, server: LocalSlapd, run: Run
) -> None:
    server.limit_results(1)
    assert set(work_off(app)) == {queue.WAITS}
    server.limit_results(None)
    work_off(app)
    require_done_once(app, run)


def test_a_referral_in_the_place_of_a_change_is_no_change(app: Flask, server: LocalSlapd) -> None:
    above = f"ou=elsewhere,ou=people,{BASE}"
    server.change(
        f"dn: {above}\nchangetype: add\nobjectClass: referral\nobjectClass: extensibleObject\nou: elsewhere\n"
        f"ref: ldap://127.0.0.1:1/{above}\n"
    )
    with open_writer(settings_of(app)) as writer, pytest.raises(WriteLaterError, match="referral"):
        writer.set_password(f"uid=u1,{above}", b"a new word")


class TestLostAnswers:
    @pytest.fixture
    def proxy(self, server: LocalSlapd) -> Iterator[LossyProxy]:
        with LossyProxy(urlsplit(server.uri).port or 0) as running:
            yield running

    @pytest.fixture
    def overrides(self, overrides: dict[str, object], proxy: LossyProxy) -> dict[str, object]:
        return {**overrides, "ldap_uri": f"ldap://127.0.0.1:{proxy.port}"}

    def test_a_change_whose_answer_was_lost_is_asked_after_not_made_again(
        self, app: Flask, run: Run, proxy: LossyProxy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        modify = LdapWriter.modify

        def losing(self: LdapWriter, *arguments: object) -> str:
            proxy.is_losing.set()
            return modify(self, *arguments)  # type: ignore[arg-type]

        with monkeypatch.context() as patched:
            patched.setattr(LdapWriter, "modify", losing)
            assert set(work_off(app)) == {queue.WAITS}
        assert proxy.lost
        proxy.is_losing.clear()
        work_off(app)
        require_done_once(app, run)
