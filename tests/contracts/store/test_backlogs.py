"""The work that waits: hearings, dispatches, and servers that a cap holds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from court.announcements.kinds import PlainNotice
from court.models.work import Backlog, Pace
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, OTHER_GUILD, file_case
from tests.contracts.store.uses import Uses
from tests.fakes.world import LEASE

HOUR = timedelta(hours=1)


async def at(store: Store, now: datetime = NOW) -> Backlog:
    async with store.reading() as repos:
        return await repos.backlogs.at(now)


async def test_a_new_record_has_no_work(store: Store) -> None:
    assert await at(store) == Backlog()


async def test_hearings_are_counted_by_whether_they_wait_are_late_or_under_way(store: Store) -> None:
    cases = [await file_case(store, GUILD) for _ in range(4)]
    async with store.writing() as repos:
        for case, due in zip(cases, (NOW - 3 * HOUR, NOW - HOUR, NOW, NOW + DAY), strict=True):
            await repos.hearing_queue.schedule(case.id, due)
    assert await at(store) == Backlog(hearings_waiting=4, hearings_late=3, hearing_since=NOW - 3 * HOUR)

    async with store.writing() as repos:
        claimed = await repos.hearing_queue.claim(NOW, LEASE)
    assert claimed is not None
    under_way = Backlog(hearings_waiting=3, hearings_late=2, hearings_under_way=1, hearing_since=NOW - HOUR)
    assert await at(store) == under_way
    assert (await at(store, LEASE.until)).hearings_under_way == 0, "its lease is over"

    async with store.writing() as repos:
        await repos.hearing_queue.finish(claimed.id)
    assert await at(store) == replace(under_way, hearings_under_way=0)


async def test_hearings_of_a_server_that_is_not_served_do_not_count(store: Store) -> None:
    case = await file_case(store, GUILD)
    async with store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, NOW - HOUR)
        await repos.hearing_queue.park(GUILD)
    assert await at(store) == Backlog()


async def test_dispatches_wait_since_their_lane_could_be_served(store: Store) -> None:
    async with store.writing() as repos:
        await repos.outbox.add(PlainNotice("one"), GUILD, NOW - HOUR)
        await repos.outbox.add(PlainNotice("two"), GUILD, NOW - HOUR)
        await repos.outbox.add(PlainNotice("tomorrow"), OTHER_GUILD, NOW + DAY)
    assert await at(store) == Backlog(dispatches_waiting=3, dispatch_since=NOW - HOUR)

    async with store.writing() as repos:
        dispatch = await repos.outbox.claim(NOW, LEASE)
    assert dispatch is not None
    assert await at(store) == Backlog(dispatches_waiting=2), "its lane is being served"

    async with store.writing() as repos:
        await repos.outbox.done(dispatch.id)
        await repos.outbox.free(dispatch, NOW, pace=Pace(1, HOUR))
    assert await at(store, NOW + HOUR / 2) == Backlog(dispatches_waiting=2), "its pace allows no message yet"
    assert (await at(store, NOW + 2 * HOUR)).dispatch_since == NOW + HOUR


async def test_a_lane_in_which_something_failed_is_not_late(store: Store) -> None:
    async with store.writing() as repos:
        await repos.outbox.add(PlainNotice("no permission"), GUILD, NOW)
        dispatch = await repos.outbox.claim(NOW, LEASE)
        assert dispatch is not None
        await repos.outbox.postpone(dispatch.id, NOW, "no permission")
        await repos.outbox.free(dispatch, NOW, closed=HOUR)
    assert await at(store, NOW + DAY) == Backlog(dispatches_waiting=1)


async def test_servers_that_a_cap_holds_up_are_counted_until_it_is_over(store: Store) -> None:
    async with store.writing() as repos:
        await repos.guilds.adjourn(GUILD, NOW + HOUR)
        await repos.guilds.adjourn(OTHER_GUILD, NOW + DAY)
    assert (await at(store)).servers_held_up == 2
    assert (await at(store, NOW + HOUR)).servers_held_up == 1


USES: Uses = {"backlogs.at": lambda repos: repos.backlogs.at(NOW)}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
