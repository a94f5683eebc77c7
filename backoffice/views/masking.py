"""Codes and mobiles are masked on every page until the person at the desk asks to see them.

Asking is an audited act and lasts a few minutes for that one subject. Source: mission S51, S56.
"""

import datetime as dt

from flask import session
from markupsafe import Markup

from backoffice import clock
from backoffice.rules.permissions import Permission
from backoffice.services import unmasking
from backoffice.views.access import allowed, require_fresh, the_actor
from backoffice.views.formats import ltr, mask_code, mask_mail, mask_mobile

SHOWN_FOR = dt.timedelta(minutes=5)
_KEY = "unmasked"


def unmask(subject: str) -> None:
    """Note who wants to see the codes of a subject, and show them for some minutes. Needs a fresh login."""
    require_fresh()
    unmasking.record(subject, actor=the_actor().username)
    living = {name: since for name, since in session.get(_KEY, {}).items() if _lasts(since)}
    session[_KEY] = {**living, subject: clock.now().isoformat()}


def is_shown(subject: str) -> bool:
    """Say whether the codes of a subject are shown to the person of this request at this moment."""
    since = session.get(_KEY, {}).get(subject)
    return since is not None and allowed(Permission.UNMASK) and _lasts(since)


def code(value: str | None, *, shown: bool) -> Markup:
    """Give a national code, masked unless it is shown."""
    return ltr(value or "") if shown and value else mask_code(value)


def mobile(value: str | None, *, shown: bool) -> Markup:
    """Give a mobile, masked unless it is shown."""
    return ltr(value or "") if shown and value else mask_mobile(value)


def mail(value: str, *, shown: bool) -> Markup:
    """Give a private mail address, masked unless it is shown."""
    return ltr(value if shown else mask_mail(value))


def _lasts(since: str) -> bool:
    return clock.now() - dt.datetime.fromisoformat(since) < SHOWN_FOR
