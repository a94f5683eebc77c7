"""Lines and records of LDIF."""

from base64 import b64decode

from hypothesis import given
from hypothesis import strategies as st

from backoffice.ports.ldif import records
from backoffice.rules.entry_changes import Change
from backoffice.rules.ldif_lines import line, modification


def test_plain_ascii_stands_as_it_is_and_the_rest_is_base64() -> None:
    assert line("ou", "Finance: two") == "ou: Finance: two"
    for value in ("مالی", " a", "a ", ":a", "<a", "a\nb"):
        name, _, code = line("ou", value).partition(":: ")
        assert (name, b64decode(code).decode()) == ("ou", value)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(lambda text: text.strip()))
def test_every_value_is_read_back_as_it_was(value: str) -> None:
    text = f"{line('dn', 'uid=x')}\n{line('description', value)}\n"
    (record,) = records([part.encode() + b"\n" for part in text.split("\n")])
    assert record.values == {"description": [value]}


def test_a_modification_names_what_goes_and_what_comes() -> None:
    changes = [Change("ou", ("old",), ("new",)), Change("title", ("gone",)), Change("mail", (), ("a@b",))]
    assert modification("uid=x,dc=y", changes) == (
        "dn: uid=x,dc=y\nchangetype: modify\ndelete: ou\nou: old\n-\nadd: ou\nou: new\n-\n"
        "delete: title\ntitle: gone\n-\nadd: mail\nmail: a@b\n-"
    )
