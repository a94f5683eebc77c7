"""``flask cases list``."""

import json

from flask import Flask

from tests.views.case_rows import make_case


def test_the_list_is_as_the_contract_says(app: Flask) -> None:
    make_case(1)
    make_case(2, kind="ORPHAN", national_code=None, state="resolved")
    answer = app.test_cli_runner().invoke(args=["cases", "list", "--json"])
    assert answer.exit_code == 0
    first, second = json.loads(answer.stdout)["cases"]
    assert (first["cause"], first["causes"], first["state"], first["tracking_codes"]) == (
        "NAME_CONFLICT", ["NAME_CONFLICT"], "new", [],
    )  # fmt: skip
    assert (second["national_code"], second["state"]) == (None, "resolved")
    still_open = app.test_cli_runner().invoke(args=["cases", "list", "--state", "open"])
    assert ("NAME_CONFLICT" in still_open.stdout, "ORPHAN" in still_open.stdout) == (True, False)
