"""A person's whole story: what is to be decided and done, the directory at this moment, and HR over time."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from flask import Flask

from backoffice import clock
from backoffice.demo import ldif
from backoffice.extensions import db, settings_of, writing
from backoffice.models import Account, Case, CorrectionRequest, MailMove, Operation, Override, Snapshot
from backoffice.models.message import SMS
from backoffice.services import messages, snapshot_files
from backoffice.services.message_texts import GO_ON
from backoffice.services.messages import Draft, Reason
from tests.directories import BASE, URN, write_dump
from tests.factories import hr_evidence, make_person, make_snapshot
from tests.reconcile.worlds import code
from tests.views.case_rows import make_case
from tests.views.conftest import ClientAs
from tests.views.test_mail import make_move

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOBILE = "09123456789"


def make_everything() -> int:
    """One of each thing about person 1; give the person's id."""
    move = make_move(1, "failed", failure="quota")
    account = db.session.scalars(db.select(Account)).one()
    now = clock.now()
    make_case(1)
    with writing() as session:
        session.add(CorrectionRequest(
            account_id=account.id, person_id=account.person_id, source="hr", field="title", value="رئیس",
            state="waiting", created_at=now,
        ))  # fmt: skip
        session.add(Override(
            id_type="national", national_code=code(1), kind="entitled", owner="sara", reason="contract is being signed",
            created_at=now, until=now + dt.timedelta(days=9),
        ))  # fmt: skip
        session.add(Operation(
            kind="move_mail", subject=f"move:{move}", directory="main", desired={}, state="parked", not_before=now,
            created_at=now,
        ))  # fmt: skip
    return int(account.person_id)


def story(client: ClientAs, role: str, person: int, part: str = "") -> str:
    return client(role).get(f"/admin/people/{person}/{part}{'&' if '?' in part else '?'}lang=en").text


def test_cases_requests_mail_wishes_exceptions_and_operations_stand_on_it(client_as: ClientAs) -> None:
    person = make_everything()
    move = db.session.scalars(db.select(MailMove)).one()
    page = story(client_as, "it_admin", person)
    for words in (
        "Different name", f'href="/admin/permanent/{move.request_id}/"', f'href="/admin/mail/{move.id}/"',
        "50 of 200 messages", "Wants to have corrected: Post", "Works here, whatever HR says",
        "contract is being signed", "Move mailboxes", "given up",
    ):  # fmt: skip
        assert words in page


def test_the_help_desk_sees_of_it_what_it_may_open(client_as: ClientAs) -> None:
    page = story(client_as, "helpdesk", make_everything())
    assert "Different name" in page
    for words in ("/admin/permanent/", "/admin/mail/", "Works here", "Move mailboxes", "Wants to have corrected"):
        assert words not in page


def test_what_a_case_told_somebody_not_yet_in_the_register_stands_on_it(app: Flask, client_as: ClientAs) -> None:
    with writing() as session:
        draft = Draft(SMS, MOBILE, GO_ON, "fa", {"tracking": "X", "url": "https://x"})
        told = messages.put(draft, Reason("sara"), settings_of(app)).id
        case = session.get_one(Case, make_case(1))
        case.national_code, case.effects = code(1), {"messages": [told]}
    assert "The registration can go on" in story(client_as, "it_operator", make_person(1))


def keep(app: Flask, days: int, *rows: dict[str, object]) -> int:
    """An accepted file of so many days ago."""
    frame = pd.DataFrame([hr_evidence(9), *rows])
    moment = clock.now() - dt.timedelta(days=days)
    return make_snapshot(stored_file=snapshot_files.keep(frame, settings_of(app)), at=moment)


