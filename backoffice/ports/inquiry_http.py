"""Asking an outside service about a person over HTTP; request and answer are described by an InquirySettings table.

Source: contract.md "Details": with only the URL set, JSON with our field names, ``{"answer": "matched"}`` back.
"""

import logging
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field

from pydantic import SecretStr

from backoffice.ports import bulkhead, http_post
from backoffice.ports.transport import TransportError
from backoffice.rules.inquiry import Answer
from backoffice.settings import InquirySettings

# A page has to answer within three seconds in all (contract.md): each step, and the whole question.
STEP_SECONDS, WHOLE_SECONDS = 2.0, 2.5
_FINE = range(200, 300)
_log = logging.getLogger(__name__)
# Services that hang hold these threads and no others; whoever finds none free has no answer either.
_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="inquiry")


@dataclass(frozen=True)
class HttpInquiry:
    """A service behind one URL. ``setting`` names where the URL comes from."""

    url: str
    key: SecretStr
    setting: str
    shape: InquirySettings = field(default_factory=InquirySettings)

    def ask(self, values: Mapping[str, str]) -> Answer:
        """Give the answer within three seconds. Whatever is not plainly an answer is UNAVAILABLE, never a mismatch."""
        until = time.monotonic() + WHOLE_SECONDS
        try:
            with bulkhead.place(self.setting):
                return self._answer(values, until)
        except bulkhead.FullError:
            _log.warning("%s: others wait already", self.setting)
        except TookTooLong:
            _log.warning("%s: no answer in time", self.setting)
        except TransportError as fault:
            _log.warning("%s: %s", self.setting, fault)
        return Answer.UNAVAILABLE

    def probe(self) -> None:
        """Connect and say nothing. Raises TransportError."""
        http_post.probe(self.url, setting=self.setting, seconds=STEP_SECONDS)

    def _answer(self, values: Mapping[str, str], until: float) -> Answer:
        question = _threads.submit(self._ask, dict(values))
        try:
            return question.result(until - time.monotonic())
        finally:
            question.cancel()

    def _ask(self, values: Mapping[str, str]) -> Answer:
        named = {self.shape.names.get(name, name): value for name, value in values.items()} | self.shape.fixed
        named.pop("", None)
        body, content_type = http_post.encoded(named, self.shape.format)
        came = http_post.post(
            self.url, body, self._headers(content_type), setting=self.setting, seconds=STEP_SECONDS
        )  # fmt: skip
        word = http_post.at(came.content, self.shape.answer) if came.status in _FINE else None
        if word is None:
            _log.warning("%s: status %d, no answer that is known", self.setting, came.status)
        return self._meaning(str(word))

    def _meaning(self, word: str) -> Answer:
        for answer in Answer:
            if word.casefold() in (known.casefold() for known in self.shape.words.get(answer.value, (answer.value,))):
                return answer
        return Answer.UNAVAILABLE

    def _headers(self, content_type: str) -> dict[str, str]:
        headers = {"Content-Type": content_type, "Accept": "application/json"}
        secret = self.key.get_secret_value()
        return headers | ({self.shape.key_header: self.shape.key_format.format(secret)} if secret else {})
