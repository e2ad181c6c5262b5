"""The docket: filing, finding, deciding."""

from __future__ import annotations

import asyncio
from datetime import timedelta, timezone

import pytest

from court.errors import StorageError
from court.models import Case, CaseState, MessageRef, Vote, VoteSource
from court.ports import Store
from tests.contracts.store.samples import (
    DAY,
    FILER,
    GUILD,
    MODERATOR,
    NOW,
    OTHER_GUILD,
    docket_case,
    file_case,
    hearing,
)
from tests.contracts.store.uses import Uses


async def test_a_filed_case_is_found_by_its_id_and_has_no_number(store: Store) -> None:
    filed = await file_case(store, GUILD)

    assert filed == Case(filed.id, GUILD, None, "Can AI write a novel?", CaseState.FILED, FILER, NOW)
    async with store.reading() as repos:
        assert await repos.cases.get(filed.id) == filed
        assert await repos.cases.get(filed.id + 1) is None


@pytest.mark.parametrize("number", ["1B0C", "1B0C5"])
async def test_a_docketed_case_is_found_by_its_number(store: Store, number: str) -> None:
    docketed = await docket_case(store, GUILD, number)

    assert docketed.docket_number == docketed.number == number
    async with store.reading() as repos:
        assert await repos.cases.get(docketed.id) == docketed
        assert await repos.cases.by_docket_number(GUILD, number) == docketed
        assert await repos.cases.by_docket_number(GUILD, "1B0D") is None
        assert await repos.cases.by_docket_number(OTHER_GUILD, number) is None


async def test_a_time_of_another_zone_comes_back_as_the_same_moment_in_utc(store: Store) -> None:
    filed = await file_case(store, GUILD, filed_at=NOW.astimezone(timezone(timedelta(hours=9))))

    async with store.reading() as repos:
        found = await repos.cases.get(filed.id)
    assert found is not None
    assert found.filed_at == NOW
    assert found.filed_at.utcoffset() == timedelta(0)


async def test_no_two_cases_of_a_guild_have_the_same_number(store: Store, case: Case) -> None:
    first = await docket_case(store, GUILD, "1B0C")
    elsewhere = await docket_case(store, OTHER_GUILD, "1B0C")
    with pytest.raises(StorageError):
        async with store.writing() as repos:
            await repos.cases.decide(case.id, CaseState.DOCKETED, MODERATOR, NOW, docket_number="1B0C")

    async with store.reading() as repos:
        assert await repos.cases.get(case.id) == case
        assert await repos.cases.by_docket_number(GUILD, "1B0C") == first
        assert await repos.cases.by_docket_number(OTHER_GUILD, "1B0C") == elsewhere


async def test_the_first_decision_counts(store: Store, case: Case) -> None:
    later = NOW + DAY
    async with store.writing() as repos:
        denied = await repos.cases.decide(case.id, CaseState.DENIED, MODERATOR, later, reason="Not a question.")
    async with store.writing() as repos:
        assert await repos.cases.decide(case.id, CaseState.DOCKETED, 9, later) is None
        assert await repos.cases.reword(case.id, "Can AI play chess?") is None

    assert denied is not None
    assert (denied.state, denied.decided_by, denied.decided_at) == (CaseState.DENIED, MODERATOR, later)
    assert (denied.decision_reason, denied.statement) == ("Not a question.", case.statement)
    async with store.reading() as repos:
        assert await repos.cases.get(case.id) == denied


async def test_an_unknown_case_is_neither_decided_nor_reworded(store: Store) -> None:
    async with store.writing() as repos:
        assert await repos.cases.decide(404, CaseState.DENIED, MODERATOR, NOW) is None
        assert await repos.cases.reword(404, "Can AI play chess?") is None
        await repos.cases.set_card(404, MessageRef(1, 2))


async def test_of_two_who_decide_at_once_one_wins(store: Store, case: Case) -> None:
    async def decide(by: int) -> Case | None:
        async with store.writing() as repos:
            return await repos.cases.decide(case.id, CaseState.DOCKETED, by, NOW)

    decided = [won for won in await asyncio.gather(decide(1), decide(2)) if won is not None]

    assert len(decided) == 1
    async with store.reading() as repos:
        assert await repos.cases.get(case.id) == decided[0]


