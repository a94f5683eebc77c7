"""The steps after an upload: what its columns mean, what would become of it, taking it in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backoffice.models.hr import ACCEPTED
from backoffice.reconcile.hr_peek import peek
from backoffice.rules.fields import HR_FIELDS
from backoffice.services import column_choices, uploads
from backoffice.services.column_choices import LEAVE_OUT, key_of
from backoffice.services.sessions import Actor
from backoffice.services.snapshots import BROWSER_LIMIT, Imported, Preview, import_file, newest_accepted, preview
from backoffice.services.uploads import Upload
from backoffice.settings import Settings

SAMPLES = 3


@dataclass(frozen=True)
class Column:
    """A column of the file. ``field``: ours, "" = leave out; ``remembered``: as chosen at an earlier upload.

    ``twin_of``: the position (from 1) of an earlier column with the same header, whose choice holds for both; or 0.
    """

    header: str
    field: str
    samples: tuple[str, ...]
    remembered: bool
    twin_of: int


@dataclass(frozen=True)
class Look:
    """What the person sees before the import. ``is_first``: the source has no accepted file to compare with."""

    columns: tuple[Column, ...]
    rows: list[tuple[str, ...]]
    outcome: Imported
    is_first: bool

    @property
    def can_be_read(self) -> bool:
        """Whether the file has rows under the columns as they are chosen."""
        return self.outcome.rows > 0


def look(upload: Upload, settings: Settings) -> Look:
    """Read a waiting file with the columns chosen so far, or those proposed. Raises RefusedError as an import."""
    seen = preview(upload.path, source=upload.source, settings=settings, mapping=_said(upload), as_of=upload.as_of)
    return Look(_columns(seen, upload), seen.rows, seen.outcome, newest_accepted(upload.source) is None)


def choose(upload: Upload, form: Mapping[str, str], settings: Settings) -> Upload | None:
    """Keep the choices of a form (``column-1`` … = our field or "") and give the upload; None if they are not new.

    A column the form does not name, or gives an unknown field, stays as it was.
    """
    source = settings.source(upload.source)
    seen = peek(upload.path, source, settings.hr, limit_bytes=BROWSER_LIMIT, mapping=_said(upload))
    if seen is None:
        return None
    fields = dict(zip(seen.header.names, seen.header.fields, strict=True))
    before = {name: fields[name] for name in _choosable(seen.header.names)}
    after = {name: _chosen(form, number, before[name]) for name, number in _choosable(seen.header.names).items()}
    return uploads.choose_columns(upload, after) if after != before else None


def take_in(upload: Upload, *, actor: Actor, settings: Settings) -> Imported:
    """Import a waiting file with its columns, remember these if it was accepted, and delete the upload.

    Raises RefusedError as ``import_file`` does.
    """
    done = import_file(
        upload.path, source=upload.source, actor=actor.username, settings=settings, as_of=upload.as_of,
        mapping=_said(upload), limit_bytes=BROWSER_LIMIT, file_name=upload.file_name,
    )  # fmt: skip
    if done.status == ACCEPTED and upload.mapping is not None:
        source = settings.source(upload.source)
        column_choices.remember(upload.mapping, source=source, settings=settings, actor=actor.username)
    uploads.discard(upload)
    return done


def _said(upload: Upload) -> dict[str, str]:
    """Give header → field as remembered for the source, then as chosen for this file."""
    return {**column_choices.proposed(upload.source), **(upload.mapping or {})}


def _chosen(form: Mapping[str, str], number: int, before: str) -> str:
    field = form.get(f"column-{number}", before)
    return field if field in HR_FIELDS or field == LEAVE_OUT else before


def _choosable(names: Sequence[str]) -> dict[str, int]:
    """Give each header with its position from 1; of headers that read the same only the first."""
    first: dict[str, tuple[str, int]] = {}
    for number, name in enumerate(names, start=1):
        if name:
            first.setdefault(key_of(name), (name, number))
    return dict(first.values())


def _columns(seen: Preview, upload: Upload) -> tuple[Column, ...]:
    remembered = {} if upload.mapping is not None else column_choices.proposed(upload.source)
    first = {key_of(name): number for name, number in _choosable(seen.headers).items()}
    return tuple(
        Column(
            header=name,
            field=field,
            samples=_samples(row[at] for row in seen.rows),
            remembered=key_of(name) in remembered,
            twin_of=0 if first.get(key_of(name), at + 1) == at + 1 else first[key_of(name)],
        )
        for at, (name, field) in enumerate(zip(seen.headers, seen.fields, strict=True))
    )


def _samples(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))[:SAMPLES]
