"""Whose a mobile number is, by each provider of the settings."""

from pathlib import Path

import pytest
from flask import Flask

from backoffice.extensions import settings_of
from backoffice.services.mobile_ownership import Answer, owner_of
from backoffice.settings import Settings
from tests.conftest import make_settings
from tests.factories import make_hr_row, make_snapshot
from tests.reconcile.worlds import code

MINE, OTHER = "09121234567", "09127654321"


@pytest.fixture
def database_url(tmp_path: Path, sqlite_template: Path) -> str:
    (tmp_path / "backoffice.sqlite").write_bytes(sqlite_template.read_bytes())
    return ""


def by(provider: str, app: Flask, unlisted: str = "unknown") -> Settings:
    return make_settings(
        settings_of(app).instance, mobile_owner_provider=provider, policy={"unlisted_mobile": unlisted}
    )


def test_the_file_says_whose_a_number_is(app: Flask) -> None:
    settings = by("table", app)
    (settings.instance / "mobile-owners.csv").write_text(f"mobile,national_code\n+989121234567,{code(1)}\n", "ascii")
    assert owner_of(code(1), MINE, settings) is Answer.MATCHED
    assert owner_of(code(2), MINE, settings) is Answer.NOT_MATCHED
    assert owner_of(code(2), OTHER, settings) is Answer.UNAVAILABLE


@pytest.mark.parametrize("provider", ["table", "hr"])
@pytest.mark.parametrize(
    ("policy", "answer"),
    [("unknown", Answer.UNAVAILABLE), ("matched", Answer.MATCHED), ("not_matched", Answer.NOT_MATCHED)],
)
def test_what_an_unlisted_number_counts_as_is_a_setting(app: Flask, provider: str, policy: str, answer: Answer) -> None:
    make_hr_row(1, mobile="")
    assert owner_of(code(1), OTHER, by(provider, app, policy)) is answer


def test_hr_says_whose_a_number_is(app: Flask) -> None:
    make_hr_row(1, mobile="9121234567")
    assert owner_of(code(1), MINE, by("hr", app)) is Answer.MATCHED
    assert owner_of(code(1), OTHER, by("hr", app)) is Answer.NOT_MATCHED


def test_hr_that_cannot_be_asked_is_an_outage(app: Flask) -> None:
    make_snapshot("hr", indexed=False)
    assert owner_of(code(1), MINE, by("hr", app, "matched")) is Answer.UNAVAILABLE
