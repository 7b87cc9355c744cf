"""The places of a run: never more than there are, the largest lock first, and none lost."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from seam_tui.operations.places import Places


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_of_those_that_wait_the_one_with_most_to_do_goes_first_and_equals_by_turns() -> None:
    places, went = Places(1), []

    async def go(name: str, need: int) -> None:
        async with places.taken(need):
            went.append(name)
            await settle()

    async with asyncio.TaskGroup() as group:
        for name, need in (("first", 1), ("small", 2), ("large", 300), ("as large", 300), ("middle", 40)):
            group.create_task(go(name, need))
    assert went == ["first", "large", "as large", "middle", "small"]


@given(st.integers(1, 3), st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), max_size=20), st.integers(0, 20))
def test_no_place_is_given_twice_or_lost_whoever_is_cancelled(free, asked, steps) -> None:
    async def story() -> None:
        places, held, most = Places(free), 0, 0

        async def go(need: int) -> None:
            nonlocal held, most
            async with places.taken(need):
                held += 1
                most = max(most, held)
                try:
                    await settle()
                finally:
                    held -= 1

        tasks = [asyncio.create_task(go(need)) for need, _ in asked]
        for _ in range(steps):
            await asyncio.sleep(0)
        for task, (_, fate) in zip(tasks, asked, strict=True):
            if fate < 3:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert most <= free
        async with asyncio.timeout(5), asyncio.TaskGroup() as group:
            for _ in range(free):
                group.create_task(go(1))

    asyncio.run(story())
