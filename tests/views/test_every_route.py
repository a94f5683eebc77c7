"""Every route, every role, hostile parameters: the whole desk at once. The expected table is route_table.py."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from backoffice.rules.permissions import Role
from backoffice.services import sessions
from tests.views import asked, filled
from tests.views.conftest import ClientAs, DeskClient
from tests.views.route_table import (
    AUDITOR,
    EVERYBODY,
    MANAGER,
    MANAGERS_PAGES,
    MANAGERS_SCREENS,
    OWN_TOKEN,
    ROUTES,
    STRANGER,
)

LONG = "آ" * 3000
# A server lets no longer address in: gunicorn's limit is 4094 bytes, and each of these letters takes six.
LONG_URL = LONG[:600]
HOSTILE = (
    "page=100000000000000000000", "page=-1", "page=x", "page=۱", "page_size=-7", "page_size=999999999999999999999",
    "sort=x", "sort=-1", "sort=99999999999999999999", "sort=0&desc=x", "search=%25_%5C", "search='--",
    f"search={LONG_URL}",
    "flt0_99=1", "flt0_0=", "flt0_0=x", "flt=1&flt_=2&flt0=3", f"flt0_0={LONG_URL}",
    "flt0_0=%27%22%3C&flt1_1=nosuch",
    "flt0_0=1&flt1_1=1&flt2_2=1&flt3_3=1&flt4_4=1&flt5_5=1&flt6_6=1&flt7_7=1",
    "flt0_0=99999999999999999999&flt1_1=-1&flt2_2=1403/13/45&flt3_3=0000-00-00", "id=", "id=1,2", "id=-1", "id=0",
    "id=99999999999999999999", "id=x", "id=1&id=2", "id=%F0%9F%92%A9", f"id={LONG_URL}", "id[]=1", "q=%25",
    f"q={LONG_URL}",
    "q=\u202e\u200f", "situation=NOSUCH&source=nosuch&held=maybe", "source[]=x", "tab=nosuch", "kind=nosuch&status=x",
    "from=1403/13/40&to=x", "_external=1&_scheme=x&_anchor=y&_method=z", "endpoint=a&self=b&values=c", "url=//evil",
    "export_type=exe", "next=//evil.example", "lang=xx", "%00=1", "id=%00", "a=%FF%FE", "q=%ED%A0%80",
)  # fmt: skip
# What reads an address before any page does, and what a page may make of the address as a whole.
READ_BY_ALL = ("%00=1", "a=%FF%FE", "_external=1&_scheme=x&_anchor=y&_method=z", f"q={LONG_URL}")


@pytest.fixture
def overrides() -> dict[str, object]:
    """The request pages are open."""
    return {"policy": {"mode": "act"}}


def rules(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield f"{method} {rule.rule}", rule


def address(app: Flask, rule: Rule) -> str:
    if rule.endpoint == "static":
        return "/static/mark.svg"
    with app.test_request_context():
        values = dict.fromkeys(rule.arguments, 1 if "int:" in rule.rule else "1")
        return str(app.url_map.bind("127.0.0.1").build(rule.endpoint, values))


def gets(app: Flask) -> list[str]:
    return [address(app, rule) for line, rule in rules(app) if line.startswith("GET ")]


def status(client: DeskClient, line: str, path: str) -> int:
    if line.startswith("POST "):
        return client.post_form(path).status_code
    return client.get(path, buffered=True).status_code


def test_the_table_names_every_route_and_no_other(app: Flask) -> None:
    assert {line for line, _rule in rules(app)} == set(ROUTES)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_where_the_table_says_and_nowhere_else(app: Flask, client_as: ClientAs, role: Role) -> None:
    filled.fill()
    reader, wrong = client_as(role), []
    # Reading ends no login, as sending may: whoever reads everything first needs one only.
    for line, rule in sorted(rules(app), key=lambda each: each[0]):
        client = reader if line.startswith("GET ") else client_as(role)
        found = status(client, line, address(app, rule))
        refused, let_in = found == 403, role in ROUTES[line]
        if refused is let_in or found in {400, 401} or (found >= 500 and rule.endpoint != "health.ready"):
            wrong.append(f"{line}: {found}, {'let in' if let_in else 'refused'} by the table")
    assert wrong == []


def test_a_stranger_is_shown_the_way_to_the_login(app: Flask, browser: DeskClient) -> None:
    filled.fill()
    for line, rule in rules(app):
        if STRANGER in ROUTES[line]:
            continue
        path = address(app, rule)
        answer = browser.post_form(path) if line.startswith("POST ") else browser.get(path)
        assert (line, answer.status_code) == (line, 303)
        assert answer.location.startswith("/admin/login")


def test_a_manager_sees_home_statistics_and_the_own_login_only() -> None:
    seen = {line.partition(" ")[2] for line, who in ROUTES.items() if who >= MANAGER and not who >= EVERYBODY}
    assert {path for path in seen if path not in MANAGERS_PAGES and not path.startswith(MANAGERS_SCREENS)} == set()


def test_an_auditor_sends_nothing_but_the_logout() -> None:
    sent = {line for line, who in ROUTES.items() if line.startswith("POST /admin") and who >= AUDITOR}
    assert sent - OWN_TOKEN == {"POST /admin/logout"}


@pytest.mark.parametrize("token", ["", "foreign"])
def test_no_form_is_accepted_without_our_token(app: Flask, client_as: ClientAs, token: str) -> None:
    filled.fill()
    fields = {"csrf_token": sessions.csrf_of(sessions.new_token(), app.config["SECRET_KEY"])} if token else {}
    client = client_as(Role.IT_ADMIN)
    for line, rule in rules(app):
        if line.startswith("POST ") and line not in OWN_TOKEN:
            answer = client.post(address(app, rule), data=fields)
            assert (line, answer.status_code) == (line, 400)


@pytest.mark.parametrize("role", [Role.IT_ADMIN, Role.HR_LIAISON, Role.AUDITOR])
def test_a_get_writes_nothing(app: Flask, client_as: ClientAs, role: Role) -> None:
    filled.fill()
    client = client_as(role)
    before = filled.content()
    for path in gets(app):
        for query in ("", "?id=1", "?id=999"):
            client.get(path + query, buffered=True)
        assert (path, filled.content()) == (path, before)


def test_no_address_however_hostile_breaks_a_page(app: Flask, client_as: ClientAs) -> None:
    filled.fill()
    client, broken, looked_at = client_as(Role.IT_ADMIN), [], asked.watch(app)
    for path in gets(app):
        looked_at.clear()
        client.get(path, buffered=True)
        for query in HOSTILE:
            if query not in READ_BY_ALL and not asked.concerns(query, looked_at):
                continue
            answer = client.get(f"{path}?{query}", buffered=True)
            if answer.status_code >= 500 and path != "/readyz":
                broken.append(f"{path}?{query[:60]}: {answer.status_code}")
            assert "evil" not in answer.headers.get("Location", "")
    assert broken == []


def test_no_form_however_empty_or_hostile_breaks_a_page(app: Flask, client_as: ClientAs) -> None:
    filled.fill()
    fields = (
        "id",
        "username",
        "role",
        "sources",
        "password",
        "reason",
        "code",
        "source",
        "file",
        "name",
        "rows",
        "url",
    )
    for line, rule in rules(app):
        if line.startswith("POST "):
            for value in ("", "x", LONG, "1,2", "99999999999999999999", "\u202e", "//evil.example"):
                # In parts, as pages with files send it: quoting long Persian texts would take most of the time.
                answer = client_as(Role.IT_ADMIN).post_form(
                    address(app, rule), dict.fromkeys(fields, value), content_type="multipart/form-data"
                )
                assert (line, value[:20], answer.status_code < 500) == (line, value[:20], True)
                assert "evil" not in answer.headers.get("Location", "")


def test_rows_that_do_not_exist_are_not_found(app: Flask, client_as: ClientAs) -> None:
    client = client_as(Role.IT_ADMIN)
    for path in gets(app):
        if path.endswith("/details/") or "/1" in path:
            missing = path.replace("/1", "/999")
            assert (path, client.get(f"{missing}?id=999").status_code) == (path, 404)


def test_a_liaison_finds_nothing_of_the_sources_of_others(app: Flask, client_as: ClientAs) -> None:
    filled.fill()
    client = client_as(Role.HR_LIAISON, sources=("another",))
    for line, rule in rules(app):
        names_a_row = rule.endpoint != "static" and (rule.arguments or rule.rule.endswith("/details/"))
        if names_a_row and Role.HR_LIAISON in ROUTES[line]:
            assert (line, status(client, line, f"{address(app, rule)}?id=1")) == (line, 404)
