"""The watcher against the sandbox over the wire, in simulated time."""

from tests.unit.sync.watching import Watched


def test_after_the_load_one_request_a_look_is_enough_while_nothing_happens() -> None:
    async def work(watched: Watched) -> None:
        await watched.looks(2)
        watched.forget_requests()
        began = watched.clock.monotonic()
        await watched.looks(8)
        assert watched.requests == {"/events/list": 8}
        assert 8 * 15 <= watched.clock.monotonic() - began <= 8 * 16

    Watched.open().run(work)


def test_a_look_asks_for_each_hundred_of_changed_codes_once() -> None:
    async def work(watched: Watched) -> None:
        await watched.looks(2)
        watched.forget_requests()
        ids = watched.rename(watched.managed(230))
        told = await watched.looks()
        assert watched.requests == {"/events/list": 1, "/access_codes/list": 3}
        assert (told.events, told.codes) == (230, 230)
        assert watched.names(ids) == {"New name"}

    Watched.open(40, 400).run(work)
