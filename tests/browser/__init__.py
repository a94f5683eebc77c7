"""Tests in Chromium; the checks they share explain themselves when they fail."""

import pytest

pytest.register_assert_rewrite("tests.browser.looks")
