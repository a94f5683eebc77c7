"""The people of our register, and one person's whole story."""

import json
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, NoReturn

from flask import Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from backoffice.extensions import settings_of
from backoffice.models import Person
from backoffice.rules.permissions import Permission
from backoffice.services import identity_directory, people, story_export
from backoffice.services.person_keys import keys_of, subject_of
from backoffice.views import (
    account_words,
    audit_words,
    code_words,
    finding_words,
    labels,
    masking,
    mismatch_words,
    story_lines,
    story_time,
    story_words,
)
from backoffice.views.access import allowed, post_permission, require_fresh, the_actor
from backoffice.views.base import BIGGEST_ID, DeskView, expose
from backoffice.views.comparison import hr_table, seen_table
from backoffice.views.list_address import LAST_PAGE, PAGE_SIZES
from backoffice.views.parameters import clamped, whole_number
from backoffice.views.runs import page_size, source_title
from backoffice.views.story_time import EntryTable, Told

if TYPE_CHECKING:
    from backoffice.views.comparison import Row

_SEE_OTHER = 303


class PeopleView(DeskView):
    """People."""

    permission = Permission.SEE_PEOPLE
    extra_css: ClassVar = ["/static/reconciliation.css"]
    extra_js: ClassVar = ["/static/load.js"]

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List the register in alphabetical order."""
        size, total = page_size(), people.count()
        number = min(clamped(request.args.get("page"), 0, LAST_PAGE), max(0, (total - 1) // size))
        return self._page("admin/people.html", rows=people.page(number, size), total=total, page=number, size=size)

    @expose("/<number>/")
    def story(self, number: str) -> ResponseReturnValue:
        """Show everything we have about one person; ``?hr=1``, ``directory=1``, ``history=1`` read the rest at once."""
        person = the_person(number)
        shown, story = masking.is_shown(subject_of(person.id)), people.story(person)
        seen = seen_table(story.seen, shown=shown) if story.seen else []
        hr_rows = hr_table_of(person, shown=shown) if request.args.get("hr") else None
        now = directory_of(person, shown=shown) if request.args.get("directory") else None
        told = history_of(person, shown=shown) if request.args.get("history") else None
        return self._page(
            "admin/person.html", story=story, person=person, shown=shown, hr_rows=hr_rows, seen=seen, now=now,
            told=told, sections=story_lines.sections(story.matters, shown=shown),
        )  # fmt: skip

    @expose("/<number>/hr")
    def hr(self, number: str) -> ResponseReturnValue:
        """Give the part of the story that HR's files tell; the page fetches it after it is shown."""
        person = the_person(number)
        rows = hr_table_of(person, shown=masking.is_shown(subject_of(person.id)))
        return self._page("admin/person_hr.html", hr_rows=rows)

    @expose("/<number>/directory")
    def directory(self, number: str) -> ResponseReturnValue:
        """Give what the directory has of the person at this moment; the page fetches it after it is shown."""
        person = the_person(number)
        now = directory_of(person, shown=masking.is_shown(subject_of(person.id)))
        return self._page("admin/person_directory.html", now=now)

    @expose("/<number>/history")
    def history(self, number: str) -> ResponseReturnValue:
        """Give what HR's files said over time; the page fetches it after it is shown."""
        person = the_person(number)
        told = history_of(person, shown=masking.is_shown(subject_of(person.id)))
        return self._page("admin/person_history.html", told=told)

    @expose("/<number>/unmask", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def unmask(self, number: str) -> ResponseReturnValue:
        """Show the codes and mobiles of a person for some minutes; an audited act."""
        person = the_person(number)
        masking.unmask(subject_of(person.id))
        return redirect(url_for(".story", number=person.id), _SEE_OTHER)

    @expose("/<number>/export", methods=("POST",))
    @post_permission(Permission.UNMASK)
    def export(self, number: str) -> ResponseReturnValue:
        """Give all that is kept about a person as a file; an audited act that needs a fresh login."""
        person = the_person(number)
        require_fresh()
        found = story_export.export(person, actor=the_actor().username, settings=settings_of(current_app))
        named = {"Content-Disposition": f'attachment; filename="person-{person.id}.json"'}
        return Response(json.dumps(found, ensure_ascii=False, indent=1), mimetype="application/json", headers=named)

    def _page(self, template: str, **values: Any) -> str:
        return str(
            self.render(
                template, labels=labels, words=finding_words, masking=masking, act_title=audit_words.act_title,
                source_title=source_title, page_sizes=PAGE_SIZES, may_unmask=allowed(Permission.UNMASK),
                sees_runs=allowed(Permission.SEE_RUNS), sees_files=allowed(Permission.SEE_SNAPSHOTS),
                sees_acts=allowed(Permission.SEE_AUDIT), sees_cases=allowed(Permission.SEE_CASES),
                sees_accounts=allowed(Permission.SEE_ACCOUNTS),
                story_words=story_words, by=code_words.sender, account_words=account_words,
                mismatch_words=mismatch_words, **values,
            )
        )  # fmt: skip


def the_person(number: str) -> Person:
    """Give the person of an address; the old one of somebody who was merged leads on, anything else is 404."""
    wanted = whole_number(number, 1, BIGGEST_ID)
    return (people.find(wanted) if wanted else None) or _lead_on(wanted)


def _lead_on(number: int | None) -> NoReturn:
    survivor = people.survivor_of(number) if number else None
    abort(redirect(url_for("people.story", number=survivor), _SEE_OTHER) if survivor else 404)


class DirectoryNow(NamedTuple):
    """Entries as tables; ``answers``: False where the directory did not answer."""

    answers: bool
    entries: list[EntryTable]


def directory_of(person: Person, *, shown: bool) -> DirectoryNow:
    """Read the entries of a person from the directory."""
    keys = keys_of(person)
    facts = identity_directory.entries_about(keys.codes, keys.entries, settings_of(current_app))
    return DirectoryNow(facts is not None, story_time.entry_tables(facts or (), shown=shown))


def history_of(person: Person, *, shown: bool) -> list[Told]:
    """Read what HR's kept files said of a person."""
    from backoffice.services import hr_history  # noqa: PLC0415 - loads pandas

    events = hr_history.history(keys_of(person).codes, settings_of(current_app))
    return story_time.history(events, shown=shown, private=allowed(Permission.SEE_SNAPSHOTS))


def hr_table_of(person: Person, *, shown: bool) -> list[tuple[Any, list["Row"]]]:
    """Give each row HR has of a person now, as (snapshot and line, fields)."""
    from backoffice.services import hr_rows  # noqa: PLC0415 - loads pandas

    rows = hr_rows.rows_of(person, settings_of(current_app))
    private = allowed(Permission.SEE_SNAPSHOTS)
    return [(row, hr_table(row.values, shown=shown, private=private)) for row in rows]
