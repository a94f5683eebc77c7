"""Charts as the browser gets them."""

import pytest
from flask import Flask

from backoffice.views import charts

LABEL = "3 تا 6 روز از آغاز ثبت‌نام"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("language", "sign"), [("fa", "\u200f"), ("en", "")])
def test_a_label_begins_with_its_number_on_the_side_of_the_page(app: Flask, language: str, sign: str) -> None:
    with app.test_request_context(f"/?lang={language}"):
        lying = charts.lying_bars([LABEL], [1], ["1"])["layout"]["yaxis"]["ticktext"]
        standing = charts.standing_bars([LABEL], [1], ["1"])["layout"]["xaxis"]["ticktext"]
    assert lying == standing == [f"{sign}3 تا 6 روز از<br>{sign}آغاز ثبت‌نام"]
