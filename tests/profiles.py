"""Holders of accounts in front of the profile: a browser that is logged in, without a directory."""

from flask import Flask

from backoffice.extensions import settings_of
from backoffice.services import profile_sessions
from tests.registering import Applicant


def logged_in(app: Flask, account_id: int) -> Applicant:
    """Give a browser in which the holder of the account has just logged in."""
    holder = Applicant(app)
    token = profile_sessions.enter(account_id, profile_sessions.PASSWORD, holder.address, settings_of(app))
    assert token
    holder.client.set_cookie("request", token)
    return holder
