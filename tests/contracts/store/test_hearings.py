"""The sessions of a case, and its audience."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from court.errors import StorageError
from court.models import (
    AudienceTally,
    Ballot,
    Case,
    Disposition,
    Hearing,
    HearingKind,
    Opinion,
    Outcome,
    Vote,
    VoteSource,
)
from court.ports import Store
from tests.contracts.store.samples import (
    DAY,
    GUILD,
    NOW,
    OTHER_GUILD,
    ROSTER,
    RULING,
    SEATS,
    background,
    bridge,
    file_case,
    hearing,
)
from tests.contracts.store.uses import Uses


async def test_a_hearing_comes_back_as_it_was_with_a_seat_of_every_outcome(store: Store, case: Case) -> None:
    held = hearing(case.id)
    assert {opinion.outcome for opinion in held.opinions} == set(Outcome)

    async with store.writing() as repos:
        await repos.hearings.add(held)
    async with store.reading() as repos:
        assert await repos.hearings.get(case.id, 1) == held
        assert await repos.hearings.get(case.id, 2) is None
        assert await repos.hearings.get(case.id + 1, 1) is None


async def test_a_hearing_keeps_its_draw_all_its_opinions_and_the_usage_of_the_judge(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.rosters.put(ROSTER)
        researched = await repos.backgrounds.add(background(case.id))
        held = bridge(case.id, background_id=researched.id)
        await repos.hearings.add(held)
    async with store.reading() as repos:
        assert await repos.hearings.get(case.id, 1) == held
        assert await repos.hearings.of_case(case.id, limit=1) == [held]
        assert await repos.hearings.latest_ruled(GUILD) == held


@pytest.mark.parametrize("kind", HearingKind)
async def test_every_kind_of_hearing(store: Store, case: Case, kind: HearingKind) -> None:
    held = replace(hearing(case.id), kind=kind)
    async with store.writing() as repos:
        await repos.hearings.add(held)
    async with store.reading() as repos:
        assert await repos.hearings.get(case.id, 1) == held


async def test_the_opinions_of_different_sessions_are_not_mixed_up(store: Store, case: Case) -> None:
    sessions = [
        replace(bridge(case.id, 1), former=()),
        hearing(case.id, 2),
        replace(bridge(case.id, 3), replaced=(), opinions=()),
        bridge(case.id, 4),
    ]
    async with store.writing() as repos:
        await repos.rosters.put(ROSTER)
        for held in sessions:
            await repos.hearings.add(held)
    async with store.reading() as repos:
        assert await repos.hearings.of_case(case.id) == sessions
        assert await repos.hearings.of_case(case.id, limit=2) == sessions[2:]


STATUSES: dict[str, Callable[[Hearing, tuple[Opinion, ...]], Hearing]] = {
    "opinions": lambda held, said: replace(held, opinions=said),
    "replaced": lambda held, said: replace(held, replaced=said),
    "former": lambda held, said: replace(held, former=said),
}


@pytest.mark.parametrize("status", STATUSES)
async def test_opinions_come_back_by_seat_and_a_seat_has_one_of_each_status(
    store: Store, case: Case, status: str
) -> None:
    with_opinions = STATUSES[status]
    empty = hearing(case.id, opinions=())
    async with store.writing() as repos:
        await repos.hearings.add(with_opinions(empty, SEATS[::-1]))
    async with store.reading() as repos:
        assert await repos.hearings.get(case.id, 1) == with_opinions(empty, SEATS)
    with pytest.raises(StorageError):
        async with store.writing() as repos:
            await repos.hearings.add(with_opinions(hearing(case.id, 2, opinions=()), SEATS[:1] * 2))


async def test_a_recount_changes_only_the_count(store: Store, case: Case) -> None:
    held, other = bridge(case.id), hearing(case.id, 2)
    recounted = replace(
        held,
        verdict=None,
        confidence=None,
        margin=0.01,
        disposition=Disposition.HUNG_JURY,
        rule_version=2,
    )
    async with store.writing() as repos:
        await repos.rosters.put(ROSTER)
        await repos.hearings.add(held)
        await repos.hearings.add(other)
        await repos.hearings.correct(replace(recounted, ruling=replace(RULING, quote="Another."), seed=4, former=()))
        await repos.hearings.correct(replace(recounted, session=9))
    async with store.reading() as repos:
        assert await repos.hearings.of_case(case.id) == [recounted, other]


@pytest.mark.parametrize("disposition", Disposition)
async def test_every_disposition_and_a_hearing_without_verdict_narrator_or_seats(
    store: Store, case: Case, disposition: Disposition
) -> None:
    plain = hearing(case.id, verdict=None, disposition=disposition, opinions=(), rehearsal=True)
    held = replace(plain, ruling=replace(RULING, narrator=None))
    async with store.writing() as repos:
        await repos.hearings.add(held)
    async with store.reading() as repos:
        assert await repos.hearings.get(case.id, 1) == held


async def test_a_session_is_kept_once(store: Store, case: Case) -> None:
    first = hearing(case.id)
    async with store.writing() as repos:
        await repos.hearings.add(first)
    with pytest.raises(StorageError):
        async with store.writing() as repos:
            await repos.hearings.add(hearing(case.id, verdict=Ballot.NO))

    async with store.reading() as repos:
        assert await repos.hearings.of_case(case.id) == [first]


async def test_the_sessions_of_a_case_oldest_first_and_the_last_of_them(store: Store, case: Case) -> None:
    other = await file_case(store, GUILD)
    sessions = [hearing(case.id, session, opinions=SEATS[: session % 7 + 1]) for session in range(1, 13)]
    async with store.writing() as repos:
        for held in (*sessions[6:], *sessions[:6], hearing(other.id)):
            await repos.hearings.add(held)

    async with store.reading() as repos:
        assert await repos.hearings.of_case(case.id) == sessions
        assert await repos.hearings.of_case(case.id, limit=3) == sessions[-3:]
        assert await repos.hearings.of_case(case.id, limit=99) == sessions
        assert await repos.hearings.of_case(case.id, until=9) == sessions[:9]
        assert await repos.hearings.of_case(case.id, limit=3, until=9) == sessions[6:9]
        assert await repos.hearings.of_case(case.id, until=0) == []
        assert await repos.hearings.of_case(case.id + 99) == []


async def test_the_latest_ruling_is_of_the_guild_and_has_a_verdict(store: Store, case: Case) -> None:
    second = await file_case(store, GUILD)
    elsewhere = await file_case(store, OTHER_GUILD)
    ruled = hearing(case.id, closed_at=NOW + 2 * DAY)
    async with store.reading() as repos:
        assert await repos.hearings.latest_ruled(GUILD) is None
    async with store.writing() as repos:
        await repos.hearings.add(ruled)
        await repos.hearings.add(hearing(second.id, closed_at=NOW + DAY))
        await repos.hearings.add(hearing(elsewhere.id, closed_at=NOW + 9 * DAY))
        for session, disposition in ((2, Disposition.HUNG_JURY), (3, Disposition.MISTRIAL)):
            await repos.hearings.add(hearing(second.id, session, verdict=None, disposition=disposition))

    async with store.reading() as repos:
        assert await repos.hearings.latest_ruled(GUILD) == ruled
        assert await repos.hearings.latest_ruled(999) is None


async def test_a_member_has_one_vote_per_case_and_can_change_it(store: Store, case: Case) -> None:
    other = await file_case(store, GUILD)
    async with store.writing() as repos:
        votes = repos.votes
        assert await votes.origin_of(case.id, 5) is None
        assert await votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW) is None
        assert await votes.origin_of(case.id, 5) == (VoteSource.BUTTON, NOW)
        assert await votes.cast(case.id, 5, Vote.MAYBE, VoteSource.COMMAND, NOW + DAY) is Vote.YES
        assert await votes.cast(case.id, 5, Vote.MAYBE, VoteSource.COMMAND, NOW + DAY) is Vote.MAYBE
        assert await votes.origin_of(case.id, 5) == (VoteSource.COMMAND, NOW + DAY)
        assert await votes.cast(case.id, 6, Vote.NO, VoteSource.REACTION, NOW) is None
        assert await votes.cast(other.id, 5, Vote.YES, VoteSource.BUTTON, NOW) is None
    async with store.reading() as repos:
        assert await repos.votes.of_member(case.id, 5) is Vote.MAYBE
        assert await repos.votes.of_member(case.id, 7) is None
        assert await repos.votes.tally(case.id) == AudienceTally(yes=0, maybe=1, no=1)
        assert await repos.votes.tally(other.id) == AudienceTally(yes=1)
        assert await repos.votes.tally(999) == AudienceTally()


async def test_a_vote_is_withdrawn_only_as_it_stands_and_by_what_cast_it(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        votes = repos.votes
        await votes.cast(case.id, 5, Vote.YES, VoteSource.REACTION, NOW)
        assert not await votes.withdraw(case.id, 5, Vote.NO, VoteSource.REACTION)
        assert not await votes.withdraw(case.id, 5, Vote.YES, VoteSource.BUTTON)
        assert not await votes.withdraw(case.id, 6, Vote.YES, VoteSource.REACTION)
        assert await votes.of_member(case.id, 5) is Vote.YES

        assert await votes.withdraw(case.id, 5, Vote.YES, VoteSource.REACTION)
        assert not await votes.withdraw(case.id, 5, Vote.YES, VoteSource.REACTION)
        assert await votes.of_member(case.id, 5) is None

        await votes.cast(case.id, 5, Vote.YES, VoteSource.REACTION, NOW)
        await votes.cast(case.id, 5, Vote.YES, VoteSource.BUTTON, NOW)
        assert not await votes.withdraw(case.id, 5, Vote.YES, VoteSource.REACTION)
    async with store.reading() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally(yes=1)


async def test_a_burst_of_votes_is_counted_exactly(store: Store, case: Case) -> None:
    async def vote(user_id: int) -> None:
        for choice in (Vote.YES, Vote.MAYBE, Vote.NO)[: user_id % 3 + 1]:
            async with store.writing() as repos:
                await repos.votes.cast(case.id, user_id, choice, VoteSource.BUTTON, NOW + timedelta(seconds=user_id))

    await asyncio.gather(*(vote(user_id) for user_id in range(30)))

    async with store.reading() as repos:
        assert await repos.votes.tally(case.id) == AudienceTally(yes=10, maybe=10, no=10)


USES: Uses = {
    "hearings.add": lambda repos: repos.hearings.add(bridge(1)),
    "hearings.get": lambda repos: repos.hearings.get(1, 1),
    "hearings.of_case": lambda repos: repos.hearings.of_case(1, limit=3, until=9),
    "hearings.correct": lambda repos: repos.hearings.correct(bridge(1)),
    "hearings.latest_ruled": lambda repos: repos.hearings.latest_ruled(GUILD),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
