"""A task that is cancelled at any of its steps leaves the record, its connections and its lock intact."""

from __future__ import annotations

import asyncio
import gc
import itertools
from pathlib import Path

import pytest

from court.models import AudienceTally, Vote, VoteSource
from storage.database import Database
from tests.contracts.store.samples import GUILD, NOW, file_case
from tests.storage.files import PATIENCE, assert_no_connection_thread, connection_threads, opened

STRIDE = 2
"""Steps of the event loop between two places where a task is cancelled. A trip to a connection's thread takes more."""


async def vote_twice(database: Database, case_id: int, user_id: int) -> None:
    async with database.writing() as repos:
        await repos.votes.cast(case_id, user_id, Vote.YES, VoteSource.BUTTON, NOW)
        await repos.votes.cast(case_id, user_id + 1, Vote.YES, VoteSource.BUTTON, NOW)


async def cancelled_after(task: asyncio.Task[None], steps: int, times: int) -> bool:
    """Cancel a task after `steps` steps of the event loop, `times` times in a row. Return whether it was cut off."""
    for _ in range(steps):
        await asyncio.sleep(0)
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([task], timeout=PATIENCE)
    assert task.done()
    return task.cancelled()


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_write_that_is_cancelled_at_any_step_is_stored_as_a_whole_or_not_at_all(
    record: Path, times: int
) -> None:
    kept_at = []
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        for steps in itertools.count(step=STRIDE):
            writing = asyncio.create_task(vote_twice(database, case.id, steps))
            was_cut_off = await cancelled_after(writing, steps, times)
            async with asyncio.timeout(PATIENCE), database.reading() as repos:
                kept = [await repos.votes.of_member(case.id, member) for member in (steps, steps + 1)]
            assert kept in ([None, None], [Vote.YES, Vote.YES])
            kept_at.append(kept[0] is not None)
            if not was_cut_off:
                break

        assert kept_at[0] is False
        assert kept_at[-1] is True
        assert len(connection_threads()) == 1
        assert asyncio.all_tasks() == {asyncio.current_task()}
        async with asyncio.timeout(PATIENCE):
            await vote_twice(database, case.id, 1_000_000)
    gc.collect()
    assert_no_connection_thread()


async def test_a_write_that_waits_for_others_can_be_cancelled(record: Path) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)
        async with database.writing():
            waiting = [asyncio.create_task(vote_twice(database, case.id, 10 * number)) for number in range(5)]
            await asyncio.sleep(0)
            for task in waiting[1:4]:
                task.cancel()
        await asyncio.wait(waiting, timeout=PATIENCE)

        assert [task.cancelled() for task in waiting] == [False, True, True, True, False]
        async with database.reading() as repos:
            assert await repos.votes.tally(case.id) == AudienceTally(yes=4)


async def test_a_read_that_is_cancelled_leaves_its_connection_to_the_others(record: Path) -> None:
    async with opened(record) as database:
        case = await file_case(database, GUILD)

        async def read() -> None:
            async with database.reading() as repos:
                await repos.cases.get(case.id)

        for steps in itertools.count(step=STRIDE):
            if not await cancelled_after(asyncio.create_task(read()), steps, 1):
                break
        assert steps > 0
        assert asyncio.all_tasks() == {asyncio.current_task()}
        async with asyncio.timeout(PATIENCE):
            await vote_twice(database, case.id, 7)
    gc.collect()
    assert_no_connection_thread()
