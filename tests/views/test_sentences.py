"""Stored sentences in the reader's language."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from backoffice.views.sentences import number, sentence

SENTENCES = {"message": "%(count)s rows", "params": {"count": 5210}}


@contextmanager
def page(app: Flask, language: str = "fa") -> Iterator[None]:
    with app.app_context(), app.test_request_context(f"/?lang={language}"):
        yield


def test_numbers_are_grouped_and_in_the_digits_of_the_page(app: Flask) -> None:
    with page(app):
        assert sentence(SENTENCES) == "۵٬۲۱۰ سطر"
        assert number(1403) == "۱٬۴۰۳"
    with page(app, "en"):
        assert sentence(SENTENCES) == "5,210 rows"


def test_places_for_whole_numbers_take_persian_digits_too(app: Flask) -> None:
    with page(app):
        assert sentence({"message": "%(line)d of %(all)d %%", "params": {"line": 7, "all": 9}}) == "۷ of ۹ %"


def test_our_fields_are_named_as_people_call_them(app: Flask) -> None:
    kept = {"message": "%(columns)s?", "params": {"columns": "first_name, last_name, odd"}}
    with page(app):
        assert sentence(kept) == "نام، نام خانوادگی، odd?"


def test_what_came_from_a_file_is_left_as_it_is(app: Flask) -> None:
    kept = {"message": "%(value)s", "params": {"value": "1403/12/30"}}
    with page(app):
        assert sentence(kept) == "1403/12/30"


def test_a_sentence_without_a_message_id_falls_back_on_its_detail(app: Flask) -> None:
    with page(app):
        assert sentence({"detail": "as it was"}) == "as it was"


def test_words_of_a_file_that_run_the_other_way_are_kept_together(app: Flask) -> None:
    kept = {"message": "%(words)s", "params": {"words": "«در انتظار» (1)"}}
    with page(app, "en"):
        assert sentence(kept) == "\u2068«در انتظار» (1)\u2069"
    with page(app):
        assert sentence(kept) == "«در انتظار» (۱)"
        assert sentence({"message": "%(names)s", "params": {"names": "«نام», «x»"}}) == "\u2068«نام»، «x»\u2069"


def test_a_list_of_counted_words_is_written_as_the_language_writes_lists(app: Flask) -> None:
    kept = {"message": "%(words)s", "params": {"words": "«معلق» (12), «در انتظار» (1)"}}
    with page(app):
        assert sentence(kept) == "«معلق» (۱۲)، «در انتظار» (۱)"
