"""A temporary account is named by the national code of its owner, so names of accounts are masked like codes."""

import pytest

from backoffice import clock
from backoffice.extensions import writing
from backoffice.models import Discrepancy, Link
from backoffice.views.formats import without_codes
from tests.factories import entry_evidence, make_person, make_run
from tests.reconcile.worlds import code
from tests.views.conftest import ClientAs

DN = f"uid={code(3)},ou=temporary,dc=x"


@pytest.fixture
def person_id(client_as: ClientAs) -> int:
    person = make_person(3)
    entry = {**entry_evidence(3), "username": code(3), "dn": DN, "mail": f"{code(3)}@example.ac.ir"}
    make_run([{"number": 3, "situation": "TEMP_NO_HR", "dns": [DN], "evidence": {"entries": [entry]}}])
    now = clock.now()
    with writing() as session:
        session.add(Link(
            person_id=person, source="hr", directory="main", entry_uuid="u", dn=DN, username=code(3), rule="T1",
            origin="run", created_at=now,
        ))  # fmt: skip
        session.add(Discrepancy(
            kind="x", directory="main", subject="x", dn=DN, username=code(3), detail="x", first_seen_at=now,
            last_seen_at=now,
        ))  # fmt: skip
    return person


@pytest.mark.parametrize(
    "path",
    [
        "/admin/", "/admin/people/", "/admin/people/{person}/", "/admin/reconciliation/1/",
        "/admin/reconciliation/1/findings/", "/admin/reconciliation/1/findings/1/", "/admin/three-way/",
        "/admin/three-way/details/?id=1",
    ],
)  # fmt: skip
def test_no_page_tells_the_code_in_an_accounts_name(client_as: ClientAs, person_id: int, path: str) -> None:
    page = client_as("it_operator").get(path.format(person=person_id))
    assert page.status_code == 200
    assert code(3) not in page.text


def test_only_what_is_a_national_code_is_masked() -> None:
    assert without_codes(DN) == f"uid={code(3)[:3]}•••••{code(3)[-2:]},ou=temporary,dc=x"
    assert without_codes("uid=m.karimi,ou=people") == "uid=m.karimi,ou=people"
    assert without_codes("1234567890") == "1234567890"
