"""Believable Persian names: first, last, with سید and سیده before some of them."""

import random
from typing import NamedTuple

from backoffice.demo import first_names, last_names

ZWNJ = "\u200c"
NOT_JOINED = "اآدذرزژو"  # these letters never join the next one, so no ZWNJ is written after them
SEYYED_SHARE = 0.06


class Name(NamedTuple):
    fa: str
    latin: str


class FullName(NamedTuple):
    first: Name
    last: Name


def parsed(text: str) -> tuple[Name, ...]:
    """Read a table of `Latin=فارسی` words."""
    pairs = (word.replace("_", " ").replace("|", ZWNJ).split("=") for word in text.split())
    return tuple(Name(fa, latin) for latin, fa in pairs)


def _compounds() -> tuple[Name, ...]:
    endings = parsed(last_names.ENDINGS)
    return tuple(_joined(stem, end) for stem in parsed(last_names.STEMS) for end in endings)


def _joined(stem: Name, end: Name) -> Name:
    gap = "" if stem.fa[-1] in NOT_JOINED else ZWNJ
    return Name(stem.fa + gap + end.fa, stem.latin + end.latin)


def _two_words() -> tuple[Name, ...]:
    heads = parsed(last_names.SIMPLE)[: last_names.WITH_SECOND_WORD]
    seconds = parsed(last_names.SECOND_WORDS)
    return tuple(Name(f"{h.fa} {s.fa}", f"{h.latin} {s.latin}") for h in heads for s in seconds)


MALE = parsed(first_names.MALE)
FEMALE = parsed(first_names.FEMALE)
SIMPLE_LAST = parsed(last_names.SIMPLE)
LAST = (*SIMPLE_LAST, *SIMPLE_LAST, *_compounds(), *_two_words())  # simple ones are the commoner
DESCENDANTS = parsed(last_names.DESCENDANTS)


def full_name(rng: random.Random) -> FullName:
    """Draw a person's name."""
    male = rng.random() < 0.6
    first = rng.choice(MALE if male else FEMALE)
    if rng.random() >= SEYYED_SHARE:
        return FullName(first, rng.choice(LAST))
    prefix = Name("سید", "Seyed") if male else Name("سیده", "Seyedeh")
    return FullName(Name(f"{prefix.fa} {first.fa}", f"{prefix.latin} {first.latin}"), rng.choice(DESCENDANTS))


def father_name(rng: random.Random) -> str:
    """Draw a father's first name, in Persian."""
    return rng.choice(MALE).fa
