"""Real servers for tests: OpenLDAP as an ordinary user, on a free port, in a temporary folder."""

import os
from collections.abc import Iterator
from typing import Protocol

import pytest

from backoffice.demo import ldif
from backoffice.demo.slapd import LocalSlapd
from tests.directories import content

BASE_DN = "dc=example,dc=ac,dc=ir"
# Needs packages that only `make soak` installs.
collect_ignore = [] if os.environ.get("BACKOFFICE_SOAK") else ["test_mail_moves_cluster.py"]


class SlapdFactory(Protocol):
    """Gives a running server of its own with the default tree (or `tree`, whole LDIF) and these further records."""

    def __call__(self, *entries: str, base_dn: str = BASE_DN, tree: str | None = None) -> LocalSlapd: ...


@pytest.fixture(scope="session")
def slapd_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlapdFactory]:
    """Each call starts a fresh server; all are stopped at the end of the session."""
    started: list[LocalSlapd] = []

    def make(*entries: str, base_dn: str = BASE_DN, tree: str | None = None) -> LocalSlapd:
        data = tree if tree is not None else ldif.document([*ldif.tree(base_dn), *entries])
        server = LocalSlapd.create(tmp_path_factory.mktemp("slapd"), base_dn, data)
        started.append(server)
        return server.start()

    yield make
    for server in started:
        server.stop()


@pytest.fixture
def slapd(slapd_factory: SlapdFactory) -> Iterator[LocalSlapd]:
    """A running server with only the default tree: ou=people, temporary, archived, students, services, groups."""
    server = slapd_factory()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def empty_server(slapd_factory: SlapdFactory) -> LocalSlapd:
    """One server for a module, with only the default tree; ``emptied`` keeps it so."""
    return slapd_factory()


@pytest.fixture
def emptied(empty_server: LocalSlapd) -> Iterator[None]:
    """Delete every account that the test made."""
    yield
    for head in content(empty_server):
        if head.startswith("dn: uid="):
            empty_server.change(f"{head}\nchangetype: delete\n")
