"""The second form: Latin names, mobile, recovery mail."""

import pytest

from backoffice.rules import detail_fields as rule
from backoffice.rules.errors import RefusedError

DOMAINS = ("example.ac.ir", "uni.edu")


def fault_of(parse: object, *values: object) -> str:
    assert callable(parse)
    with pytest.raises(RefusedError) as caught:
        parse(*values)
    return str(caught.value.message)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" Maryam ", "Maryam"), ("O’Neil", "O'Neil"), ("Ali-Reza", "Ali-Reza"), ("Seyed  Ali", "Seyed Ali"), ("Li", "Li")],
)
def test_latin_names_are_taken(typed: str, kept: str) -> None:
    assert rule.latin_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["A", "A1i", "Ali_", "-Ali", "Ali-", "Al--i", "x" * 65, "Zoë", "Аli", "Ali\nReza;", "{{7*7}}", "Ali  '"]
)
def test_other_latin_names_are_refused(typed: str) -> None:
    assert fault_of(rule.latin_name, typed) == rule.BAD_LATIN


def test_persian_letters_are_told_plainly() -> None:
    assert fault_of(rule.latin_name, "مریم") == rule.ENGLISH_KEYBOARD
    assert fault_of(rule.personal_mail, "مریم@gmail.com", DOMAINS) == rule.ENGLISH_KEYBOARD


@pytest.mark.parametrize("typed", ["+98 912 345 6789", "۰۹۱۲۳۴۵۶۷۸۹", "9123456789", "00989123456789"])
def test_a_mobile_has_one_form(typed: str) -> None:
    assert rule.mobile(typed) == "09123456789"


@pytest.mark.parametrize("typed", ["0912345678", "02833901414", "0912345678a", "9" * 300, "09123456789,09123456780"])
def test_a_bad_mobile_has_the_sentence_of_the_guide(typed: str) -> None:
    assert fault_of(rule.mobile, typed) == rule.BAD_MOBILE


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("m.karimi@Gmail.COM", "m.karimi@gmail.com"), (" a+b@sub.example.org ", "a+b@sub.example.org"),
        ("۱۲۳@yahoo.com", "123@yahoo.com"), ("a@notexample.ac.ir", "a@notexample.ac.ir"),
    ],
)  # fmt: skip
def test_personal_addresses_are_taken(typed: str, kept: str) -> None:
    assert rule.personal_mail(typed, DOMAINS) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "a", "a@", "@b.com", "a@b", "a b@c.com", "a@b..com", ".a@b.com", "a.@b.com", "a@-b.com", "a@@b.com",
        "a@b.com\nBcc: c@d.com", '"a@x"@b.com', "a@[127.0.0.1]", f"{'a' * 65}@b.com", f"a@{'b' * 60}.{'c' * 200}.com",
        "a@b.com,c@d.com", "<a@b.com>",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert fault_of(rule.personal_mail, typed, DOMAINS) in {rule.BAD_MAIL, "This is too long."}


@pytest.mark.parametrize("domain", ["example.ac.ir", "EXAMPLE.AC.IR", "mail.example.ac.ir", "a.b.uni.edu", "uni.edu."])
def test_the_universitys_own_addresses_are_refused(domain: str) -> None:
    assert fault_of(rule.personal_mail, f"a@{domain}", DOMAINS) == rule.UNIVERSITY_MAIL
