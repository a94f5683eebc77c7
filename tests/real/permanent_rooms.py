"""What tests of permanent accounts on a real server have in common."""

from flask import Flask

from backoffice.extensions import db, settings_of
from backoffice.models import PermanentRequest
from backoffice.services import approval, permanent_requests
from backoffice.services.permanent_requests import Wanted
from tests.factories import make_hr_row
from tests.real.account_rooms import BASE, ask, work_off


def made(app: Flask, number: int) -> int:
    """Give the account of person ``number``, whom HR has as active, once it is temporary."""
    make_hr_row(number)
    account_id = ask(app, number)
    work_off(app)
    return account_id


def file(app: Flask, account_id: int, name: str) -> int:
    """Ask for the permanent account with a name; give the request's id."""
    return permanent_requests.submit(
        account_id, Wanted(had_mailbox="no", preferred_name=name), address="127.0.0.1", settings=settings_of(app)
    )


def promoted(app: Flask, number: int, name: str) -> int:
    """Give the request of person ``number`` once the account is permanent."""
    request_id = file(app, made(app, number), name)
    approval.judge(request_id, settings_of(app))
    work_off(app)
    return request_id


def the_request(request_id: int) -> PermanentRequest:
    """Give the request as it is now."""
    db.session.rollback()
    return db.session.get_one(PermanentRequest, request_id)


def permanent_dn(username: str) -> str:
    """Give the DN of a permanent account."""
    return f"uid={username},ou=people,{BASE}"
