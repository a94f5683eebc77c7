"""What people said the columns of a source mean: proposed again for the same header words."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import ColumnChoice
from backoffice.reconcile.hr_header import clean_name, header_words
from backoffice.rules.fields import HR_FIELDS
from backoffice.rules.text import fold_word
from backoffice.services import audit
from backoffice.services.rows import add_if_missing
from backoffice.settings import HrSource, Settings

HEADER_LENGTH = 255
LEAVE_OUT = ""


def proposed(source: str) -> dict[str, str]:
    """Give folded header → our field ("" = leave out) as chosen before for this source."""
    rows = db.session.scalars(sa.select(ColumnChoice).where(ColumnChoice.source == source))
    return {row.header: row.field for row in rows}


def remember(mapping: Mapping[str, str], *, source: HrSource, settings: Settings, actor: str) -> None:
    """Keep the choices of an accepted import; a header that means what it says again is forgotten."""
    words = header_words(source, settings.hr)
    kept = {name: field for name, field in mapping.items() if field != words.field_of(name) and _is_kept(name, field)}
    own = {key_of(name): field for name, field in kept.items()}
    shown = {key_of(name) for name in mapping}
    with writing() as session:
        before = {header: field for header, field in proposed(source.name).items() if header in shown}
        if before == own:
            return
        for header in before.keys() - own.keys():
            session.execute(sa.delete(ColumnChoice).where(*_row(source.name, header)))
        for header, field in own.items():
            _put(session, source.name, header, field, actor)
        audit.record("hr:columns:remembered", f"source:{source.name}", actor=actor, before=before, after=own)


def key_of(header: str) -> str:
    """Give the form in which header words are compared."""
    return fold_word(clean_name(header))


def _is_kept(header: str, field: str) -> bool:
    return 0 < len(key_of(header)) <= HEADER_LENGTH and (field in HR_FIELDS or field == LEAVE_OUT)


def _put(session: Session, source: str, header: str, field: str, actor: str) -> None:
    values = {"field": field, "chosen_at": clock.now(), "chosen_by": actor}
    add_if_missing(session, ColumnChoice, {"source": source, "header": header, **values})
    session.execute(sa.update(ColumnChoice).where(*_row(source, header)).values(values))


def _row(source: str, header: str) -> tuple[sa.ColumnElement[bool], ...]:
    return ColumnChoice.source == source, ColumnChoice.header == header
