"""What the tests of pages look with does see faults."""

from playwright.sync_api import Browser

from tests.browser.looks import violations


def test_faults_of_a_page_are_found_each_time(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_content("<!DOCTYPE html><html lang='fa'><title>x</title><main><h1>x</h1><img src=''></main></html>")
    assert [rule for rule, _place in violations(page)] == ["image-alt"]
    assert violations(page, frozenset({"critical"})) == []
    context.close()
