"""A record that several processes share: claims of one that has ended are taken over when its leases are over."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from court.announcements.delivery import LEASE
from court.hearings.claim import lease_on_hearing
from tests.court.announcements.test_delivery import deliver_killed
from tests.court.house import House


@pytest.fixture
def shared(house: House) -> House:
    house.store.shared = True
    return house


async def test_a_message_of_a_process_that_ended_is_sent_when_its_lease_is_over(shared: House) -> None:
    await shared.filed()
    shared.courier.fail("post card", asyncio.CancelledError())
    await deliver_killed(shared)

    assert await shared.restart() == (0, 0)
    shared.clock.advance(LEASE - timedelta(seconds=1))
    assert await shared.deliver_all() == 0
    shared.clock.advance(timedelta(seconds=1))
    assert await shared.deliver_all() == 1
    assert shared.courier.called == ["post card", "find", "post card"]


async def test_a_hearing_of_a_process_that_ended_is_held_when_its_lease_is_over(shared: House) -> None:
    case = await shared.docketed()
    shared.store.fail("hearings.add", asyncio.CancelledError())
    with pytest.raises(asyncio.CancelledError):
        await shared.queue.hold_next()

    assert await shared.restart() == (0, 0)
    lease = lease_on_hearing("", shared.clock.now(), shared.jury.timeout)
    shared.clock.advance(lease.until - shared.clock.now() - timedelta(seconds=1))
    assert await shared.hold_all() == 0
    shared.clock.advance(timedelta(seconds=1))
    assert await shared.hold_all() == 1
    assert len(await shared.sessions(case)) == 1
