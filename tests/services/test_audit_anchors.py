"""The anchors of the audit trail: what a forger of the database cannot undo."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import writing
from backoffice.services import audit, audit_anchors
from tests.services.test_audit import _three
from tests.unguarded import drop_guard


@pytest.fixture
def anchored(app: Flask, tmp_path: Path) -> Path:
    _three()
    assert audit_anchors.add(tmp_path) == 1
    return tmp_path / "audit-anchors.jsonl"


def forge(statement: str) -> None:
    with writing() as session:
        drop_guard(session.connection())
        session.execute(sa.text(statement))


def test_an_anchor_is_written_once_and_only_for_its_owner_to_read(anchored: Path) -> None:
    assert audit_anchors.add(anchored.parent) == 0
    assert anchored.stat().st_mode & 0o777 == 0o600
    assert audit.verify()[0] == 3


def test_rows_after_the_anchor_are_no_fault(anchored: Path) -> None:
    _three()
    assert audit_anchors.add(anchored.parent) == 1
    assert audit.verify()[0] == 6


@pytest.mark.parametrize("statement", ["DELETE FROM audit_entry WHERE id = 3", "DELETE FROM audit_entry"])
def test_a_cut_tail_is_found(anchored: Path, statement: str) -> None:
    forge(statement)
    with pytest.raises(audit.ChainBrokenError, match="row 3 was anchored and is gone"):
        audit.verify()


def test_a_tail_written_anew_is_found(anchored: Path) -> None:
    forge("DELETE FROM audit_entry WHERE id = 3")
    if _is_sqlite():
        audit.record("test:row:added", "row:other", actor="forger")
        words = "not the one that was anchored"
    else:
        words = "row 3 was anchored and is gone"
    with pytest.raises(audit.ChainBrokenError, match=words):
        audit.verify()


@pytest.mark.parametrize("line", ["nonsense", "{}", '{"id": "x", "hash": "y"}', "[1]"])
def test_an_unreadable_anchor_is_a_fault(anchored: Path, line: str) -> None:
    anchored.write_text(anchored.read_text() + line + "\n")
    with pytest.raises(audit.ChainBrokenError, match="line 2 of the anchors"):
        audit.verify()


def _is_sqlite() -> bool:
    with writing() as session:
        return session.get_bind().dialect.name == "sqlite"
