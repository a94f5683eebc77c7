"""Findings in a sentence each, so that a list can be told apart line by line."""

import pytest
from flask import Flask

from backoffice.models import Finding
from backoffice.rules import situations as s
from backoffice.views import finding_words


@pytest.mark.parametrize("situation", [s.TEMP_NO_HR, s.TEMP_HR_INACTIVE, s.TEMP_READY, s.TEMP_IDLE])
def test_a_temporary_account_is_told_with_the_name_of_its_holder(app: Flask, situation: str) -> None:
    finding = Finding(situation=situation, person_name="مریم کاظمی", dns=[], differences=[], evidence={})
    with app.test_request_context("/?lang=en"):
        assert "مریم کاظمی" in finding_words.headline(finding)
