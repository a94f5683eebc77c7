"""The rules for tests are kept."""

import socket
from pathlib import Path

import pytest
from flask import Flask

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.services import audit_chain, operations
from tests.strict import WRITES, OutsideContactError, OutsideWritingError

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "body",
    ["import pytest\ndef test_a(): pytest.skip('later')", "import pytest\npytest.importorskip('no_such_module')"],
)
def test_a_skipped_test_is_a_failure(pytester: pytest.Pytester, body: str) -> None:
    pytester.makepyfile(body)
    result = pytester.runpytest_subprocess("-p", "tests.strict", f"--override-ini=pythonpath={ROOT}")
    assert result.ret != 0
    assert "skipped test is a failed one" in result.stdout.str()


def test_another_machine_cannot_be_contacted() -> None:
    with pytest.raises(OutsideContactError), socket.socket() as outside:
        outside.connect(("192.0.2.1", 9))
    with pytest.raises(OutsideContactError), socket.socket(type=socket.SOCK_DGRAM) as outside:
        outside.sendto(b"x", ("192.0.2.1", 9))
    with pytest.raises(OutsideContactError):
        socket.create_connection(("192.0.2.1", 9))
    with pytest.raises(OutsideContactError), socket.socket() as outside:
        outside.connect_ex(("192.0.2.1", 9))
    with pytest.raises(OutsideContactError):
        socket.getaddrinfo("host.invalid", 80)


def test_this_machine_can_be_contacted() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_the_product_cannot_write_outside_of_writing(app: Flask) -> None:
    act = {"actor": "x", "action": "test:row:added", "subject": "row:1", "reason": "", "before": None, "after": None}
    with pytest.raises(OutsideWritingError):
        audit_chain.append(db.session.connection(), [act], clock.now())
    db.session.rollback()
    with writing() as session:
        audit_chain.append(session.connection(), [act], clock.now())


def test_a_statement_that_chooses_first_counts_as_writing() -> None:
    assert all(WRITES.match(str(claiming)) for claiming in operations._CLAIMS.values())
    assert not WRITES.match("WITH due AS (SELECT id FROM operation FOR UPDATE SKIP LOCKED) SELECT id FROM due")
