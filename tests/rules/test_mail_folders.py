"""Where folders go, what a message is known by, and which flags come along."""

from hypothesis import given
from hypothesis import strategies as st

from backoffice.rules.mail_folders import Folder, Place, is_usable, plan, shown
from backoffice.rules.mail_identity import ContentHash, content_hash, kept_flags, matched

OLD, NEW = Place("."), Place("/")


def folder(name: str, *attributes: str, separator: str = ".") -> Folder:
    return Folder(name, separator, frozenset(attributes))


def planned(*names: str, new: tuple[Folder, ...] = (), place: Place = OLD, separator: str = ".") -> dict[str, str]:
    return plan([folder(name, separator=separator) for name in names], place, new, NEW)


def test_a_name_is_cut_at_the_separator_of_its_server() -> None:
    assert planned("INBOX", "A.B.C", "&BkYG-.x") == {"INBOX": "INBOX", "A.B.C": "A/B/C", "&BkYG-.x": "&BkYG-/x"}


def test_what_means_something_else_at_the_new_server_is_written_otherwise() -> None:
    assert planned("a/b", "..", "~x", "a%b*") == {"a/b": "a_b", "..": "_", "~x": "_x", "a%b*": "a_b_"}
    assert planned("../../x", separator="/") == {"../../x": "__/__/x"}


def test_two_folders_never_become_one() -> None:
    assert sorted(planned("a/b", "a_b", "a%b").values()) == ["a_b", "a_b-2", "a_b-3"]


def test_a_prefix_of_ones_own_folders_is_left_out() -> None:
    found = planned("INBOX", "INBOX.Sent", "INBOX.INBOX", place=Place(".", "INBOX."))
    assert found == {"INBOX": "INBOX", "INBOX.Sent": "Sent", "INBOX.INBOX": "INBOX_"}


def test_folders_with_a_use_go_to_the_folder_of_that_use() -> None:
    new = [folder("Sent", "\\Sent", separator="/")]
    assert plan([folder("Sent Items", "\\Sent")], OLD, new, NEW) == {"Sent Items": "Sent"}
    both = plan([folder("Sent Items", "\\Sent"), folder("Sent")], OLD, new, NEW)
    assert both == {"Sent Items": "Sent Items", "Sent": "Sent"}


def test_names_that_cannot_be_asked_for_are_known() -> None:
    assert not any(is_usable(name) for name in ("", "a\r\nb", "é", "x" * 1000))


def test_names_are_shown_as_people_read_them() -> None:
    assert shown("&BiMGMQY0BsweBg-.x") != "&BiMGMQY0BsweBg-.x"
    assert [shown(name) for name in ("a&-b", "&!!-", "&AAA-")] == ["a&b", "&!!-", "&AAA-"]


@given(st.lists(st.binary(max_size=20)))
def test_a_hash_does_not_depend_on_the_parts(parts: list[bytes]) -> None:
    found = ContentHash()
    for part in parts:
        found.update(part)
    assert found.hexdigest() == content_hash(b"".join(parts))


def test_ends_of_lines_are_no_difference_but_letters_are() -> None:
    assert content_hash(b"a\r\nb\r\r\n") == content_hash(b"a\nb\n")
    assert content_hash(b"a\r\n") != content_hash(b"a\r\n\r\n")


def test_flags_that_are_none_stay_behind() -> None:
    assert kept_flags(["\\Seen", "\\Recent", "a b", "x\r\ny", "$k", "(", "\\Seen"]) == ("$k", "\\Seen")


def test_equal_messages_are_told_apart_by_their_number_only() -> None:
    wanted = {1: ("h", "d"), 2: ("h", "d"), 3: ("h", "e")}
    assert matched(wanted, {10: ("h", "d")}) == {1: 10}
    assert matched(wanted, {10: ("h", "e"), 11: ("h", "d"), 12: ("x", "d")}) == {1: 11, 3: 10}
    assert matched({1: ("h", "")}, {10: ("h", "d")}) == {1: 10}