async def test_rewording_changes_only_the_statement(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        reworded = await repos.cases.reword(case.id, "Can AI compose a symphony?")
    async with store.reading() as repos:
        assert await repos.cases.get(case.id) == reworded
        assert await repos.cases.search(GUILD, "symphony", [CaseState.FILED], 5) == [reworded]
        assert await repos.cases.search(GUILD, "novel", [CaseState.FILED], 5) == []

    assert reworded is not None
    assert (reworded.statement, reworded.state) == ("Can AI compose a symphony?", CaseState.FILED)


async def test_a_card_is_kept_and_can_change(store: Store, case: Case) -> None:
    for card in (MessageRef(1, 2), MessageRef(3, 4)):
        async with store.writing() as repos:
            await repos.cases.set_card(case.id, card)
        async with store.reading() as repos:
            found = await repos.cases.get(case.id)
        assert found is not None
        assert found.card == card


async def test_the_newest_come_first_within_guild_states_and_limit(store: Store) -> None:
    first = await file_case(store, GUILD)
    twin = await file_case(store, GUILD)
    latest = await file_case(store, GUILD, filed_at=NOW + DAY)
    earliest = await file_case(store, GUILD, filed_at=NOW - DAY)
    await file_case(store, OTHER_GUILD, filed_at=NOW + 2 * DAY)
    async with store.writing() as repos:
        docketed = await repos.cases.decide(latest.id, CaseState.DOCKETED, MODERATOR, NOW)

    async with store.reading() as repos:
        filed = [CaseState.FILED]
        assert await repos.cases.newest(GUILD, filed, 9) == [twin, first, earliest]
        assert await repos.cases.newest(GUILD, filed, 2) == [twin, first]
        assert await repos.cases.newest(GUILD, list(CaseState), 1) == [docketed]
        assert await repos.cases.newest(GUILD, [], 9) == []


async def test_pending_cases_are_counted_for_a_guild_and_for_a_member(store: Store, case: Case) -> None:
    await file_case(store, OTHER_GUILD)
    async with store.writing() as repos:
        await repos.cases.file(GUILD, "Can AI sing?", FILER + 1, NOW)
        decided = await repos.cases.file(GUILD, "Can AI dance?", FILER, NOW)
        assert await repos.cases.pending(GUILD) == 3
        assert await repos.cases.pending(GUILD, FILER) == 2
        await repos.cases.decide(decided.id, CaseState.DENIED, MODERATOR, NOW)

    async with store.reading() as repos:
        assert await repos.cases.pending(GUILD) == 2
        assert await repos.cases.pending(GUILD, FILER) == 1
        assert await repos.cases.pending(GUILD, MODERATOR) == 0
        assert await repos.cases.pending(999) == 0


async def test_the_cases_that_were_heard_by_id_a_page_at_a_time(store: Store, case: Case) -> None:
    second, never, third = [await file_case(store, guild) for guild in (OTHER_GUILD, GUILD, 999)]
    async with store.writing() as repos:
        assert await repos.cases.heard() == []
        for heard in (third, second, case):
            await repos.hearings.add(hearing(heard.id))
            await repos.hearings.add(hearing(heard.id, 2))
        denied = await repos.cases.decide(third.id, CaseState.DENIED, MODERATOR, NOW)
    assert second.id < never.id < third.id

    async with store.reading() as repos:
        assert await repos.cases.heard() == [case, second, denied]
        assert await repos.cases.heard(limit=2) == [case, second]
        assert await repos.cases.heard(after=second.id, limit=2) == [denied]
        assert await repos.cases.heard(after=third.id) == []


USES: Uses = {
    "cases.file": lambda repos: repos.cases.file(GUILD, "Can AI write a novel?", FILER, NOW),
    "cases.get": lambda repos: repos.cases.get(1),
    "cases.by_docket_number": lambda repos: repos.cases.by_docket_number(GUILD, "1B0C"),
    "cases.decide": lambda repos: repos.cases.decide(1, CaseState.DOCKETED, FILER, NOW, docket_number="1B0C"),
    "cases.reword": lambda repos: repos.cases.reword(1, "Can AI play chess?"),
    "cases.set_card": lambda repos: repos.cases.set_card(1, MessageRef(1, 2)),
    "cases.pending": lambda repos: repos.cases.pending(GUILD, FILER),
    "cases.newest": lambda repos: repos.cases.newest(GUILD, [CaseState.FILED], 5),
    "cases.heard": lambda repos: repos.cases.heard(after=7),
    "cases.search": lambda repos: repos.cases.search(GUILD, "novel", [CaseState.FILED], 5),
    "votes.origin_of": lambda repos: repos.votes.origin_of(1, 5),
    "votes.cast": lambda repos: repos.votes.cast(1, 5, Vote.YES, VoteSource.BUTTON, NOW),
    "votes.withdraw": lambda repos: repos.votes.withdraw(1, 5, Vote.YES, VoteSource.BUTTON),
    "votes.of_member": lambda repos: repos.votes.of_member(1, 5),
    "votes.tally": lambda repos: repos.votes.tally(1),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
