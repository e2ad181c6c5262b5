"""The audience: one vote per member and case, whichever way it was cast."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest

from bot.app import OwnedStore
from court.announcements.kinds import RulingAnnouncement
from court.errors import CaseNotFound
from court.models import AudienceTally, Ballot, Case, CaseState, MessageRef, Vote, VoteSource
from court.models.announcements import Announcement, Place
from court.ports import Repositories
from tests.court.house import GUILD, MODERATOR, OTHER_GUILD, VOTER, House
from tests.court.samples import hearing
from tests.fakes.world import LEASE


class FirstReaderLate:
    """A store whose first reader is overtaken by the others, as can happen in the real one."""

    exclusive = True

    def __init__(self, store: OwnedStore) -> None:
        self._store = store
        self._readers = 0
        self.late = asyncio.Event()

    async def open(self) -> None:
        await self._store.open()

    async def close(self) -> None:
        await self._store.close()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Repositories]:
        self._readers += 1
        if self._readers == 1:
            await self.late.wait()
        async with self._store.reading() as repos:
            yield repos

    def writing(self) -> AbstractAsyncContextManager[Repositories]:
        return self._store.writing()


async def announced(house: House) -> tuple[Case, int]:
    """Return a case with a ruling, and the id of the message that announces it."""
    case = await house.heard()
    await house.deliver_all()
    return case, house.courier.rulings[-1].ref.message_id


async def tally(house: House, case: Case) -> AudienceTally:
    async with house.store.reading() as repos:
        return await repos.votes.tally(case.id)


async def test_a_vote_is_stored_and_confirmed(house: House) -> None:
    case = await house.docketed()

    receipt = await house.audience.vote(GUILD, case.id, VOTER, Vote.YES)

    assert (receipt.case, receipt.vote, receipt.previous) == (case, Vote.YES, None)
    assert receipt.audience == AudienceTally(yes=1)


async def test_a_vote_may_be_changed_by_button_and_by_command(house: House) -> None:
    case = await house.docketed()
    await house.audience.vote(GUILD, case.id, VOTER, Vote.YES)
    await house.audience.vote(GUILD, case.id, VOTER + 1, Vote.YES)

    receipt = await house.audience.vote_on(GUILD, case.number, VOTER, Vote.NO)

    assert (receipt.previous, receipt.audience) == (Vote.YES, AudienceTally(yes=1, no=1))
    again = await house.audience.vote(GUILD, case.id, VOTER, Vote.NO)
    assert (again.previous, again.audience) == (Vote.NO, AudienceTally(yes=1, no=1))


async def test_a_vote_by_command_finds_its_case_by_words(house: House) -> None:
    case = await house.docketed()

    assert (await house.audience.vote_on(GUILD, "wriet a novle", VOTER, Vote.MAYBE)).case == case


async def test_votes_at_once_are_all_counted(house: House) -> None:
    case = await house.docketed()

    await asyncio.gather(*(house.audience.vote(GUILD, case.id, member, Vote.YES) for member in range(50)))

    assert await tally(house, case) == AudienceTally(yes=50)


async def test_reactions_of_a_member_count_in_their_order(house: House) -> None:
    case, message_id = await announced(house)
    store = FirstReaderLate(house.store)
    audience = house.build(store=store).services.audience

    on = asyncio.create_task(audience.react(message_id, VOTER, Vote.YES))
    off = asyncio.create_task(audience.unreact(message_id, VOTER, Vote.YES))
    await asyncio.wait({off}, timeout=0.05)
    store.late.set()
    await asyncio.gather(on, off)

    assert await tally(house, case) == AudienceTally()


async def test_there_is_no_vote_on_a_case_that_is_not_on_the_docket_of_the_guild(house: House) -> None:
    filed = await house.filed("Can AI fold laundry?")
    case = await house.docketed()

    for guild_id, case_id in [(OTHER_GUILD, case.id), (GUILD, filed.id), (GUILD, 99)]:
        with pytest.raises(CaseNotFound):
            await house.audience.vote(guild_id, case_id, VOTER, Vote.YES)
    for guild_id, query in [(OTHER_GUILD, case.number), (GUILD, filed.statement), (GUILD, "zzzzzz")]:
        with pytest.raises(CaseNotFound):
            await house.audience.vote_on(guild_id, query, VOTER, Vote.YES)
    assert (await tally(house, case)).total == (await tally(house, filed)).total == 0


async def test_a_reaction_under_a_ruling_is_a_vote_and_removing_it_withdraws_the_vote(house: House) -> None:
    case, message = await announced(house)

    await house.audience.react(message, VOTER, Vote.YES)
    assert await tally(house, case) == AudienceTally(yes=1)

    await house.audience.unreact(message, VOTER, Vote.YES)
    assert await tally(house, case) == AudienceTally()


async def test_the_last_reaction_counts(house: House) -> None:
    case, message = await announced(house)

    await house.audience.react(message, VOTER, Vote.YES)
    await house.audience.react(message, VOTER, Vote.NO)
    await house.audience.unreact(message, VOTER, Vote.YES)

    assert await tally(house, case) == AudienceTally(no=1)


async def test_removing_a_reaction_leaves_a_vote_by_button_alone(house: House) -> None:
    case, message = await announced(house)
    await house.audience.react(message, VOTER, Vote.YES)
    await house.audience.vote(GUILD, case.id, VOTER, Vote.YES)

    await house.audience.unreact(message, VOTER, Vote.YES)

    assert await tally(house, case) == AudienceTally(yes=1)


async def test_a_reaction_under_any_other_message_is_not_a_vote(house: House) -> None:
    case, _ = await announced(house)
    card = house.courier.cards[0].ref.message_id

    for message in (card, 424242):
        await house.audience.react(message, VOTER, Vote.YES)
        await house.audience.unreact(message, VOTER, Vote.YES)

    assert await tally(house, case) == AudienceTally()


@dataclass(frozen=True)
class Caseless(Announcement):
    """A ruling as an older version of the court may have stored it, without the case that it is about."""

    kind = RulingAnnouncement.kind
    place = Place.VERDICT_CHANNEL


async def test_a_ruling_without_a_case_takes_no_vote(house: House) -> None:
    async with house.store.writing() as repos:
        await repos.outbox.add(Caseless(), GUILD, house.clock.now())
        dispatch = await repos.outbox.claim(house.clock.now(), LEASE)
        assert dispatch is not None
        await repos.outbox.posted(dispatch.id, MessageRef(200, 4711))

    await house.audience.react(4711, VOTER, Vote.YES)
    await house.audience.unreact(4711, VOTER, Vote.YES)

    assert await house.cases() == []


async def test_a_vote_remembers_how_it_was_cast(house: House) -> None:
    case, message = await announced(house)
    await house.audience.vote(GUILD, case.id, 1, Vote.YES)
    await house.audience.vote_on(GUILD, case.number, 2, Vote.YES)
    await house.audience.react(message, 3, Vote.YES)

    async with house.store.writing() as repos:
        for member, source in [(1, VoteSource.BUTTON), (2, VoteSource.COMMAND), (3, VoteSource.REACTION)]:
            for other in VoteSource:
                assert await repos.votes.withdraw(case.id, member, Vote.YES, other) is (other is source)


async def test_a_reaction_to_a_case_that_left_the_docket_is_not_a_vote(house: House) -> None:
    # A button on the same card is refused, so a reaction must be too.
    case = await house.filed("Can AI fold laundry?")
    async with house.store.writing() as repos:
        await repos.cases.decide(case.id, CaseState.WITHDRAWN, MODERATOR.user_id, house.clock.now())
        await repos.hearings.add(hearing(1, [Ballot.YES], case_id=case.id))
        await repos.outbox.add(RulingAnnouncement(case.id, 1), GUILD, house.clock.now())
        while (dispatch := await repos.outbox.claim(house.clock.now(), LEASE)) is not None:
            await repos.outbox.posted(dispatch.id, MessageRef(200, dispatch.id))
            await repos.outbox.done(dispatch.id)
        messages = [n for n in range(1, 10) if await repos.outbox.ruling_at(n) is not None]
    assert len(messages) == 1

    await house.audience.react(messages[0], VOTER, Vote.YES)

    assert await tally(house, case) == AudienceTally()
