"""Reactions that cannot be written are kept, and counted in their order as soon as they can be."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import court.audience.reactions
from court.audience.reactions import FIRST_RETRY, LONGEST_RETRY, MOST_OF_MEMBER, MOST_WAITING, ReactionQueue
from court.errors import StorageError
from court.models import Case, Vote
from storage.database import Database
from tests.court.audience.test_votes import announced
from tests.court.house import GUILD, VOTER, House
from tests.fakes.world import FakeClock
from tests.records import url_of

FULL = StorageError("the disk is full")
OTHERS = range(1_000, 1_006)


class Naps:
    """Sleeps that last as long as a test says, and are noted.

    Attributes:
        taken: the seconds of each.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self.taken: list[float] = []
        self._seconds = seconds
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(self._seconds)
        await self.gate.wait()


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def queue(house: House, naps: Naps) -> AsyncIterator[ReactionQueue]:
    queue = ReactionQueue(house.audience, house.clock, naps)
    yield queue
    naps.gate.set()
    await queue.close()


async def vote_of(house: House, case: Case, user_id: int = VOTER) -> Vote | None:
    async with house.store.reading() as repos:
        return await repos.votes.of_member(case.id, user_id)


async def written(queue: ReactionQueue) -> None:
    """Wait until nothing waits."""
    async with asyncio.timeout(20):
        while queue._number:  # noqa: ASYNC110 - nothing in the queue is meant for tests to wait on
            await asyncio.sleep(0.005)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "court.audience.reactions"]


async def test_a_reaction_is_counted_and_taken_back(house: House, queue: ReactionQueue) -> None:
    case, message = await announced(house)

    await queue.take(message, VOTER, Vote.YES, added=True)
    assert await vote_of(house, case) is Vote.YES

    await queue.take(message, VOTER, Vote.YES, added=False)
    assert await vote_of(house, case) is None


