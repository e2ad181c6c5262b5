"""While jurors wait for their turn at a vendor, no other hearing begins."""

from __future__ import annotations

import asyncio

import pytest

from court.errors import ModelUnavailable
from court.jury.limits import NO_TURN
from court.models import Outcome
from tests.court.house import House
from tests.fakes.models import votes


async def refused(house: House, provider: str, wait: float) -> None:
    """Have a vendor refuse one request."""
    soon = asyncio.get_running_loop().time() + 5
    with pytest.raises(ModelUnavailable):
        async with house.jury.limits.turn(provider, soon):
            raise ModelUnavailable("HTTP 429", billed=False, limited=True, retry_after=wait)


async def test_no_hearing_begins_while_a_juror_waits_for_its_turn(house: House) -> None:
    await house.docketed()
    await refused(house, "another", 0.05)
    soon = asyncio.get_running_loop().time() + 5

    async def wait() -> None:
        async with house.jury.limits.turn("another", soon):
            pass

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    assert not await house.queue.hold_next()
    await waiting
    assert await house.queue.hold_next()


async def test_an_alternate_sits_where_a_vendor_wants_to_be_left_alone(house: House) -> None:
    alternate = house.model("alternate/model", votes())
    house.jury = type(house.jury)(house.pool([*house.jurors, alternate]), house.judge, panel_size=5, timeout=5.0)
    house.restart_services()
    await refused(house, house.jurors[0].ref.provider, 3_600)

    hearings = [(await house.sessions(await house.heard(f"Can AI do thing number {n}?")))[0] for n in range(4)]

    for hearing in hearings:
        assert {opinion.outcome for opinion in hearing.opinions} == {Outcome.BALLOT}
        assert {opinion.cause for opinion in hearing.replaced} <= {NO_TURN}
    assert any(hearing.replaced for hearing in hearings)
    assert house.jurors[0].asked == []
