"""Servers that take any free port."""

import pytest

from backoffice.demo.instance import DemoError
from backoffice.demo.loopback import MORE_TRIES, on_a_port


class Server:
    """Somebody else was at its port the first so many times."""

    def __init__(self, beaten: int) -> None:
        self.beaten, self.launches = beaten, 0

    def launch(self) -> None:
        self.launches += 1
        if self.launches <= self.beaten:
            raise DemoError("address in use")


def test_a_server_that_finds_its_port_taken_tries_another() -> None:
    server = Server(beaten=MORE_TRIES)
    on_a_port(server.launch, None, DemoError)
    assert server.launches == MORE_TRIES + 1


@pytest.mark.parametrize(("wanted", "launches"), [(None, MORE_TRIES + 1), (389, 1)])
def test_the_fault_is_told_where_no_port_will_do(wanted: int | None, launches: int) -> None:
    server = Server(beaten=9)
    with pytest.raises(DemoError, match="address in use"):
        on_a_port(server.launch, wanted, DemoError)
    assert server.launches == launches
