"""Watcher and re-reader read at one time: whichever answer comes last, what was asked for last is what is shown."""

from __future__ import annotations

import pytest

from seam_tui.sandbox.issues import code_event
from seam_tui.sync import events
from tests.unit.sync.watching import ONLY_EVENTS, Watched

CODES, CODE = "/access_codes/list", "/access_codes/get"


def watch(work) -> None:
    async def after_the_first_looks(watched: Watched) -> None:
        await watched.looks(2)
        await work(watched)

    Watched.open(pace=ONLY_EVENTS).run(after_the_first_looks)


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_batch_that_was_asked_for_before_does_not_bring_back_what_was(is_gone: bool) -> None:
    async def work(watched: Watched) -> None:
        code = watched.managed(1)[0]
        code_event(watched.world, code, "changed")
        watched.line.slow[CODES] = 3.0
        watched.watcher.poll_now()
        await watched.clock.sleep(1.0)  # the batch is on its way back
        code.name = "New"
        if is_gone:
            watched.world.drop_code(code)
        await watched.rereader.read_now([code.access_code_id])
        await watched.looks()
        assert (code.access_code_id in watched.store.codes) is not is_gone
        assert is_gone or watched.names([code.access_code_id]) == {"New"}

    watch(work)


def test_a_read_of_one_that_was_asked_for_before_does_not_bring_back_what_was() -> None:
    async def work(watched: Watched) -> None:
        code = watched.managed(1)[0]
        watched.line.slow[CODE] = 3.0
        watched.rereader.watch(code.access_code_id, True, "changing name")
        await watched.clock.sleep(1.5)  # it is on its way back
        code.name = "New"
        code_event(watched.world, code, "changed")
        watched.watcher.poll_now()
        await watched.looks()
        assert watched.names([code.access_code_id]) == {"New"}
        await watched.clock.sleep(10.0)
        watched.apply()
        assert watched.names([code.access_code_id]) == {"New"}
        assert watched.of(events.CodeSettled) == [events.CodeSettled(code.access_code_id)]

    watch(work)


def test_what_is_remembered_of_answers_does_not_grow() -> None:
    async def work(watched: Watched) -> None:
        for code in watched.managed(50):
            watched.rereader.watch(code.access_code_id, True, "changing name")
        await watched.clock.sleep(5.0)
        assert len(watched.rereader._newest) == 50
        await watched.clock.sleep(200.0)
        watched.rereader.watch(watched.managed(1)[0].access_code_id, True, "changing name")
        await watched.clock.sleep(2.0)
        assert len(watched.rereader._newest) <= 5  # those that are still on their way

    watch(work)
