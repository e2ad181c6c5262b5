"""Numbers over the whole record of a guild."""

from __future__ import annotations

from dataclasses import replace

from court.models import Ballot, Case, CaseState, Disposition, Hearing, LastSession, Outcome, Statistics, Usage
from court.ports import Store
from tests.contracts.store.samples import (
    DAY,
    GUILD,
    MODERATOR,
    NOW,
    OTHER_GUILD,
    ROSTER,
    background,
    bridge,
    file_case,
    hearing,
)
from tests.contracts.store.uses import Uses

BEFORE, SINCE = NOW - DAY, NOW


async def keep(store: Store, *held: Hearing) -> None:
    async with store.writing() as repos:
        await repos.rosters.put(ROSTER)
        for one in held:
            await repos.hearings.add(one)


async def statistics(store: Store, guild_id: int = GUILD, *, ever: bool = False) -> Statistics:
    async with store.reading() as repos:
        return await repos.statistics.statistics(guild_id, None if ever else SINCE)


async def test_a_guild_that_has_done_nothing(store: Store) -> None:
    assert await statistics(store) == await statistics(store, ever=True) == Statistics()


async def test_cases_are_those_on_the_docket_now(store: Store, case: Case) -> None:
    second, denied = await file_case(store, GUILD), await file_case(store, GUILD)
    elsewhere = await file_case(store, OTHER_GUILD)
    async with store.writing() as repos:
        for docketed in (case, second, elsewhere):
            await repos.cases.decide(docketed.id, CaseState.DOCKETED, MODERATOR, BEFORE)
        await repos.cases.decide(denied.id, CaseState.DENIED, MODERATOR, NOW)

    assert await statistics(store) == Statistics(cases=2)
    assert await statistics(store, OTHER_GUILD) == Statistics(cases=1)


async def test_the_last_session_of_each_case_on_the_docket(store: Store, case: Case) -> None:
    unheard, denied = await file_case(store, GUILD), await file_case(store, GUILD)
    elsewhere = await file_case(store, OTHER_GUILD)
    async with store.writing() as repos:
        for docketed in (case, unheard, elsewhere):
            await repos.cases.decide(docketed.id, CaseState.DOCKETED, MODERATOR, BEFORE)
        await repos.cases.decide(denied.id, CaseState.DENIED, MODERATOR, NOW)
    last = replace(hearing(case.id, 2, verdict=Ballot.NO), margin=0.25)
    await keep(store, hearing(case.id, 1), last, hearing(denied.id), hearing(elsewhere.id))

    async with store.reading() as repos:
        found = await repos.statistics.last_sessions(GUILD)
        assert await repos.statistics.last_sessions(5) == []

    assert len(found) == 2
    assert set(found) == {LastSession(Ballot.NO, 0.25), LastSession()}


async def test_hearings_are_counted_by_disposition_from_the_moment_of_closing(store: Store, case: Case) -> None:
    second, elsewhere = await file_case(store, GUILD), await file_case(store, OTHER_GUILD)
    ruled, again, hung = Disposition.FIRST_RULING, Disposition.REAFFIRMED, Disposition.HUNG_JURY
    await keep(
        store,
        hearing(case.id, 1, disposition=ruled, closed_at=BEFORE, opinions=()),
        hearing(case.id, 2, disposition=again, closed_at=SINCE, opinions=()),
        hearing(case.id, 3, disposition=again, closed_at=SINCE + DAY, opinions=()),
        hearing(second.id, 1, disposition=hung, verdict=None, closed_at=SINCE, opinions=()),
        hearing(elsewhere.id, 1, disposition=ruled, closed_at=SINCE, opinions=()),
    )

    assert await statistics(store) == Statistics(hearings={again: 2, hung: 1})
    assert await statistics(store, ever=True) == Statistics(hearings={ruled: 1, again: 2, hung: 1})


async def test_opinions_of_every_status_are_counted_by_provider_and_outcome(store: Store, case: Case) -> None:
    await keep(store, bridge(case.id), bridge(case.id, 2), replace(bridge(case.id, 3), closed_at=BEFORE))

    assert (await statistics(store)).seats == {
        "openai": {Outcome.BALLOT: 2},
        "anthropic": {Outcome.ABSTAINED: 2},
        "a": {Outcome.TRUNCATED: 4, Outcome.TIMEOUT: 2, Outcome.UNAVAILABLE: 2},
        "xai": {Outcome.BALLOT: 2},
    }


async def test_usage_is_that_of_all_models_that_were_asked(store: Store, case: Case) -> None:
    elsewhere = await file_case(store, OTHER_GUILD)
    held = bridge(case.id)
    found = background(case.id, SINCE)
    await keep(store, held, hearing(case.id, 2), replace(bridge(case.id, 3), closed_at=BEFORE), bridge(elsewhere.id))
    async with store.writing() as repos:
        await repos.backgrounds.add(found)
        await repos.backgrounds.add(background(case.id, BEFORE))
        await repos.backgrounds.add(background(elsewhere.id, SINCE))

    expected = held.usage + hearing(case.id, 2).usage + found.usage
    assert expected == Usage(tokens_in=4_130, tokens_out=2_150, cost=8_000_040_007, unpriced=4)
    assert (await statistics(store)).usage == expected
    ever = await statistics(store, ever=True)
    assert ever.usage == expected + held.usage + found.usage
    assert ever.heard == 3


async def test_research_alone_is_usage_too(store: Store, case: Case) -> None:
    found = background(case.id)
    async with store.writing() as repos:
        await repos.backgrounds.add(found)
    assert await statistics(store) == Statistics(usage=found.usage)


USES: Uses = {
    "statistics.statistics": lambda repos: repos.statistics.statistics(GUILD, NOW),
    "statistics.last_sessions": lambda repos: repos.statistics.last_sessions(GUILD),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
