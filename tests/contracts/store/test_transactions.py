"""A writing block is stored as a whole or not at all, and only one writes at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import pytest

from court.announcements.kinds import PlainNotice, RulingAnnouncement, StatementCard
from court.errors import StorageError
from court.models import (
    AudienceTally,
    Ballot,
    Case,
    CaseState,
    GuildSettings,
    Standing,
    Turn,
    TurnKind,
    Vote,
    VoteSource,
)
from court.ports import Repositories, Store
from tests.contracts.store.samples import FILER, GUILD, NOW, OTHER_GUILD, ROSTER, background, hearing
from tests.fakes.world import LEASE

TURN = Turn(TurnKind.INFLECTION, session=1, began=1, before=Ballot.NO, after=Ballot.YES, at=NOW)


class Stop(Exception):
    """Raised by a test in the middle of a block."""


async def write_everywhere(repos: Repositories, case: Case) -> None:
    await repos.cases.file(OTHER_GUILD, "Can AI play chess?", FILER, NOW)
    await repos.hearings.add(hearing(case.id))
    await repos.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)
    await repos.guilds.put(GuildSettings(GUILD, 1, 2, 3))
    await repos.hearing_queue.schedule(case.id, NOW)
    await repos.outbox.add(PlainNotice("a notice"), GUILD, NOW)
    await repos.rosters.put(ROSTER)
    await repos.backgrounds.add(background(case.id))
    await repos.standings.put(case.id, Standing(term=2), NOW)
    await repos.turns.put(case.id, [TURN])
    await repos.guilds.adjourn(GUILD, NOW)
    await repos.charges.reserve(GUILD, case.id, NOW, 500)


async def nothing_written(store: Store, case: Case) -> bool:
    async with store.writing() as repos:
        return (
            await repos.cases.newest(OTHER_GUILD, list(CaseState), 1) == []
            and await repos.hearings.get(case.id, 1) is None
            and await repos.votes.tally(case.id) == AudienceTally()
            and await repos.guilds.get(GUILD) == GuildSettings(GUILD)
            and await repos.hearing_queue.claim(NOW, LEASE) is None
            and await repos.outbox.claim(NOW, LEASE) is None
            and await repos.rosters.get(ROSTER.fingerprint) is None
            and await repos.backgrounds.latest(case.id) is None
            and await repos.standings.get(case.id) == Standing()
            and await repos.turns.of_case(case.id) == []
            and await repos.guilds.adjourn(GUILD, NOW)
            and await repos.charges.spent(NOW) == 0
        )


async def test_a_block_that_raises_leaves_nothing(store: Store, case: Case) -> None:
    async def write_and_raise() -> None:
        async with store.writing() as repos:
            await write_everywhere(repos, case)
            raise Stop

    with pytest.raises(Stop):
        await write_and_raise()

    assert await nothing_written(store, case)


async def test_a_block_that_is_cancelled_leaves_nothing_and_the_next_one_writes(store: Store, case: Case) -> None:
    written = asyncio.Event()

    async def write_and_wait() -> None:
        async with store.writing() as repos:
            await write_everywhere(repos, case)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await nothing_written(store, case)
    async with store.writing() as repos:
        await write_everywhere(repos, case)
    assert not await nothing_written(store, case)


async def test_what_is_written_is_not_seen_before_the_commit(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)
        assert await repos.votes.of_member(case.id, 5) is Vote.YES
        async with store.reading() as others:
            assert await others.votes.of_member(case.id, 5) is None

    async with store.reading() as others:
        assert await others.votes.of_member(case.id, 5) is Vote.YES


async def test_a_reading_block_sees_one_state_of_the_record(store: Store, case: Case) -> None:
    async with store.reading() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally()
        async with store.writing() as others:
            await others.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)
        assert await repos.votes.tally(case.id) == AudienceTally()


async def test_a_reading_block_cannot_write(store: Store, case: Case) -> None:
    with pytest.raises(StorageError, match="reading transaction tried to write"):
        async with store.reading() as repos:
            await repos.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)

    async with store.writing() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally()
        await repos.votes.cast(case.id, 5, Vote.NO, VoteSource.BUTTON, NOW)
    async with store.reading() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally(no=1)


async def test_read_then_write_never_loses_a_count(store: Store) -> None:
    async def count_up() -> None:
        async with store.writing() as repos:
            settings = await repos.guilds.get(GUILD)
            await asyncio.sleep(0)
            await repos.guilds.put(GuildSettings(GUILD, mod_role_id=(settings.mod_role_id or 0) + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))

    async with store.reading() as repos:
        assert (await repos.guilds.get(GUILD)).mod_role_id == 20


async def test_many_read_while_one_writes(store: Store, case: Case) -> None:
    async def read() -> str:
        async with store.reading() as repos:
            found = await repos.cases.get(case.id)
            assert found is not None
            return found.statement

    async with store.writing() as repos:
        await repos.cases.reword(case.id, "Can AI play chess?")
        assert set(await asyncio.gather(*(read() for _ in range(20)))) == {case.statement}


NAIVE: dict[str, Callable[[Repositories, Case, datetime], Awaitable[object]]] = {
    "due_hearing": lambda repos, case, at: repos.hearing_queue.schedule(case.id, at),
    "resumed": lambda repos, case, at: repos.hearing_queue.resume(at),
    "hurried": lambda repos, case, at: repos.hearing_queue.hurry(at, at),
    "background": lambda repos, case, at: repos.backgrounds.add(background(case.id, at)),
    "turn": lambda repos, case, at: repos.turns.put(case.id, [replace(TURN, at=at)]),
    "cap": lambda repos, case, at: repos.guilds.adjourn(GUILD, at),
    "charge": lambda repos, case, at: repos.charges.reserve(GUILD, case.id, at, 1),
    "spent": lambda repos, case, at: repos.charges.spent(at),
    "statistics": lambda repos, case, at: repos.statistics.statistics(GUILD, at),
}


@pytest.mark.parametrize("what", NAIVE)
async def test_a_time_without_a_zone_is_refused(store: Store, case: Case, what: str) -> None:
    async with store.writing() as repos:
        await write_everywhere(repos, case)
        due_hearing = await repos.hearing_queue.claim(NOW, LEASE)
        assert due_hearing is not None
        await repos.hearing_queue.adjourn(due_hearing.id, NOW)
    with pytest.raises(ValueError, match="no time zone"):
        async with store.writing() as repos:
            await NAIVE[what](repos, case, NOW.replace(tzinfo=None))


Write = Callable[[Repositories, Case], Awaitable[object]]

DANGLING: dict[str, Write] = {
    "hearings": lambda repos, case: repos.hearings.add(hearing(404)),
    "standings": lambda repos, case: repos.standings.put(404, Standing(), NOW),
    "votes": lambda repos, case: repos.votes.cast(404, 5, Vote.YES, VoteSource.BUTTON, NOW),
    "hearing_queue": lambda repos, case: repos.hearing_queue.schedule(404, NOW),
    "outbox": lambda repos, case: repos.outbox.add(StatementCard(404), GUILD, NOW),
    "roster": lambda repos, case: repos.hearings.add(replace(hearing(case.id), roster="unknown")),
    "background": lambda repos, case: repos.hearings.add(replace(hearing(case.id), background_id=404)),
    "backgrounds": lambda repos, case: repos.backgrounds.add(background(404)),
    "turns": lambda repos, case: repos.turns.put(case.id, [TURN]),
    "charges": lambda repos, case: repos.charges.reserve(GUILD, 404, NOW, 1),
    "session": lambda repos, case: repos.outbox.add(RulingAnnouncement(case.id, 9), GUILD, NOW),
}


@pytest.mark.parametrize("table", DANGLING)
async def test_a_row_that_refers_to_nothing_is_refused(store: Store, case: Case, table: str) -> None:
    with pytest.raises(StorageError):
        async with store.writing() as repos:
            await DANGLING[table](repos, case)
