"""The screen of the audit trail."""

import ast
from pathlib import Path

import pytest

from backoffice.extensions import db, writing
from backoffice.models import AuditEntry
from backoffice.services import audit
from backoffice.views.audit_words import ACTS
from tests.unguarded import drop_guard
from tests.views.conftest import ClientAs

CODE = Path(__file__).parents[2] / "backoffice"


def rows(page: str) -> list[str]:
    return [part for part in page.split("<tr>")[2:] if "<td" in part]


def three() -> None:
    audit.record("hr:snapshot:accepted", "snapshot:3", actor="sara", reason="درست است")
    audit.record("staff:account:disabled", "staff:ali", actor="maryam")
    audit.record("staff:account:changed", "staff:ali", actor="sara", before={"role": "manager"}, after={"role": "x<b>"})


def test_the_newest_act_comes_first(client_as: ClientAs) -> None:
    three()
    shown = rows(client_as("auditor").get("/admin/audit/").text)
    assert ["نقش یا منابع" in shown[0], "غیرفعال" in shown[1], "درست است" in shown[2]] == [True] * 3


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("flt0_0=sara", 2),
        ("flt0_1=staff:account:disabled", 1),
        ("flt0_2=snapshot", 1),
        ("flt0_0=sara&flt1_2=ali", 1),
        ("flt0_3=1390/01/01", 3),
        ("flt0_4=1390/01/01", 0),
        ("flt0_1=no:such:act", 3),
        ("flt0_3=1403/13/45", 3),
    ],
)
def test_filters_narrow_the_list(client_as: ClientAs, query: str, count: int) -> None:
    three()
    assert len(rows(client_as("auditor").get(f"/admin/audit/?{query}").text)) == count


def test_the_details_show_before_and_after(client_as: ClientAs) -> None:
    three()
    last = db.session.query(AuditEntry).order_by(AuditEntry.id.desc()).limit(1).one()
    page = client_as("auditor").get(f"/admin/audit/details/?id={last.id}").text
    assert "manager" in page
    assert "x&lt;b&gt;" in page
    assert last.hash in page


def test_an_administrator_checks_the_trail(client_as: ClientAs) -> None:
    three()
    client = client_as("it_admin")
    assert client.post_form("/admin/audit/verify").status_code == 303
    assert "سوابق دست‌نخورده است: ۳ سطر" in client.get("/admin/audit/").text


def test_a_changed_row_is_found(client_as: ClientAs) -> None:
    three()
    with writing() as session:
        drop_guard(session.connection())
        session.execute(db.text("UPDATE audit_entry SET actor = 'ali' WHERE actor = 'maryam'"))
    client = client_as("it_admin")
    client.post_form("/admin/audit/verify")
    assert "سوابق دست‌خورده است" in client.get("/admin/audit/").text


def test_every_act_in_the_code_has_words() -> None:
    found = {
        node.args[0].value
        for path in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "record"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert found - set(ACTS) == set()
