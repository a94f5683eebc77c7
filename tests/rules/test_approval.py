"""Requests are approved by themselves only where nothing stands against it. Source: mission S25, S39."""

from dataclasses import replace
from itertools import combinations

import pytest

from backoffice.rules import approval
from backoffice.rules import request_states as states
from backoffice.rules.approval import Facts, Reason
from backoffice.rules.errors import RefusedError

GOOD = Facts()
AGAINST = {
    Reason.ACCOUNT_OVER: {"is_account_alive": False},
    Reason.ASKED: {"awaits_answer": True},
    Reason.ANSWERED: {"has_answer": True},
    Reason.OPEN_CASE: {"has_open_case": True},
    Reason.SECOND_ACCOUNT: {"has_second_account": True},
    Reason.IDENTITY_UNPROVED: {"is_identity_proved": False},
    Reason.NOT_IN_HR: {"is_in_hr": False, "is_active": False},
    Reason.NOT_ACTIVE: {"is_active": False},
    Reason.NOT_SYNCHRONISED: {"is_admitted": True},
    Reason.MAILBOX_UNPROVED: {"has_mailbox": True},
    Reason.MAILBOX_UNTRIED: {"has_mailbox": True, "can_try_mailbox": False},
    Reason.NAME_TAKEN: {"is_name_free": False},
    Reason.OFFICE_NAME: {"is_office_name": True},
    Reason.SWITCHED_OFF: {"is_automatic": False},
}
STATES = {
    Reason.NOT_IN_HR: (states.WAITING_SOURCE, "hr"),
    Reason.NOT_ACTIVE: (states.WAITING_SOURCE, "hr"),
    Reason.NOT_SYNCHRONISED: (states.WAITING_SYNC, "person"),
    Reason.MAILBOX_UNPROVED: (states.WAITING_MAILBOX, "person"),
    Reason.ACCOUNT_OVER: (states.NEEDS_REVIEW, "person"),
    Reason.ASKED: (states.NEEDS_REVIEW, "person"),
}


def test_nothing_against_it_approves() -> None:
    assert approval.judge(GOOD) == approval.Verdict(states.APPROVED)


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_alone_makes_it_wait_for_somebody(reason: Reason) -> None:
    verdict = approval.judge(replace(GOOD, **AGAINST[reason]))
    assert verdict.reasons == (reason,)
    assert (verdict.state, verdict.waits_for) == STATES.get(reason, (states.NEEDS_REVIEW, "it"))


@pytest.mark.parametrize(("one", "other"), list(combinations(Reason, 2)))
def test_two_reasons_never_approve(one: Reason, other: Reason) -> None:
    assert approval.judge(replace(GOOD, **{**AGAINST[one], **AGAINST[other]})).state != states.APPROVED


def test_a_press_after_becoming_active_opens_the_second_gate() -> None:
    admitted = replace(GOOD, is_admitted=True, is_synchronised=True)
    assert approval.judge(admitted).state == states.APPROVED
    assert approval.judge(replace(admitted, is_active=False)).reasons == (Reason.NOT_ACTIVE,)


@pytest.mark.parametrize("before", states.STATES)
def test_no_request_comes_back_from_its_end(before: str) -> None:
    for after in states.STATES:
        if after not in states.MAY_BECOME[before]:
            with pytest.raises(RefusedError):
                states.check_step(before, after)
