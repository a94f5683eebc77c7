"""LDIF dumps: what is read, and what is refused with the line."""

import base64

import pytest

from backoffice.ports.ldif import LdifError, Record, names, records


def read(text: str) -> list[Record]:
    return list(records(text.encode().splitlines(keepends=True)))


def test_values_may_be_plain_base64_and_folded() -> None:
    persian = base64.b64encode("علی".encode()).decode()
    text = f"version: 1\n\ndn: uid=a,dc=x\nuid: a\ngivenName;lang-FA:: {persian}\ntitle: long\n er\n"
    assert read(text) == [
        Record(3, "uid=a,dc=x", {"uid": ["a"], "givenname;lang-fa": ["علی"], "title": ["longer"]}),
    ]


def test_comments_are_left_out_with_their_continued_lines() -> None:
    assert read("# one\n  two\ndn: dc=x\n# three\ndc: x\n") == [Record(3, "dc=x", {"dc": ["x"]})]


def test_line_ends_of_windows_and_a_byte_order_mark_are_read() -> None:
    assert read("\ufeffdn: dc=x\r\ndc: x\r\n\r\ndn: dc=y\r\ndc: y\r\n")[1] == Record(4, "dc=y", {"dc": ["y"]})


def test_values_keep_their_order_and_options_have_none() -> None:
    found = read("dn: dc=x\nou: b\nou;x-b;LANG-fa: c\nOU: a\n")
    assert found[0].values == {"ou": ["b", "a"], "ou;lang-fa;x-b": ["c"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("dn: dc=x\nchangetype: delete\n", 2),
        ("dn: dc=x\nphoto:< file:///etc/passwd\n", 2),
        ("dn: dc=x\nno colon\n", 2),
        ("dn: dc=x\ncn:: @@@\n", 2),
        ("uid: a\n", 1),
        (" folded\n", 1),
        ("dn: dc=x\ndc: x\ndn: dc=y\n", 3),
    ],
)
def test_a_fault_names_its_line(text: str, line: int) -> None:
    with pytest.raises(LdifError) as caught:
        read(text)
    assert caught.value.line == line


def test_what_the_quick_reader_leaves_is_read_line_by_line() -> None:
    text = "dn: dc=x\n# two\ndc: x\n\nversion: 1\ndn: dc=y\ndc: y\n\ndn:: ZGM9eg==\ndc:: eg==\n"
    assert read(text) == [
        Record(1, "dc=x", {"dc": ["x"]}),
        Record(6, "dc=y", {"dc": ["y"]}),
        Record(9, "dc=z", {"dc": ["z"]}),
    ]


def test_names_are_found_without_reading_the_entries() -> None:
    lines = b"dn: dc=x\ngivenName;x-b;LANG-fa:: @@@\n cn: no\n# sn: no\r\n\r\nUID: a\n".splitlines(keepends=True)
    assert names(lines) == {"dn", "givenname;lang-fa;x-b", "uid"}
