"""The portal of the demo university."""

from urllib.request import urlopen

from backoffice.demo import portal
from backoffice.demo.loopback import HOST, free_port, is_free


def test_its_port_is_held_from_the_first_moment_and_a_second_portal_takes_another() -> None:
    desk = free_port()
    with portal.serving(desk, "http://127.0.0.1:1") as first, portal.serving(desk, "http://127.0.0.1:2") as second:
        ports = [int(origin.rpartition(":")[2]) for origin in (first, second)]
        assert desk < ports[0] < ports[1] < desk + portal.PORTS
        for number, port in enumerate(ports, start=1):
            assert not is_free(port)
            with urlopen(f"http://{HOST}:{port}/", timeout=20) as answer:
                assert f"http://127.0.0.1:{number}/request/embed.js" in answer.read().decode()


def test_there_is_none_after_the_last_port() -> None:
    with portal.serving(portal.LAST_PORT, "http://127.0.0.1:1") as origin:
        assert not origin
