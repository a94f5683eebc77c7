"""The fences round every request: headers, host, size, CSRF, cookies, addresses."""

import pytest
from flask import Flask, redirect

from backoffice.services import sessions
from backoffice.views.cookies import cookie_name
from backoffice.views.security import BODY_LIMIT, csrf_token
from tests.views.conftest import ClientAs, DeskClient

EVERYWHERE = ("/healthz", "/readyz", "/admin/", "/admin/login", "/nothing", "/static/desk.css", "/static/nothing")
HTTPS = {"base_url": "https://desk.example.ac.ir", "trusted_hosts": ["desk.example.ac.ir"]}
over_https = pytest.mark.parametrize("overrides", [HTTPS])


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_headers(browser: DeskClient, path: str) -> None:
    answer = browser.get(path, buffered=True)
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "*" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/admin/", "/admin/login", "/admin/nothing", "/admin"])
def test_nothing_of_the_desk_is_stored_by_the_browser(browser: DeskClient, path: str) -> None:
    assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_a_redirect_of_ours_stays_on_this_host(browser: DeskClient) -> None:
    assert browser.get("/admin/").location.startswith("/admin/login?")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "", "evil:80"])
def test_a_foreign_host_is_refused(browser: DeskClient, host: str) -> None:
    assert browser.get("/healthz", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:8000"])
def test_our_own_hosts_are_served(browser: DeskClient, host: str) -> None:
    assert browser.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/admin/login", "/admin/logout", "/admin/"])
def test_a_body_over_ten_mebibytes_is_refused(browser: DeskClient, path: str) -> None:
    assert browser.post(path, data=b"x" * (BODY_LIMIT + 1), content_type="text/plain").status_code == 413


def test_many_small_fields_are_too_large_as_well(browser: DeskClient) -> None:
    fields = {"username": "x" * 600_000, "csrf_token": browser.csrf()}
    assert browser.post("/admin/login", data=fields).status_code == 413


@pytest.mark.parametrize(
    "sent",
    [{}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": "\u0660" * 64}, {"csrf_token": "foreign"}],
    ids=["none", "empty", "wrong", "not ascii", "another session's"],
)
def test_a_post_without_our_token_is_refused(app: Flask, browser: DeskClient, sent: dict[str, str]) -> None:
    if sent.get("csrf_token") == "foreign":
        sent = {"csrf_token": sessions.csrf_of(sessions.new_token(), app.config["SECRET_KEY"])}
    assert browser.post("/admin/login", data=sent).status_code == 400


def test_a_token_without_its_cookie_is_refused(app: Flask, browser: DeskClient) -> None:
    stranger = app.test_client()
    assert stranger.post("/admin/login", data={"csrf_token": browser.csrf()}).status_code == 400


def test_the_token_may_come_in_a_header(client_as: ClientAs) -> None:
    client = client_as("it_admin")
    assert client.post("/admin/logout", headers={"X-CSRF-Token": client.csrf()}).status_code == 303


@pytest.mark.parametrize(
    "header",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_post_from_another_page_is_refused_even_with_the_token(browser: DeskClient, header: dict[str, str]) -> None:
    assert browser.post_form("/admin/login", headers=header).status_code == 400


def test_a_nul_is_refused_wherever_it_stands(browser: DeskClient) -> None:
    assert browser.get("/admin/login?next=%00").status_code == 400
    assert browser.post_form("/admin/login", {"username": "a\x00", "password": "b"}).status_code == 400


def test_other_methods_are_not_offered(browser: DeskClient) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = browser.open("/admin/login", method=method)
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]


def test_the_cookie_is_for_this_site_only_and_out_of_reach_of_scripts(app: Flask) -> None:
    cookie = app.test_client().get("/admin/login").headers["Set-Cookie"]
    assert cookie.startswith("desk=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Expires" not in cookie


@over_https
def test_over_https_the_cookie_is_bound_to_the_host(app: Flask) -> None:
    answer = app.test_client().get("/admin/login", base_url="https://desk.example.ac.ir")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-desk=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


@over_https
def test_over_https_the_language_cookie_is_secure_too(app: Flask) -> None:
    answer = app.test_client().get("/admin/login?lang=en", base_url="https://desk.example.ac.ir")
    assert all("; Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_made_up_cookie_is_replaced(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie(cookie_name(app), "made-up")
    assert client.get("/admin/login").headers["Set-Cookie"].startswith("desk=")


def address_seen(app: Flask, **headers: str) -> str:
    from flask import request  # noqa: PLC0415 - only this small route needs it

    app.add_url_rule("/who", "who", lambda: request.remote_addr or "none")
    return app.test_client().get("/who", headers=headers).text


def test_a_direct_client_cannot_choose_its_address(app: Flask) -> None:
    assert address_seen(app, **{"X-Forwarded-For": "198.51.100.7"}) == "127.0.0.1"


@pytest.mark.parametrize("overrides", [{"proxy_count": 1}])
def test_behind_one_proxy_only_the_last_address_counts(app: Flask) -> None:
    assert address_seen(app, **{"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}) == "198.51.100.7"


@pytest.mark.parametrize("overrides", [{"proxy_count": 1}])
def test_an_address_that_cannot_be_read_is_refused(app: Flask) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Forwarded-For": "unknown"})
    assert answer.status_code == 400


@pytest.mark.parametrize("overrides", [{"proxy_count": 1}])
def test_a_proxy_cannot_choose_the_host(app: Flask) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 200


def test_the_headers_survive_a_view_that_redirects(app: Flask) -> None:
    app.add_url_rule("/away", "away", lambda: redirect("/healthz"))
    assert "Content-Security-Policy" in app.test_client().get("/away").headers


def test_an_anonymous_page_leaves_nothing_in_the_database(app: Flask) -> None:
    app.test_client().get("/admin/login")
    assert sessions.purge() == 0


def test_the_token_of_a_form_is_the_one_of_the_cookie(app: Flask) -> None:
    with app.test_request_context("/admin/login"):
        app.preprocess_request()
        assert len(csrf_token()) == 64
