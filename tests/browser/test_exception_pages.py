"""Exceptions and questions to HR in Chromium."""

import pytest

from backoffice.extensions import settings_of
from backoffice.services import overrides
from backoffice.services.override_subjects import Subject
from tests.browser.conftest import LiveDesk
from tests.browser.looks import LANGUAGES, assert_polished
from tests.factories import make_snapshot
from tests.reconcile.worlds import code
from tests.views.case_rows import make_case
from tests.views.test_questions import make_question

WHY = {"reason": "در نامه ۱۲۳ کارگزینی آمده است", "days": "60"}
EXCEPTIONS = (
    {"kind": "entitled", **WHY}, {"kind": "attribute", "field": "unit", "value": "دانشکده علوم ریاضی و آمار", **WHY},
)  # fmt: skip


@pytest.fixture(scope="module")
def pages(desk: LiveDesk) -> dict[str, str]:
    with desk.app.app_context():
        make_snapshot()
        case = make_case(7)
        person = Subject("national", code(7), "hr", case_id=case)
        made = [overrides.make(person, dict(one), actor="karimi", settings=settings_of(desk.app)) for one in EXCEPTIONS]
        for number in (8, 9):
            make_question(number)
        return {
            "list": "/admin/overrides/", "one": f"/admin/overrides/{made[1].id}/",
            "new": f"/admin/overrides/new?case={case}", "typed": "/admin/overrides/new",
            "questions": "/admin/questions/",
        }  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["list", "one", "new", "typed", "questions"])
def test_the_screens_of_exceptions_are_polished(desk: LiveDesk, pages: dict[str, str], name: str, lang: str) -> None:
    with desk.tab("it_admin") as page:
        assert_polished(page, pages[name], lang)
