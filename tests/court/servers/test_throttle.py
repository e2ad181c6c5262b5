"""The throttle: one server's crowd does not stand in front of another's member."""

from __future__ import annotations

import asyncio

from court.servers.throttle import AT_ONCE, Throttle
from tests.contracts.store.samples import GUILD, OTHER_GUILD


async def test_a_crowd_waits_in_order_and_nobody_elsewhere_waits_for_it() -> None:
    throttle, going_on = Throttle(), asyncio.Event()
    began: list[int] = []

    async def work(number: int) -> None:
        async with throttle.admit(GUILD):
            began.append(number)
            await going_on.wait()

    crowd = [asyncio.create_task(work(number)) for number in range(3 * AT_ONCE)]
    for _ in range(10):
        await asyncio.sleep(0)
    assert began == list(range(AT_ONCE))

    async with asyncio.timeout(1), throttle.admit(OTHER_GUILD):
        assert len(began) == AT_ONCE
    crowd[AT_ONCE].cancel()
    going_on.set()
    await asyncio.gather(*crowd, return_exceptions=True)

    assert began == [number for number in range(3 * AT_ONCE) if number != AT_ONCE]
    async with asyncio.timeout(1), throttle.admit(GUILD):
        pass
