"""Adopting an account nobody owns, on the page of the refused person."""

import pytest
from flask import Flask

from backoffice.extensions import db, writing
from backoffice.models import Registration
from tests.factories import make_hr_row
from tests.reconcile.worlds import code
from tests.services.mismatch_rows import make_refusal
from tests.views.case_rows import make_case
from tests.views.conftest import ClientAs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ENTRY = {
    "cause": "EXISTS_ORPHAN", "dn": "uid=old1,ou=people,dc=x", "entry_uuid": "uuid-old", "username": "old1",
    "temporary": False, "affiliations": [], "expires_at": None, "shown": {},
}  # fmt: skip


@pytest.fixture
def case_id(app: Flask) -> int:
    """The case of somebody HR does not know, whose code an account nobody owns carries."""
    make_hr_row(2)
    number = make_refusal(1)
    with writing() as session:
        attempt = session.query(Registration).filter_by(case_id=number).one()
        attempt.causes = ["NC_NOT_IN_HR", "EXISTS_ORPHAN"]
        attempt.evidence = {**attempt.evidence, "directory": {"answered": True, "entries": [ENTRY]}}
    return number


def test_adopting_is_offered_with_its_code_and_message(client_as: ClientAs, case_id: int) -> None:
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    for said in (
        "Adopt the account that nobody owns", 'name="act" value="adopt"', "حساب پیشین شما به نام شما ثبت شد",
        "No run has listed the account yet", "The desk locks no account that nobody owns",
    ):  # fmt: skip
        assert said in page


def test_the_case_of_the_account_is_led_to(client_as: ClientAs, case_id: int) -> None:
    other = make_case(1, kind="ORPHAN", key=code(1))
    page = client_as("it_operator").get(f"/admin/cases/{case_id}/?lang=en").text
    assert f'href="/admin/cases/{other}/">The case of this account' in page
    assert "No run has listed the account yet" not in page


def test_a_wrong_code_is_said_in_the_form(client_as: ClientAs, case_id: int) -> None:
    form = {"entry": "uuid-old", "source": "hr", "code": "123456", "reason": "documents"}
    answer = client_as("it_operator").post_form(f"/admin/mismatch/{case_id}/adopt?lang=en", form)
    assert answer.status_code == 422
    assert 'id="act-adopt" name="act" open' in answer.text
    assert db.session.query(Registration).filter_by(case_id=case_id).one().state == "rejected"


def test_the_help_desk_adopts_nothing(client_as: ClientAs, case_id: int) -> None:
    assert client_as("helpdesk").post_form(f"/admin/mismatch/{case_id}/adopt", {}).status_code == 403
