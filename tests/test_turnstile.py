"""The lock that lets its waiters in by the order in which they came."""

import threading

from backoffice.turnstile import Turnstile
from tests.waiting import wait_until


def test_waiters_come_in_by_the_order_in_which_they_came() -> None:
    turnstile, came, threads = Turnstile(), list[int](), list[threading.Thread]()
    assert turnstile.enter(0)

    def come(number: int) -> None:
        assert turnstile.enter(30)
        came.append(number)
        turnstile.leave()

    for number in range(8):
        threads.append(threading.Thread(target=come, args=(number,)))
        threads[-1].start()
        wait_until(lambda: len(turnstile._line) == len(threads), "the thread stands in line")
    turnstile.leave()
    for thread in threads:
        thread.join()
    assert came == list(range(8))
    assert turnstile.enter(0)


def test_who_loses_patience_leaves_the_line_and_holds_up_nobody() -> None:
    turnstile = Turnstile()
    assert turnstile.enter(0)
    assert not turnstile.enter(0.01)
    turnstile.leave()
    assert turnstile.enter(0)


def test_only_one_is_inside_at_a_time() -> None:
    turnstile, inside, most = Turnstile(), list[int](), list[int]()

    def come() -> None:
        for _ in range(200):
            assert turnstile.enter(30)
            inside.append(1)
            most.append(len(inside))
            inside.pop()
            turnstile.leave()

    threads = [threading.Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), set(most)) == (1200, {1})