async def test_a_lock_of_another_program_loses_no_reaction(record: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with House(Database(url_of(record), busy_timeout=0.05)) as house:
        await house.set_up()
        case, message = await announced(house)
        queue = ReactionQueue(house.audience, house.clock, Naps(0.01))
        with closing(sqlite3.connect(record, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for user_id in OTHERS:
                for vote, added in ((Vote.YES, True), (Vote.YES, False), (Vote.NO, True)):
                    await asyncio.wait_for(queue.take(message, user_id, vote, added=added), 5)
            await asyncio.sleep(0.5)
            assert [await vote_of(house, case, user_id) for user_id in OTHERS] == [None] * 6
            other.execute("ROLLBACK")
        await written(queue)
        assert [await vote_of(house, case, user_id) for user_id in OTHERS] == [Vote.NO] * 6
        await queue.close()
    failure, recovery = told(caplog)
    assert failure.startswith("reactions cannot be counted now, and are kept until they can be: ")
    assert recovery == "reactions are counted again: 12 had to wait, 0 were lost"


@pytest.mark.parametrize("acts", ["+", "+-", "+-+", "-+", "+-+-"])
async def test_the_order_of_a_member_holds_over_failures(house: House, queue: ReactionQueue, acts: str) -> None:
    case, message = await announced(house)
    house.store.fail("outbox.ruling_at", FULL, FULL, None, None, FULL, FULL)

    for act in acts:
        await queue.take(message, VOTER, Vote.MAYBE, added=act == "+")
    await written(queue)

    assert await vote_of(house, case) is (Vote.MAYBE if acts.endswith("+") else None)


async def test_a_vote_that_came_later_is_not_overridden(house: House, queue: ReactionQueue, naps: Naps) -> None:
    case, message = await announced(house)
    naps.gate.clear()
    house.store.fail("votes.cast", FULL)
    await queue.take(message, VOTER, Vote.YES, added=True)
    house.clock.advance(seconds=1)

    await house.audience.vote(GUILD, case.id, VOTER, Vote.NO)
    house.clock.advance(seconds=1)
    naps.gate.set()
    await written(queue)

    assert await vote_of(house, case) is Vote.NO


async def test_a_reaction_whose_commit_was_not_acknowledged_changes_nothing_later(
    house: House, queue: ReactionQueue, naps: Naps, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, message = await announced(house)
    react, calls = house.audience.react, []

    async def unacknowledged(*given: object, **named: object) -> None:
        calls.append(given)
        await react(*given, **named)  # type: ignore[arg-type]
        if len(calls) == 1:
            raise FULL

    monkeypatch.setattr(house.audience, "react", unacknowledged)
    naps.gate.clear()
    await queue.take(message, VOTER, Vote.YES, added=True)
    assert await vote_of(house, case) is Vote.YES
    house.clock.advance(seconds=1)
    await house.audience.vote(GUILD, case.id, VOTER, Vote.NO)
    naps.gate.set()
    await written(queue)

    assert len(calls) == 2
    assert await vote_of(house, case) is Vote.NO


async def test_the_order_of_reactions_does_not_depend_on_the_clock(house: House, queue: ReactionQueue) -> None:
    case, message = await announced(house)
    for vote, added in ((Vote.YES, True), (Vote.NO, True), (Vote.NO, False), (Vote.MAYBE, True)):
        await queue.take(message, VOTER, vote, added=added)
        house.clock.advance(seconds=-1)

    assert await vote_of(house, case) is Vote.MAYBE


async def test_a_vote_of_a_wrong_clock_does_not_stand_for_ever(house: House) -> None:
    case, message = await announced(house)
    house.clock.advance(days=700)
    await house.audience.vote(GUILD, case.id, VOTER, Vote.NO)
    house.clock.advance(days=-700)

    await house.audience.react(message, VOTER, Vote.YES)
    assert await vote_of(house, case) is Vote.YES


async def test_one_reaction_that_is_refused_for_ever_blocks_nobody_else(
    house: House, queue: ReactionQueue, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, message = await announced(house)
    react, refused = house.audience.react, True

    async def refusing(message_id: int, user_id: int, vote: Vote, **named: object) -> None:
        if user_id == VOTER and refused:
            raise FULL
        await react(message_id, user_id, vote, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(house.audience, "react", refusing)
    await queue.take(message, VOTER, Vote.YES, added=True)
    for user_id in OTHERS:
        await queue.take(message, user_id, Vote.YES, added=True)
    async with asyncio.timeout(20):
        while queue._number > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert len(told(caplog)) == 1

    refused = False
    await written(queue)
    assert [await vote_of(house, case, user_id) for user_id in (VOTER, *OTHERS)] == [Vote.YES] * 7
    await asyncio.sleep(0)
    assert len(told(caplog)) == 2


async def test_the_record_is_tried_again_less_and_less_often(house: House, queue: ReactionQueue, naps: Naps) -> None:
    case, message = await announced(house)
    house.store.fail("votes.cast", *[FULL] * 7)

    await queue.take(message, VOTER, Vote.YES, added=True)
    await written(queue)

    assert await vote_of(house, case) is Vote.YES
    assert naps.taken == [FIRST_RETRY, 2.0, 4.0, 8.0, LONGEST_RETRY, LONGEST_RETRY, LONGEST_RETRY]


async def test_past_the_bound_reactions_are_lost_and_that_is_logged_once(
    house: House,
    queue: ReactionQueue,
    naps: Naps,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(court.audience.reactions, "MOST_WAITING", 2)
    case, message = await announced(house)
    naps.gate.clear()
    house.store.fail("votes.cast", FULL)
    for user_id in OTHERS:
        await queue.take(message, user_id, Vote.YES, added=True)
    naps.gate.set()
    await written(queue)
    await asyncio.sleep(0)

    votes = [await vote_of(house, case, user_id) for user_id in OTHERS]
    assert votes == [Vote.YES] * 2 + [None] * 4
    assert told(caplog)[1:] == [
        "2 reactions wait to be counted: further ones are lost until fewer wait",
        "reactions are counted again: 2 had to wait, 4 were lost",
    ]


async def test_one_member_cannot_take_up_the_room_of_others(
    house: House, queue: ReactionQueue, naps: Naps, caplog: pytest.LogCaptureFixture
) -> None:
    case, message = await announced(house)
    naps.gate.clear()
    house.store.fail("outbox.ruling_at", FULL)
    for other_message in range(1, MOST_WAITING + 2):
        await queue.take(other_message, OTHERS[0], Vote.YES, added=True)
    await queue.take(message, VOTER, Vote.YES, added=True)
    assert queue._number == MOST_OF_MEMBER + 1
    naps.gate.set()
    await written(queue)

    assert await vote_of(house, case) is Vote.YES
    assert told(caplog)[1] == "100 reactions of one member wait to be counted: further ones are lost until fewer wait"


async def test_a_member_who_changes_their_mind_again_and_again_takes_little_room(
    house: House, queue: ReactionQueue, naps: Naps
) -> None:
    case, message = await announced(house)
    naps.gate.clear()
    house.store.fail("outbox.ruling_at", FULL)
    for vote in list(Vote) * 100:
        await queue.take(message, VOTER, vote, added=True)
        await queue.take(message, VOTER, vote, added=False)
    await queue.take(message, VOTER, Vote.MAYBE, added=True)
    assert queue._number <= 1 + len(Vote)
    naps.gate.set()
    await written(queue)

    assert await vote_of(house, case) is Vote.MAYBE


@given(st.lists(st.tuples(st.integers(1, 2), st.sampled_from(Vote), st.booleans()), max_size=12))
def test_leaving_out_what_is_overridden_changes_no_vote(acts: list[tuple[int, Vote, bool]]) -> None:
    """Two messages of one case, whose vote is what `AudienceService` makes of all acts in their order."""

    class Votes:
        def __init__(self, refusals: int) -> None:
            self.vote: Vote | None = Vote.YES
            self.refusals = refusals

        def refuse(self) -> None:
            self.refusals -= 1
            if self.refusals >= 0:
                raise FULL

        async def react(self, _message: int, _user: int, vote: Vote, *, at: datetime) -> None:
            self.refuse()
            self.vote = vote

        async def unreact(self, _message: int, _user: int, vote: Vote) -> None:
            self.refuse()
            if self.vote is vote:
                self.vote = None

    async def after(votes: Votes) -> Vote | None:
        naps = Naps()
        naps.gate.clear()
        queue = ReactionQueue(votes, FakeClock(), naps)  # type: ignore[arg-type]
        for message, vote, added in acts:
            await queue.take(message, VOTER, vote, added=added)
        naps.gate.set()
        await written(queue)
        await queue.close()
        return votes.vote

    assert asyncio.run(after(Votes(1))) is asyncio.run(after(Votes(0)))


async def test_a_reaction_that_is_overridden_while_it_is_written_does_not_wait_again(
    house: House, queue: ReactionQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, counted = asyncio.Event(), asyncio.Event(), list[Vote]()

    async def react(message_id: int, user_id: int, vote: Vote, *, at: datetime) -> None:
        counted.append(vote)
        begun.set()
        await go_on.wait()

    monkeypatch.setattr(house.audience, "react", react)
    first = asyncio.create_task(queue.take(1, VOTER, Vote.YES, added=True))
    await begun.wait()
    second = asyncio.create_task(queue.take(1, VOTER, Vote.NO, added=True))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, second)
    assert counted == [Vote.YES, Vote.NO]
    assert queue._number == 0


async def test_the_burst_of_one_member_delays_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    async def react(message_id: int, user_id: int, vote: Vote, *, at: datetime) -> None:
        counted.append(user_id)
        await asyncio.sleep(0)

    monkeypatch.setattr(house.audience, "react", react)
    queue = ReactionQueue(house.audience, house.clock)
    burst = [asyncio.create_task(queue.take(message, VOTER, Vote.YES, added=True)) for message in range(90)]
    await asyncio.sleep(0)
    await queue.take(1, OTHERS[0], Vote.YES, added=True)
    assert counted.index(OTHERS[0]) <= 2
    await asyncio.gather(*burst)
    assert len(counted) == 91
    await queue.close()


async def test_a_bug_of_ours_is_logged_and_keeps_nobody_waiting(
    house: House, queue: ReactionQueue, caplog: pytest.LogCaptureFixture
) -> None:
    case, message = await announced(house)
    house.store.fail("votes.cast", ZeroDivisionError())

    await queue.take(message, VOTER, Vote.YES, added=True)
    await queue.take(message, VOTER, Vote.NO, added=True)

    assert told(caplog) == [f"could not count a reaction under message {message}"]
    assert await vote_of(house, case) is Vote.NO


async def test_a_clean_stop_writes_what_waits(house: House, queue: ReactionQueue, naps: Naps) -> None:
    case, message = await announced(house)
    naps.gate.clear()
    house.store.fail("votes.cast", FULL)
    await queue.take(message, VOTER, Vote.YES, added=True)

    await queue.close()

    assert await vote_of(house, case) is Vote.YES


async def test_a_clean_stop_says_what_it_could_not_write(
    house: House, naps: Naps, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(court.audience.reactions, "PATIENCE", 0.1)
    case, message = await announced(house)
    house.store.fail("votes.cast", *[FULL] * 10_000)
    queue = ReactionQueue(house.audience, house.clock, Naps(0.01))
    for user_id in OTHERS:
        await queue.take(message, user_id, Vote.YES, added=True)

    await queue.close()

    assert told(caplog)[-1] == "the record could not be written before the stop: 6 reactions are lost"
    assert caplog.records[-1].levelno == logging.ERROR
    assert await vote_of(house, case) is None


async def test_a_stop_without_any_reaction_has_nothing_to_do(house: House, naps: Naps) -> None:
    await ReactionQueue(house.audience, house.clock, naps).close()
    assert naps.taken == []
