"""Real mail servers for tests: Dovecot as an ordinary user, on free ports; started once, when a test first asks."""

from collections.abc import Iterator

import pytest

from backoffice.demo.dovecot import LocalDovecot

# Mailboxes of the old server; `right` is what the forms of a test may hold.
MAILBOXES = {
    "m.karimi": "old kettle 12", "persian": "رمز عبور ۷ قدیمی", "quotes": "a\"b'c\\d`e", "spaces": "  two  spaces ",
    "colon": "a:b:c::", "signs": "%u $1 {PLAIN}x *master \u200c", "bytes": "é ÿ ß ½", "long": "x1 " * 60,
}  # fmt: skip


@pytest.fixture(scope="session")
def old_mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDovecot]:
    """The old server with MAILBOXES; folders in folders are written with a dot, and it also listens with TLS."""
    server = LocalDovecot.create(tmp_path_factory.mktemp("mail") / "old", separator=".", tls=True)
    server.add_users(MAILBOXES)
    yield server.start()
    server.kill()


@pytest.fixture(scope="session")
def new_mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalDovecot]:
    """The new server with nobody but the master user; what a test adds stays."""
    server = LocalDovecot.create(tmp_path_factory.mktemp("mail") / "new")
    yield server.start()
    server.kill()
