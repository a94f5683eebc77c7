"""The words of messages, beside each other as people get them; a changed word shows as a difference of a file.

``UPDATE_TEXTS=1`` writes the files anew.
"""

import os
from itertools import product
from pathlib import Path

import pytest
from flask import Flask

from backoffice import create_app
from backoffice.models.message import MAIL, SMS
from backoffice.services.message_texts import (
    ACCOUNT_EXISTS,
    ACCOUNT_EXTENDED,
    ACCOUNT_OVER,
    ADOPTED,
    ASKED,
    BEGIN_AGAIN,
    CODE,
    CORRECTION_DECIDED,
    DIGEST,
    ENDED,
    ESCALATION,
    GO_ON,
    INVITATION,
    LEAVER,
    LINKED,
    MISSING,
    OLD_MAIL_PASSWORD,
    ON_LEAVE,
    PASSWORD_CHANGED,
    PERMANENT_ASKED,
    PERMANENT_READY,
    PERMANENT_REFUSED,
    QUESTION,
    REFUSED,
    TEMPORARY_ENDS,
    TEMPORARY_OVER,
    TO_HR,
    UNDER_REVIEW,
    support_params,
    words,
)
from tests.conftest import make_settings

FOLDER = Path(__file__).parent.parent / "texts"
TEMPLATES = Path(__file__).parents[2] / "templates" / "message"
DATE = {"fa": "۱۴۰۵/۱۰/۱۵", "en": "2027-01-05 (1405/10/15)"}
PART = {"title": "مسیر", "header": ["گام", "نفر"], "rows": [["آغاز ثبت‌نام", "۱۲"], ["حساب دائم", "پنهان"]]}
KINDS = [
    *product((TEMPORARY_ENDS, TEMPORARY_OVER), (SMS, MAIL), ("fa", "en")),
    *product((LEAVER, ON_LEAVE, MISSING), (SMS, MAIL), ("fa", "en")),
    *product((PERMANENT_READY, PERMANENT_REFUSED, PERMANENT_ASKED), (SMS, MAIL), ("fa", "en")),
    (QUESTION, MAIL, "fa"),
    (QUESTION, MAIL, "en"),
    *product((PASSWORD_CHANGED, CORRECTION_DECIDED, OLD_MAIL_PASSWORD), (SMS, MAIL), ("fa", "en")),
    (DIGEST, MAIL, "fa"),
    (DIGEST, MAIL, "en"),
    (ESCALATION, MAIL, "fa"),
    (ESCALATION, MAIL, "en"),
    (INVITATION, SMS, "fa"),
    (INVITATION, SMS, "en"),
    (CODE, SMS, "fa"),
    (CODE, SMS, "en"),
    (CODE, MAIL, "fa"),
    (CODE, MAIL, "en"),
    *product((ACCOUNT_EXTENDED, ACCOUNT_EXISTS, ACCOUNT_OVER), (SMS, MAIL), ("fa", "en")),
    *product((GO_ON, TO_HR, ASKED, REFUSED, LINKED, ADOPTED, UNDER_REVIEW, BEGIN_AGAIN, ENDED), (SMS,), ("fa", "en")),
]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(make_settings(tmp_path))


def text_of(app: Flask, template: str, channel: str, language: str, **more: str) -> str:
    digits = {"fa": "۱۴۱۴", "en": "1414"}[language]
    params = {
        "date": DATE[language], "phone": "021-61111414", "extension": digits, "count": "۳", "source": "کارگزینی",
        "url": "https://desk.example.ac.ir/admin/", "days": "۷", "warned_days": "۳۰", "code": "123456",
        "host": "account.ut.ac.ir", "tracking": "7KQ2-M9XD",
        "username": "m.karimi", "mail": "m.karimi@example.ac.ir", "reason": "نام دیگری برگزینید",
        "until": DATE[language], "party": "hr", "decision": "refused", "moment": f"{DATE[language]} 10:30",
        "recover": "https://desk.example.ac.ir/profile/recover", "by_code": "https://desk.example.ac.ir/profile/login?expired=1",
        "note": "لطفا تصویر شناسنامه را به پیشخوان بیاورید.",
        "as_of": DATE[language], "period": "مهر ۱۴۰۵ – آذر ۱۴۰۵", "stop": "https://desk.example.ac.ir/admin/own-login/",
        "sentences": ["هیچ موردی در انتظار تصمیم نیست."], "parts": [PART], **more,
    }  # fmt: skip
    with app.app_context():
        said = words(template, channel, language, params)
    return f"{said.subject}\n\n{said.text}\n" if said.subject else f"{said.text}\n"


@pytest.mark.parametrize(("template", "channel", "language"), KINDS)
def test_a_message_reads_as_it_was_agreed(app: Flask, template: str, channel: str, language: str) -> None:
    found = text_of(app, template, channel, language)
    file = FOLDER / f"{template}.{channel}.{language}.txt"
    if os.environ.get("UPDATE_TEXTS"):
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8")


def test_every_template_is_looked_at() -> None:
    assert sorted(path.name for path in TEMPLATES.iterdir()) == sorted(".".join([*kind, "txt"]) for kind in KINDS)


def test_the_sms_before_locking_is_the_one_of_the_glossary(app: Flask) -> None:
    assert text_of(app, LEAVER, SMS, "fa").strip() == (
        "همکار گرامی، طبق اعلام کارگزینی همکاری شما پایان یافته و حساب شما از ۱۴۰۵/۱۰/۱۵ غیرفعال می‌شود. "
        "اگر درست نیست: 021-61111414"
    )


def test_without_a_full_number_the_extension_is_given(app: Flask) -> None:
    assert text_of(app, LEAVER, SMS, "fa", phone="").endswith("پشتیبانی اداره نرم‌افزار داخلی ۱۴۱۴\n")


def test_a_code_fits_into_one_sms_and_phones_can_fill_it_in(app: Flask) -> None:
    text = text_of(app, CODE, SMS, "fa").strip()
    assert text.splitlines() == ["کد تایید: 123456", "این کد را به هیچ‌کس نگویید.", "@account.ut.ac.ir #123456"]
    assert len(text) <= 70


def test_an_extension_is_said_sign_by_sign(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, support={"extension": "1414"})
    assert [support_params(settings, language)["extension"] for language in ("fa", "en")] == ["۱۴۱۴", "1414"]


def test_the_user_name_of_a_temporary_account_is_named_not_written(app: Flask) -> None:
    text = text_of(app, ACCOUNT_EXISTS, SMS, "fa", username="")
    assert "شما از پیش حساب موقت دارید (تا پایان ۱۴۰۵/۱۰/۱۵)" in text
    assert "با کد ملی و رمز عبور خود وارد شوید" in text
