"""All connections to a server share its bytes a second; a clock that only waits tells the time."""

from backoffice.ports.imap_pace import Pace, pace_of


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_so_many_bytes_a_second_go_through() -> None:
    clock = Clock()
    pace = Pace(1_000, lambda: clock.now, clock.sleep)
    waited = [pace.spend(size) for size in (500, 2_000, 10)]
    assert waited == [0, 0.5, 2.0]
    clock.sleep(60)
    assert pace.spend(1) == 0


def test_a_server_has_one_pace_and_none_without_a_limit() -> None:
    one = pace_of("imap://a.example", 1_000)
    assert pace_of("imap://a.example", 1_000) is one
    assert pace_of("imap://b.example", 1_000) is not one
    assert pace_of("imap://a.example", 0) is None
