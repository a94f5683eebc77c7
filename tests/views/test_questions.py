"""HR answers on the desk whether people left."""

import pytest

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Operation, Question
from tests.factories import make_person
from tests.reconcile.worlds import name_of
from tests.views.conftest import ClientAs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def make_question(number: int, source: str = "hr") -> int:
    now, person = clock.now(), make_person(number)
    asked = {"subject": f"entry:uuid-{number}", "directory": "main", "desired": {}, "state": "done"}
    with writing() as session:
        operation = Operation(kind="ask_hr", not_before=now, created_at=now, requested_by="amiri", **asked)
        session.add(operation)
        session.flush()
        question = Question(
            source=source, person_id=person, entry_uuid=f"uuid-{number}", dn=f"uid=u{number},ou=people,dc=x",
            about="MISSING:1", operation_id=operation.id, asked_at=now, asked_by="amiri",
        )  # fmt: skip
        session.add(question)
        session.flush()
        return question.id


def test_the_liaison_answers_for_the_own_source(client_as: ClientAs) -> None:
    own, foreign = make_question(1), make_question(2, "students")
    desk = client_as("hr_liaison", sources=("hr",))
    assert "/admin/questions/" in desk.get("/admin/").text
    page = desk.get("/admin/questions/").text
    assert (name_of(1) in page, name_of(2) in page) == (True, False)
    answer = {"answer": "here", "note": "on a mission"}
    assert desk.post_form(f"/admin/questions/{own}/answer", answer).status_code == 303
    assert desk.post_form(f"/admin/questions/{foreign}/answer", answer).status_code == 404
    row = db.session.get_one(Question, own)
    assert (row.answer, row.note, row.answered_by) == ("here", "on a mission", "test-hr_liaison")
    assert name_of(1) in desk.get("/admin/questions/?state=answered").text


def test_another_word_is_refused(client_as: ClientAs) -> None:
    number = make_question(1)
    desk = client_as("it_operator")
    desk.post_form(f"/admin/questions/{number}/answer?lang=en", {"answer": "perhaps"})
    assert db.session.get_one(Question, number).answer == ""
    assert "Answer «left»" in desk.get("/admin/questions/?lang=en").text
