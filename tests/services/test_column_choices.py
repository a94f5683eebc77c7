"""What the columns of a source mean is remembered."""

import sqlalchemy as sa
from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry
from backoffice.services import column_choices
from backoffice.settings import HrSource

STAFF, FACULTY = HrSource(name="staff"), HrSource(name="faculty")


def remember(app: Flask, mapping: dict[str, str], source: HrSource = STAFF) -> None:
    column_choices.remember(mapping, source=source, settings=settings_of(app), actor="sara")


def acts() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def test_only_what_the_known_words_do_not_say_is_kept_and_only_for_its_source(app: Flask) -> None:
    remember(app, {"کد ملی": "national_code", "شناسه_يكتا": "personnel_number", "سمت": ""})
    assert column_choices.proposed("staff") == {"شناسهیکتا": "personnel_number", "سمت": ""}
    assert column_choices.proposed("faculty") == {}


def test_the_same_choice_again_is_no_act(app: Flask) -> None:
    remember(app, {"x": "unit"})
    remember(app, {"X": "unit"})
    assert [(act.action, act.subject, act.after) for act in acts()] == [
        ("hr:columns:remembered", "source:staff", {"x": "unit"})
    ]


def test_a_changed_choice_replaces_the_earlier_and_others_stay(app: Flask) -> None:
    remember(app, {"x": "unit", "y": "title"})
    remember(app, {"x": "unit_code"})
    assert column_choices.proposed("staff") == {"x": "unit_code", "y": "title"}
    assert acts()[-1].before == {"x": "unit"}


def test_a_header_that_means_what_it_says_again_is_forgotten(app: Flask) -> None:
    remember(app, {"سمت": ""})
    remember(app, {"سمت": "title"})
    assert column_choices.proposed("staff") == {}


def test_a_header_too_long_or_a_field_unknown_is_not_kept(app: Flask) -> None:
    remember(app, {"x" * 300: "unit", "y": "password", "": "unit"})
    assert column_choices.proposed("staff") == {}
    assert acts() == []
