"""Pages of the review in groups."""

import re

import pytest
import sqlalchemy as sa

from backoffice.extensions import db
from backoffice.models import Case, Link, ReviewBatch
from backoffice.services import case_work
from tests.services.review_rows import judged, make_pairs
from tests.views.conftest import ClientAs, DeskClient

PAGE = "/admin/reviews/?lang=en"
REASON = {"reason": "two hundred looked at"}


def shown(client: DeskClient, path: str = PAGE) -> list[str]:
    return re.findall(r'name="shown" value="([^"]+)"', client.get(path).text)


def states() -> list[str]:
    return list(db.session.scalars(sa.select(Case.state).where(Case.decided_by != "amiri").order_by(Case.id)))


def test_twenty_pairs_are_shown_with_masked_codes_and_marked_letters(client_as: ClientAs) -> None:
    make_pairs(21)
    client = client_as("it_operator")
    page = client.get(PAGE).text
    assert page.count('class="pair"') == 20
    assert "21 pairs wait" in page
    assert '<mark class="diff diff-other">ی</mark>' in page
    case_id = int(shown(client)[0].partition(":")[0])
    code = str(db.session.get_one(Case, case_id).national_code)
    assert code not in page
    assert f"{code[:3]}•••••{code[-2:]}" in page
    assert len(shown(client, f"{PAGE}&page=1")) == 1


def test_exactly_the_shown_pairs_are_decided_and_the_next_ones_follow(client_as: ClientAs) -> None:
    make_pairs(22)
    client = client_as("it_operator")
    pairs = shown(client)
    ticked = pairs[3].partition(":")[0]
    answer = client.post_form("/admin/reviews/decide?rule=T2", {"shown": pairs, "different": [ticked]})
    assert (answer.status_code, answer.location) == (303, "/admin/reviews/?rule=T2")
    assert db.session.get_one(Case, int(ticked)).verdict == "different"
    assert db.session.query(Link).count() == 19
    page = client.get(PAGE).text
    assert "Decided: 19 pairs are the same person, 1 are not." in page
    assert len(shown(client)) == 2


def test_what_somebody_else_decided_meanwhile_is_skipped_and_said(client_as: ClientAs) -> None:
    ids = make_pairs(2)
    client = client_as("it_operator")
    pairs = shown(client)
    case_work.take(ids[0], actor="rezaei")
    client.post_form("/admin/reviews/decide?rule=T2", {"shown": pairs})
    page = client.get(PAGE).text
    assert "1 pairs were left out: rezaei has already taken this case." in page
    assert sorted(states()) == ["resolved", "triage"]


def test_an_empty_form_decides_nothing(client_as: ClientAs) -> None:
    make_pairs(1)
    client = client_as("it_operator")
    for fields in ({}, {"shown": ["x:y", "1", ":f", "99999999999999999999:f"]}):
        assert client.post_form("/admin/reviews/decide?rule=T2", fields).status_code == 422
    assert client.post_form("/admin/reviews/decide?rule=T9", {}).status_code == 404
    assert states() == ["new"]


def test_the_measure_of_a_rule_and_what_it_still_needs_are_said(client_as: ClientAs) -> None:
    client = client_as("it_operator")
    judged(150)
    page = client.get(PAGE).text
    assert "at least 98 percent" in page
    assert "50 more pairs without a fault" in page
    assert "448 more right ones" in page
    judged(1, "different")
    assert "each pair has to be looked at" in client.get(PAGE).text


def test_an_earned_rule_says_that_it_links_by_itself(client_as: ClientAs) -> None:
    judged(600)
    page = client_as("auditor").get(PAGE).text
    assert "the rule links by itself from the next run on" in page
    assert 'href="/admin/trust/"' in page


def test_the_rest_is_offered_only_after_two_hundred_and_only_to_an_administrator(client_as: ClientAs) -> None:
    make_pairs(3)
    judged(199)
    admin = client_as("it_admin")
    assert "/admin/reviews/accept" not in admin.get(PAGE).text
    assert admin.post_form("/admin/reviews/accept?rule=T2", REASON).status_code == 422
    assert db.session.query(Link).count() == 0
    judged(1, tier="T1b")
    assert "/admin/reviews/accept" not in admin.get(PAGE).text


def test_the_rest_is_accepted_and_taken_back_as_one_step(client_as: ClientAs) -> None:
    make_pairs(3)
    judged(200)
    assert "/admin/reviews/accept" not in client_as("it_operator").get(PAGE).text
    admin = client_as("it_admin")
    assert "/admin/reviews/accept" in admin.get(PAGE).text
    assert admin.post_form("/admin/reviews/accept?rule=T2", {"reason": " "}).status_code == 422
    assert admin.post_form("/admin/reviews/accept?rule=T2", REASON).status_code == 303
    page = admin.get(f"{PAGE}&rule=T2").text
    assert "3 pairs were accepted by rule" in page
    assert "two hundred looked at" in page
    batch = db.session.query(ReviewBatch).one()
    undo = {"batch": str(batch.id), "reason": "the file was wrong"}
    assert admin.post_form("/admin/reviews/undo?rule=T2", {**undo, "reason": ""}).status_code == 422
    assert admin.post_form("/admin/reviews/undo?rule=T2", {**undo, "batch": "x"}).status_code == 404
    assert admin.post_form("/admin/reviews/undo?rule=T2", undo).status_code == 303
    assert states() == ["new"] * 3
    assert admin.post_form("/admin/reviews/undo?rule=T2", undo).status_code == 422


@pytest.mark.parametrize("act", ["accept", "undo"])
def test_weighty_acts_take_a_fresh_login(client_as: ClientAs, act: str) -> None:
    make_pairs(1)
    judged(200)
    tired = client_as("it_admin", fresh=False)
    assert "Confirm that it is you" in tired.get(PAGE).text
    answer = tired.post_form(f"/admin/reviews/{act}?rule=T2", {**REASON, "batch": "1"})
    assert answer.location.startswith("/admin/login/again")
    assert states() == ["new"]


def test_an_auditor_sees_the_pairs_and_decides_none(client_as: ClientAs) -> None:
    make_pairs(1)
    page = client_as("auditor").get(PAGE).text
    assert 'class="pair"' in page
    assert "Decide these" not in page


def test_of_one_person_twice_only_the_ticked_can_be_decided(client_as: ClientAs) -> None:
    make_pairs(1, "T5")
    page = client_as("it_operator").get(PAGE).text
    assert "Decide the ticked pairs" in page
    assert "What this rule has proved" not in page


def test_a_pair_without_evidence_can_still_be_seen(client_as: ClientAs) -> None:
    make_pairs(1, last_row=99)
    assert "no longer kept" in client_as("it_operator").get(PAGE).text


def test_the_list_of_such_cases_leads_to_the_groups(client_as: ClientAs) -> None:
    make_pairs(1)
    link = 'href="/admin/reviews/">Review'
    assert link in client_as("it_operator").get("/admin/cases/?kind=REVIEW&lang=en").text
    assert link not in client_as("hr_liaison", sources=("hr",)).get("/admin/cases/?kind=REVIEW&lang=en").text
