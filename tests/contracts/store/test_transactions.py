"""A block of writing is kept as a whole or not at all, and one writes at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import pytest

from court.errors import StorageError
from court.models import AudienceTally, Ballot, Case, GuildSettings, Standing, Turn, Turned, Vote, VoteSource
from court.models.work import DispatchKind
from court.ports import Records, Store
from tests.contracts.store.samples import FILER, GUILD, NOW, OTHER_GUILD, ROSTER, background, hearing

TURN = Turn(Turned.INFLECTION, session=1, began=1, before=Ballot.NO, after=Ballot.YES, at=NOW)


class Stop(Exception):
    """Raised by a test in the middle of a block."""


async def write_everywhere(records: Records, case: Case) -> None:
    await records.cases.file(OTHER_GUILD, "FFFF", "Can AI play chess?", FILER, NOW)
    await records.hearings.add(hearing(case.id))
    await records.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)
    await records.guilds.put(GuildSettings(GUILD, 1, 2, 3))
    await records.sittings.schedule(case.id, NOW)
    await records.outbox.add(DispatchKind.NOTICE, GUILD, NOW, detail="a notice")
    await records.rosters.put(ROSTER)
    await records.backgrounds.add(background(case.id))
    await records.standings.put(case.id, Standing(term=2), NOW)
    await records.turns.put(case.id, [TURN])
    await records.guilds.adjourn(GUILD, NOW)
    await records.ledger.reserve(GUILD, case.id, NOW, 500)


async def nothing_of_it(store: Store, case: Case) -> bool:
    async with store.writing() as records:
        return (
            await records.cases.by_docket_number(OTHER_GUILD, "FFFF") is None
            and await records.hearings.get(case.id, 1) is None
            and await records.votes.tally(case.id) == AudienceTally()
            and await records.guilds.get(GUILD) == GuildSettings(GUILD)
            and await records.sittings.claim(NOW) is None
            and await records.outbox.claim(NOW) is None
            and await records.rosters.get(ROSTER.fingerprint) is None
            and await records.backgrounds.latest(case.id) is None
            and await records.standings.get(case.id) == Standing()
            and await records.turns.of_case(case.id) == []
            and await records.guilds.adjourn(GUILD, NOW)
            and await records.ledger.spent(NOW) == 0
        )


async def test_a_block_that_raises_leaves_nothing(store: Store, case: Case) -> None:
    async def write_and_raise() -> None:
        async with store.writing() as records:
            await write_everywhere(records, case)
            raise Stop

    with pytest.raises(Stop):
        await write_and_raise()

    assert await nothing_of_it(store, case)


async def test_a_block_that_is_cancelled_leaves_nothing_and_the_next_one_writes(store: Store, case: Case) -> None:
    written = asyncio.Event()

    async def write_and_wait() -> None:
        async with store.writing() as records:
            await write_everywhere(records, case)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write_and_wait())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await nothing_of_it(store, case)
    async with store.writing() as records:
        await write_everywhere(records, case)
    assert not await nothing_of_it(store, case)


async def test_what_is_written_is_not_seen_before_it_is_kept(store: Store, case: Case) -> None:
    async with store.writing() as records:
        await records.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)
        assert await records.votes.of_member(case.id, 5) is Vote.YES
        async with store.reading() as others:
            assert await others.votes.of_member(case.id, 5) is None

    async with store.reading() as others:
        assert await others.votes.of_member(case.id, 5) is Vote.YES


async def test_a_reading_block_sees_one_state_of_the_record(store: Store, case: Case) -> None:
    async with store.reading() as records:
        assert await records.votes.tally(case.id) == AudienceTally()
        async with store.writing() as others:
            await others.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)
        assert await records.votes.tally(case.id) == AudienceTally()


async def test_a_reading_block_cannot_write(store: Store, case: Case) -> None:
    with pytest.raises(StorageError, match="reading transaction tried to write"):
        async with store.reading() as records:
            await records.votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)

    async with store.writing() as records:
        assert await records.votes.tally(case.id) == AudienceTally()
        await records.votes.cast(case.id, 5, Vote.NO, VoteSource.BUTTON, NOW)
    async with store.reading() as records:
        assert await records.votes.tally(case.id) == AudienceTally(no=1)


async def test_read_then_write_never_loses_a_count(store: Store) -> None:
    async def count_up() -> None:
        async with store.writing() as records:
            settings = await records.guilds.get(GUILD)
            await asyncio.sleep(0)
            await records.guilds.put(GuildSettings(GUILD, mod_role_id=(settings.mod_role_id or 0) + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))

    async with store.reading() as records:
        assert (await records.guilds.get(GUILD)).mod_role_id == 20


async def test_many_read_while_one_writes(store: Store, case: Case) -> None:
    async def read() -> str:
        async with store.reading() as records:
            found = await records.cases.get(case.id)
            assert found is not None
            return found.statement

    async with store.writing() as records:
        await records.cases.reword(case.id, "Can AI play chess?")
        assert set(await asyncio.gather(*(read() for _ in range(20)))) == {case.statement}


NAIVE: dict[str, Callable[[Records, Case, datetime], Awaitable[object]]] = {
    "sitting": lambda records, case, at: records.sittings.schedule(case.id, at),
    "resumed": lambda records, case, at: records.sittings.resume(at),
    "hurried": lambda records, case, at: records.sittings.hurry(at, at),
    "background": lambda records, case, at: records.backgrounds.add(background(case.id, at)),
    "turn": lambda records, case, at: records.turns.put(case.id, [replace(TURN, at=at)]),
    "cap": lambda records, case, at: records.guilds.adjourn(GUILD, at),
    "charge": lambda records, case, at: records.ledger.reserve(GUILD, case.id, at, 1),
    "spent": lambda records, case, at: records.ledger.spent(at),
    "statistics": lambda records, case, at: records.annals.statistics(GUILD, at),
}


@pytest.mark.parametrize("what", NAIVE)
async def test_a_time_without_a_zone_is_refused(store: Store, case: Case, what: str) -> None:
    async with store.writing() as records:
        await write_everywhere(records, case)
        sitting = await records.sittings.claim(NOW)
        assert sitting is not None
        await records.sittings.adjourn(sitting.id, NOW)
    with pytest.raises(ValueError, match="no time zone"):
        async with store.writing() as records:
            await NAIVE[what](records, case, NOW.replace(tzinfo=None))


Write = Callable[[Records, Case], Awaitable[object]]

DANGLING: dict[str, Write] = {
    "hearings": lambda records, case: records.hearings.add(hearing(404)),
    "standings": lambda records, case: records.standings.put(404, Standing(), NOW),
    "votes": lambda records, case: records.votes.cast(404, 5, Vote.YES, VoteSource.BUTTON, NOW),
    "sittings": lambda records, case: records.sittings.schedule(404, NOW),
    "outbox": lambda records, case: records.outbox.add(DispatchKind.CARD, GUILD, NOW, case_id=404),
    "roster": lambda records, case: records.hearings.add(replace(hearing(case.id), roster="unknown")),
    "background": lambda records, case: records.hearings.add(replace(hearing(case.id), background_id=404)),
    "backgrounds": lambda records, case: records.backgrounds.add(background(404)),
    "turns": lambda records, case: records.turns.put(case.id, [TURN]),
    "charges": lambda records, case: records.ledger.reserve(GUILD, 404, NOW, 1),
    "session": lambda records, case: records.outbox.add(DispatchKind.RULING, GUILD, NOW, case_id=case.id, session=9),
}


@pytest.mark.parametrize("table", DANGLING)
async def test_a_row_that_refers_to_nothing_is_refused(store: Store, case: Case, table: str) -> None:
    with pytest.raises(StorageError):
        async with store.writing() as records:
            await DANGLING[table](records, case)
