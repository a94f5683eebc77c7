"""The mailboxes of the demo's old server."""

from pathlib import Path

from backoffice.demo import old_mail


def test_a_mailbox_holds_so_many_messages_in_its_folders(tmp_path: Path) -> None:
    old_mail.fill(tmp_path, {"empty": 0, "few": 15, "many": 200})
    found = {path.name: len(list(path.rglob("cur/*"))) for path in tmp_path.iterdir()}
    assert found == {"empty": 0, "few": 15, "many": 200}
    assert len({path.parent for path in tmp_path.glob("many/**/cur/*")}) == len(old_mail.FOLDERS)
