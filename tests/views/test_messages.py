"""The list of messages: found by what they are about and what became of them, addresses masked."""

import pytest
import sqlalchemy as sa

from backoffice import clock
from backoffice.extensions import db, writing
from backoffice.models import Message, Operation
from tests.factories import make_person
from tests.views.conftest import ClientAs

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MOBILE, ADDRESS = "09121234567", "parisa.karimi@gmail.com"


def make(template: str, channel: str = "sms", state: str = "delivered", **values: object) -> int:
    """A message and its operation; give its id."""
    now = clock.now()
    with writing() as session:
        operation = Operation(
            kind=f"send_{channel}", subject=f"message:{template}", directory="main", desired={}, state="parked",
            not_before=now, created_at=now, attempts=3, detail="%(host)s cannot be reached.", values={"host": "sms.x"},
        )  # fmt: skip
        session.add(operation)
        session.flush()
        message = Message(
            key=f"{operation.id:016x}", channel=channel, address=MOBILE if channel == "sms" else ADDRESS,
            template=template, language="fa", state=state, operation_id=operation.id, created_at=now, **values,
        )  # fmt: skip
        session.add(message)
        session.flush()
        return message.id


def shown(client_as: ClientAs, query: str = "", role: str = "it_operator") -> str:
    return client_as(role).get(f"/admin/messages/?lang=en{query}").text


def test_messages_are_listed_with_masked_addresses(client_as: ClientAs) -> None:
    make("code", state="failed")
    make("temporary_ends", "mail")
    page = shown(client_as)
    for words in ("One-time code (by SMS)", "0912•••4567", "not handed over", "pa•••@gmail.com", "handed over"):
        assert words in page
    assert MOBILE not in page
    assert ADDRESS not in page


@pytest.mark.parametrize("query", ["flt0_0=code", "flt0_1=sms", "flt0_2=failed"])
def test_filters_narrow_the_list(client_as: ClientAs, query: str) -> None:
    make("code", state="failed")
    make("temporary_ends", "mail")
    page = shown(client_as, f"&{query}")
    assert "0912•••4567" in page
    assert "pa•••@gmail.com" not in page


def test_one_message_says_why_it_was_not_handed_over_and_whose_it_is(client_as: ClientAs) -> None:
    person = make_person(3)
    number = make("code", state="failed", person_id=person, gateway_number="G-77")
    page = client_as("auditor").get(f"/admin/messages/details/?id={number}&lang=en").text
    for words in ("sms.x", "cannot be reached.", "G-77", f'href="/admin/people/{person}/"', "0912•••4567"):
        assert words in page
    assert MOBILE not in page


def test_without_messages_the_page_says_so(client_as: ClientAs) -> None:
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Message)) == 0
    assert client_as("it_admin").get("/admin/messages/").status_code == 200
