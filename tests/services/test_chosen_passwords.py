"""Passwords that people choose."""

from pathlib import Path

import pytest

from backoffice.rules import password_rules as rule
from backoffice.rules.errors import RefusedError
from backoffice.services import chosen_passwords
from tests.conftest import make_settings

WORDS = ["0012345679", "09123456789", "9123456789", "Maryam", "Karimi"]


def fault_of(tmp_path: Path, password: str, **policy: object) -> str | None:
    try:
        chosen_passwords.check(password, WORDS, make_settings(tmp_path, policy=policy))
    except RefusedError as fault:
        return fault.message
    return None


@pytest.mark.parametrize(
    "password",
    [
        "blue-kettle-77",
        "maryam likes purple 42",
        "x" * 3 + "correct horse battery staple " * 8,
        " leading space",
        "q!W@e#R$",
    ],
)
def test_anything_long_enough_and_not_common_is_taken(tmp_path: Path, password: str) -> None:
    assert fault_of(tmp_path, password) is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short7!", rule.TOO_SHORT), ("رمزعبور۱۲۳۴", rule.PERSIAN), ("pässword-long", rule.NOT_PRINTABLE),
        ("tab\tbetween-words", rule.NOT_PRINTABLE), ("password", rule.TOO_EASY), ("Iloveyou", rule.TOO_EASY),
        ("12345678901", rule.TOO_EASY), ("aaaaaaaabbbb", rule.TOO_EASY), ("hgfedcba", rule.TOO_EASY),
        ("0012345679", rule.PERSONAL), ("Karimi12345", rule.PERSONAL), ("09123456789ab", rule.PERSONAL),
        ("maryamkarimi!", rule.PERSONAL), ("example-2026", rule.PERSONAL),
    ],
)  # fmt: skip
def test_the_first_broken_rule_is_told(tmp_path: Path, password: str, fault: str) -> None:
    assert fault_of(tmp_path, password) == fault


def test_without_a_second_factor_passwords_are_longer(tmp_path: Path) -> None:
    assert fault_of(tmp_path, "blue-kettle-77", second_factor=False) == rule.TOO_SHORT
    assert fault_of(tmp_path, "blue-kettle-77-is", second_factor=False) is None


def test_the_list_of_common_passwords_is_long_enough_to_matter() -> None:
    assert sum(len(word) >= 8 for word in chosen_passwords.common()) >= 3000


def test_the_hash_is_one_the_directory_reads() -> None:
    assert chosen_passwords.hashed("blue-kettle-77").startswith("{ARGON2}$argon2id$v=19$m=7168,t=5,p=1$")
