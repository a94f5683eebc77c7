"""Asking for a correction in the profile, and answering it on the desk."""

import io

import pytest
from flask import Flask

from backoffice.extensions import db
from backoffice.models import AuditEntry, CorrectionRequest
from tests.factories import make_account
from tests.profiles import logged_in
from tests.reconcile.worlds import name_of
from tests.registering import Applicant
from tests.views.conftest import ClientAs

PDF = b"%PDF-1.7 proof"
WISH = {"field": "last_name", "value": "کریمی", "words": "<b>شناسنامه تازه</b>"}
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def overrides() -> dict[str, object]:
    return {"policy": {"mode": "act"}}


def ask(holder: Applicant, content: bytes = PDF, **changed: str) -> tuple[int, str]:
    """Send the form with a file; give status and page."""
    hidden = holder.hidden("/profile/correction")
    data = {**hidden, **WISH, **changed, "proof": (io.BytesIO(content), "../../id.pdf")}
    answer = holder._open("POST", "/profile/correction", data=data, content_type="multipart/form-data")
    return answer.status_code, answer.text


def test_a_wish_stands_in_the_profile_with_its_answer(app: Flask, client_as: ClientAs) -> None:
    holder = logged_in(app, make_account(1))
    assert ask(holder)[0] == 303
    page = holder.get("/profile/correction?done=1").text
    assert all(text in page for text in ("درخواست شما ثبت شد", "کریمی", "در انتظار کارگزینی"))
    number = db.session.query(CorrectionRequest).one().id
    desk = client_as("hr_liaison", sources=("hr",))
    assert name_of(1) in desk.get("/admin/corrections/").text
    answer = {"answer": "refused", "note": "کارت ملی لازم است"}
    assert desk.post_form(f"/admin/corrections/{number}/answer", answer).status_code == 303
    page = holder.get("/profile/correction").text
    assert "اصلاح نشد" in page
    assert "کارت ملی لازم است" in page
    assert "کارت ملی لازم است" in desk.get("/admin/corrections/?state=decided").text


def test_a_bad_form_names_each_fault_beside_its_field(app: Flask) -> None:
    holder = logged_in(app, make_account(1))
    status, page = ask(holder, b"<script>", field="state", value="")
    assert (status, [f'id="{name}-error"' in page for name in ("field", "value", "proof")]) == (422, [True] * 3)
    assert db.session.query(CorrectionRequest).count() == 0


def test_only_who_takes_care_of_the_source_sees_and_answers(app: Flask, client_as: ClientAs) -> None:
    ask(logged_in(app, make_account(1)))
    number = db.session.query(CorrectionRequest).one().id
    other = client_as("hr_liaison", sources=("students",), name="other")
    assert name_of(1) not in other.get("/admin/corrections/").text
    for act in ("answer", "proof"):
        assert other.post_form(f"/admin/corrections/{number}/{act}", {"answer": "done"}).status_code == 404
    assert db.session.get_one(CorrectionRequest, number).state == "waiting"


def test_the_proof_comes_as_a_file_and_leaves_a_trace(app: Flask, client_as: ClientAs) -> None:
    ask(logged_in(app, make_account(1)))
    number = db.session.query(CorrectionRequest).one().id
    desk = client_as("hr_liaison", sources=("hr",))
    answer = desk.post_form(f"/admin/corrections/{number}/proof")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="proof-{number}.pdf"'
    seen = db.session.query(AuditEntry).filter_by(action="hr:correction:proof_seen").one()
    assert seen.actor == "test-hr_liaison"


def test_what_a_person_writes_is_shown_as_text(app: Flask, client_as: ClientAs) -> None:
    ask(logged_in(app, make_account(1)), value="<script>1</script>")
    page = client_as("it_operator").get("/admin/corrections/").text
    assert "<script>1" not in page
    assert "<b>شناسنامه" not in page
