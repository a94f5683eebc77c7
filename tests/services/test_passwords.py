"""What a desk password must be."""

import pytest

from backoffice.services import passwords
from backoffice.services.passwords import WeakPasswordError
from tests.fast_apps import EFFORT_OF_THE_PRODUCT

_ON_FOUR_LANES = "$argon2id$v=19$m=64,t=1,p=4$U2ra6DRk8n8UPxPOgfG4Eg$s2Esig8SeooL0odCx9ORLqaD4EqYZP1ISGt50wi/lSE"


def test_a_password_is_kept_as_argon2id_and_matches_only_itself() -> None:
    stored = passwords.hashed("correct horse battery", "sara")
    assert stored.startswith("$argon2id$")
    assert passwords.matches(stored, "correct horse battery")
    assert not passwords.matches(stored, "correct horse batterY")


def test_the_product_hashes_in_the_memory_and_passes_that_rfc_9106_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in zip(("_PASSES", "_BYTES"), EFFORT_OF_THE_PRODUCT, strict=True):
        monkeypatch.setattr(passwords, name, value)
    stored = passwords.hashed("correct horse battery", "sara")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert passwords.matches(stored, "correct horse battery")


def test_hashes_on_four_lanes_as_earlier_releases_made_them_still_match() -> None:
    assert passwords.matches(_ON_FOUR_LANES, "correct horse battery")
    assert not passwords.matches(_ON_FOUR_LANES, "correct horse batterY")


@pytest.mark.parametrize("stored", ["x", "$argon2id$v=19$m=64", "$argon2i$v=19$m=64,t=1,p=1$aaaa$bbbb", "پ"])
def test_what_is_no_hash_matches_nothing(stored: str) -> None:
    assert not passwords.matches(stored, "x")


def test_without_a_stored_hash_nothing_matches() -> None:
    assert not passwords.matches("", "")
    assert not passwords.matches("", "nobody has this password")


@pytest.mark.parametrize(
    ("password", "has_totp"),
    [
        ("fourteen signs", False),
        ("seven77", True),
        ("password12345678", False),
        ("aaaaaaaaaaaaaaaaaaaa", False),
        ("sarasarasarasara", False),
        ("x9 kLm" * 200, False),
    ],
)
def test_short_easy_and_endless_passwords_are_refused(password: str, *, has_totp: bool) -> None:
    with pytest.raises(WeakPasswordError):
        passwords.hashed(password, "sara", has_totp=has_totp)


def test_with_a_second_factor_eight_characters_are_enough() -> None:
    assert passwords.hashed("g7#kPq2w", "sara", has_totp=True)


def test_persian_passwords_of_64_characters_are_kept_whole() -> None:
    long = "رمز عبوری که هیچ‌کس حدس نمی‌زند " * 2
    stored = passwords.hashed(long, "sara")
    assert passwords.matches(stored, long)
    assert not passwords.matches(stored, long[:-1])
