"""The inverse of a run, as LDIF, through an independent client."""

import pytest
import sqlalchemy as sa
from flask import Flask

from backoffice.demo.slapd import LocalSlapd
from backoffice.extensions import db, settings_of
from backoffice.models import AuditEntry
from backoffice.rules.errors import RefusedError
from backoffice.services import apply
from backoffice.services.inverse_ldif import inverse_ldif
from tests.directories import content
from tests.real.test_apply import carried_out, overrides, planned, server

__all__ = ["overrides", "server"]


def test_ldapmodify_with_the_inverse_gives_back_the_directory_as_it_was(app: Flask, server: LocalSlapd) -> None:
    run = planned(app)
    before = content(server)
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    carried_out(app, run)
    assert content(server) != before
    server.change(inverse_ldif(run.id, actor="boss"))
    assert content(server) == before


def test_only_what_still_stands_is_in_it_and_each_export_is_audited(app: Flask) -> None:
    run = planned(app)
    with pytest.raises(RefusedError):
        inverse_ldif(run.id, actor="boss")
    apply.apply(run.id, actor="boss", settings=settings_of(app))
    carried_out(app, run)
    assert inverse_ldif(run.id, actor="boss").count("changetype: modify") == 7
    apply.undo(run.id, actor="boss", settings=settings_of(app))
    carried_out(app, run, undoing=True)
    with pytest.raises(RefusedError):
        inverse_ldif(run.id, actor="boss")
    acts = sa.select(AuditEntry).where(AuditEntry.action == "reconcile:inverse:exported")
    assert [row.actor for row in db.session.scalars(acts)] == ["boss"]