def test_hr_is_told_over_time(app: Flask, client_as: ClientAs) -> None:
    person = make_person(3)
    keep(app, 5)
    first = keep(app, 4, hr_evidence(3))
    keep(app, 3, hr_evidence(3, unit="كتابخانه", mobile="09120000000", title="", father_name="حسین"))
    keep(app, 2, hr_evidence(3, unit="کتابخانه", mobile="09120000000", title="مدیر", father_name="حسین"))
    keep(app, 1)
    page = story(client_as, "it_admin", person, "history")
    told = [
        "The file has no row of the person any more", "Post: now «مدیر»", "Unit: from «امور مالی» to «كتابخانه»",
        "Post: «کارشناس» is gone", "Mobile: from «0912•••6789» to «0912•••0000»",
        "Father&#39;s name: from «حسن» to «حسین»", "The first of the kept files that has the person",
    ]  # fmt: skip
    assert [words for words in told if words not in page] == []
    assert page.index(told[0]) < page.index(told[1]) < page.index(told[2]) < page.index(told[-1])
    assert f'href="/admin/hr/file/{first}/"' in page
    assert "کتابخانه»" not in page.replace("«كتابخانه»", "")
    assert "حسین" not in story(client_as, "helpdesk", person, "history")
    assert "Unit: from" in story(client_as, "helpdesk", person, "?history=1")


def test_another_spelling_is_said_as_such_and_damaged_files_are_left_out(app: Flask, client_as: ClientAs) -> None:
    person = make_person(3)
    keep(app, 4, hr_evidence(3, last_name="كريمي"))
    gone = keep(app, 3, hr_evidence(3, last_name="دیگری"))
    keep(app, 2, hr_evidence(3, last_name="کریمی"))
    snapshot_files.discard(db.session.get_one(Snapshot, gone).stored_file, settings_of(app))
    page = story(client_as, "it_admin", person, "history")
    assert "Only the spelling is another" in page
    assert "دیگری" not in page


def test_who_stands_in_no_kept_file_has_no_history(app: Flask, client_as: ClientAs) -> None:
    keep(app, 4)
    assert "No kept file has a row of this person." in story(client_as, "it_admin", make_person(3), "history")


class TestDirectoryNow:
    """With a dump that has three entries: by code, by entry UUID alone, and of somebody else."""

    @pytest.fixture
    def overrides(self, tmp_path: Path) -> dict[str, object]:
        return {"ldap_uri": f"file://{tmp_path}/dump.ldif", "ldap_base_dn": BASE}

    @pytest.fixture(autouse=True)
    def dump(self, tmp_path: Path) -> None:
        def entry(uid: str, uuid: str, **more: str) -> str:
            values = {
                "objectClass": "inetOrgPerson",
                "uid": uid,
                "cn": "x",
                "sn;lang-fa": uid.upper(),
                "entryUUID": uuid,
            }
            return ldif.entry(f"uid={uid},ou=people,{BASE}", {**values, **more})

        write_dump(tmp_path / "dump.ldif", [
            entry("m.karimi", "one", schacPersonalUniqueID=URN + code(3)), entry("old.name", "uuid-3"),
            entry("somebody", "two", schacPersonalUniqueID=URN + code(4)),
        ])  # fmt: skip

    def test_entries_are_found_by_code_and_by_link(self, client_as: ClientAs) -> None:
        person = make_person(3)
        for part in ("directory", "?directory=1"):
            page = story(client_as, "it_operator", person, part)
            assert "m.karimi" in page
            assert "OLD.NAME" in page
            assert "somebody" not in page
            assert code(3) not in page

    def test_one_that_does_not_answer_is_said(self, client_as: ClientAs, tmp_path: Path) -> None:
        person = make_person(3)
        (tmp_path / "dump.ldif").unlink()
        page = story(client_as, "it_operator", person, "directory")
        assert "What the directory has now cannot be said." in page
        assert "no entry" not in page

    def test_who_has_none_is_said(self, client_as: ClientAs) -> None:
        assert "no entry of this person" in story(client_as, "it_operator", make_person(7, linked=False), "directory")
