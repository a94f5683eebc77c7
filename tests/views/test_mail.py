"""Mail moves at the desk: how far each is, what was not moved and why, tried again, and told as a file."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from backoffice import clock
from backoffice.extensions import db, settings_of, writing
from backoffice.models import AuditEntry, MailMove, Message, MovedMessage, MoveFolder, Operation
from backoffice.models.mail_move import REFUSED
from backoffice.models.message import SMS, WITHDRAWN
from backoffice.ports.imap_faults import OVER_QUOTA
from backoffice.services import mail_move_password, mail_moves
from backoffice.services.message_texts import OLD_MAIL_PASSWORD
from tests.reconcile.worlds import code, name_of
from tests.views.conftest import ClientAs, DeskClient
from tests.views.test_permanent import make


@pytest.fixture
def desk(app: Flask, client_as: ClientAs) -> DeskClient:
    return client_as("it_operator")


def make_move(number: int = 1, state: str = "copying", **values: object) -> int:
    request_id = make(number, "done")
    usual = {
        "old_name": f"m.karimi{number}", "new_name": f"m.karimi{number}", "messages": 200, "messages_done": 50,
        "created_at": clock.now(), "size": 4_000_000, "size_done": 1_000_000, "speed": 50_000,
    }  # fmt: skip
    with writing() as session:
        move = MailMove(request_id=request_id, state=state, **{**usual, **values})
        session.add(move)
        session.flush()
        folder = MoveFolder(move_id=move.id, name="&BiMGMQY0BsweBg-", target="Archive", messages=200, messages_done=50)
        session.add(folder)
        session.flush()
        session.add(
            MovedMessage(
                folder_id=folder.id, validity=1, uid=7, size=12, state=REFUSED, detail=OVER_QUOTA,
                values={"host": "=cmd"}, date="17-Jul-2019 02:44:25 +0430",
            )
        )  # fmt: skip
        return move.id


def act(desk: DeskClient, move_id: int, name: str) -> int:
    return desk.post_form(f"/admin/mail/{move_id}/act", {"act": name}).status_code


def the_move(move_id: int) -> MailMove:
    db.session.rollback()
    return db.session.get_one(MailMove, move_id)


def test_the_list_says_how_far_each_is(desk: DeskClient) -> None:
    make_move(1)
    make_move(2, "failed", failure="quota", detail=OVER_QUOTA, values={"host": "mail.new"})
    page = desk.get("/admin/mail/").text
    assert "۵۰ از ۲۰۰" in page
    assert "m.karimi2" not in page
    attention = desk.get("/admin/mail/?tab=attention").text
    assert "صندوق در mail.new پر است." in attention


def test_what_was_not_moved_is_said_with_its_reason_and_as_a_file(desk: DeskClient) -> None:
    move_id = make_move(refused=1)
    assert "۱۳۹۸/۰۴/۲۶ ۰۲:۴۴" in desk.get(f"/admin/mail/{move_id}/").text
    for form in ("xlsx", "csv"):
        answer = desk.post_form(f"/admin/mail/{move_id}/report", {"form": form})
        assert answer.status_code == 200
        if form == "xlsx":
            rows = list(load_workbook(io.BytesIO(answer.data)).active.values)  # type: ignore[union-attr]
            assert rows[1][2:5] == (7, "۱۳۹۸/۰۴/۲۶ ۰۲:۴۴", 12)
        else:
            assert "پر است" in answer.data.decode("utf-8-sig")


FILTERS = {
    "state=credentials_needed": {3}, "state=paused": {4}, "failure=quota": {2}, "host=mail.new": {2},
    "size=large": {2}, "size=unknown": {3}, "tries=3": {4}, "text=KARIMI2": {2}, "text=%": set(),
    f"text={code(3)[:3]}•••••{code(3)[-2:]}": {3}, f"text={code(4)}": {4}, f"text={name_of(2)}": {2},
    "age=7": {3}, "age=2&failure=quota": set(), "failure=quota&size=small": set(), "state=nonsense&size=x": {2, 3, 4},
}  # fmt: skip


@pytest.fixture
def various(desk: DeskClient) -> DeskClient:
    make_move(2, "failed", failure="quota", detail=OVER_QUOTA, values={"host": "mail.new"}, size=500_000_000)
    make_move(3, "credentials_needed", size=0, created_at=clock.now() - dt.timedelta(days=8))
    tried = make_move(4, "failed", failure="server", paused_at=clock.now())
    with writing() as session:
        row = Operation(
            kind="move_mail", subject=f"move:{tried}", directory="main", state="parked", attempts=3, desired={},
            not_before=clock.now(), requested_by="amiri", created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.get_one(MailMove, tried).operation_id = row.id
    return desk


def test_the_list_is_filtered_by_its_address(various: DeskClient) -> None:
    for question, wanted in FILTERS.items():
        page = various.get(f"/admin/mail/?tab=attention&{question}").text
        assert {number for number in (2, 3, 4) if f"m.karimi{number}<" in page} == wanted, question


def test_the_filter_holds_for_files_and_for_many_at_once(various: DeskClient) -> None:
    kept = "tab=attention&failure=quota"
    file = various.post_form(f"/admin/mail/file?{kept}", {"form": "csv"}).data.decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()[1:]] == ['"m.karimi2"']
    assert "صندوق در mail.new پر است." in file
    answer = various.post_form(f"/admin/mail/many?{kept}", {"everything": "1", "act": "retry"})
    assert answer.headers["Location"].endswith(f"/admin/mail/?{kept}")
    assert set(db.session.scalars(sa.select(MailMove.state))) == {"queued", "credentials_needed", "failed"}


def test_a_file_of_moves_has_numbers_as_numbers_and_nothing_to_compute(desk: DeskClient) -> None:
    make_move(1, old_name="=cmd", paused_at=clock.now())
    sheet = load_workbook(io.BytesIO(desk.post_form("/admin/mail/file", {"form": "xlsx"}).data)).active
    head, line = ([cell.value for cell in row] for row in sheet.iter_rows())  # type: ignore[union-attr]
    assert sheet.sheet_view.rightToLeft  # type: ignore[union-attr]
    assert (head[0], line[0], line[2]) == ("صندوق ایمیل", "'=cmd", "متوقف")
    assert line[5:12] == [50, 200, 0, 1_000_000, 4_000_000, 0, 0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}  # type: ignore[union-attr]


def test_time_left_is_told_before_the_first_folder_is_through(desk: DeskClient) -> None:
    began = clock.now() - dt.timedelta(seconds=100)
    make_move(1, speed=0, started_at=began, size=5_000_000, size_done=1_000_000)
    assert "۶ دقیقه" in desk.get("/admin/mail/").text
    for speed in (0, 50_000):
        make_move(2 + speed, "copying", speed=speed, started_at=began, paused_at=clock.now())
    page = desk.get("/admin/mail/?state=paused").text
    assert "متوقف" in page
    assert "در ثانیه" not in page


def test_it_is_paused_gone_on_with_and_cancelled(desk: DeskClient) -> None:
    move_id = make_move()
    assert act(desk, move_id, "resume") == 422
    assert act(desk, move_id, "pause") == 303
    assert the_move(move_id).paused_at is not None
    assert act(desk, move_id, "resume") == 303
    assert act(desk, move_id, "cancel") == 303
    assert (the_move(move_id).state, act(desk, move_id, "cancel")) == ("cancelled", 422)


def test_the_person_is_asked_for_the_password_by_sms_once_a_day(desk: DeskClient) -> None:
    move_id = make_move(1, "failed", failure="auth")
    told = sa.select(sa.func.count()).where(Message.template == OLD_MAIL_PASSWORD, Message.channel == SMS)
    assert (act(desk, move_id, "ask"), act(desk, move_id, "ask")) == (303, 422)
    assert (the_move(move_id).state, db.session.scalar(told)) == ("credentials_needed", 1)
    with clock.begun_at(clock.now() + dt.timedelta(days=1)):
        mail_move_password.ask(move_id, actor="amiri", settings=settings_of(desk.application))
    assert db.session.scalar(told) == 2
    asked = sa.select(sa.func.count()).where(AuditEntry.action == "mail:move:asked")
    assert db.session.scalar(asked) == 2
    assert act(desk, move_id, "cancel") == 303
    assert db.session.scalar(told.where(Message.state != WITHDRAWN)) == 0


def test_a_password_that_may_be_right_is_not_asked_for_without_a_question(desk: DeskClient) -> None:
    question = "The password may be right"
    for number, failure, is_asked in ((1, "auth", False), (2, "quota", True)):
        move_id = make_move(number, "failed", failure=failure)
        assert (question in desk.get(f"/admin/mail/{move_id}/?lang=en").text) is is_asked


def test_what_was_not_tried_when_a_move_stopped_is_counted(desk: DeskClient) -> None:
    for number, state, shown in ((1, "failed", "140"), (2, "copying", "nothing")):
        move_id = make_move(number, state, refused=10)
        page = desk.get(f"/admin/mail/{move_id}/?lang=en").text
        assert shown in page.split("Not tried yet</dt>")[1].split("</dd>")[0]


@pytest.mark.parametrize(
    ("state", "said"),
    [("running", ""), ("pending", "in its turn"), ("parked", "")],
)  # fmt: skip
def test_when_it_is_tried_next_is_said_only_where_it_waits(desk: DeskClient, state: str, said: str) -> None:
    move_id = make_move(1, detail=OVER_QUOTA, values={"host": "mail.new"})
    with writing() as session:
        row = Operation(
            kind="move_mail", subject=f"move:{move_id}", directory="main", state=state, attempts=1, desired={},
            not_before=clock.now(), requested_by="amiri", created_at=clock.now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.get_one(MailMove, move_id).operation_id = row.id
    page = desk.get(f"/admin/mail/{move_id}/?lang=en").text
    after = page.split("Next try</dt>")[1].split("</dd>")[0]
    assert said in after if said else "<time" not in after


def test_the_list_says_that_at_this_hour_nothing_moves(desk: DeskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    make_move(1, "queued")
    said = "At this hour no mail is moved; it goes on at 22:00."
    assert said not in desk.get("/admin/mail/?lang=en").text
    monkeypatch.setattr(mail_moves, "opens_at", lambda *_: 22)
    assert said in desk.get("/admin/mail/?lang=en").text


def test_the_work_list_names_moves_that_stopped(desk: DeskClient) -> None:
    make_move(1)
    assert "Mail moves that stopped" not in desk.get("/admin/?lang=en").text
    make_move(2, "failed", failure="quota")
    page = desk.get("/admin/?lang=en").text
    assert "Mail moves that stopped" in page
    assert 'href="/admin/mail/?tab=attention"' in page
