"""The juries that were drawn from, and what the researcher found out."""

from __future__ import annotations

from dataclasses import replace

from court.models import Case, Roster, Usage
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, ROSTER, background, file_case
from tests.contracts.store.uses import Uses


async def test_a_jury_comes_back_in_its_order_and_stays_as_it_was_stored(store: Store) -> None:
    plain = Roster("fedcba9876543210", (), prompt_version=1, searching=False)
    async with store.writing() as repos:
        await repos.rosters.put(ROSTER)
        await repos.rosters.put(plain)
    async with store.writing() as repos:
        await repos.rosters.put(replace(ROSTER, models=(), prompt_version=9, searching=False))
    async with store.reading() as repos:
        assert await repos.rosters.get(ROSTER.fingerprint) == ROSTER
        assert await repos.rosters.get(plain.fingerprint) == plain
        assert await repos.rosters.get("unknown") is None


async def test_research_comes_back_as_it_was_under_an_id_of_its_own(store: Store, case: Case) -> None:
    found = background(case.id)
    async with store.writing() as repos:
        first = await repos.backgrounds.add(found)
        second = await repos.backgrounds.add(first)
    assert first == replace(found, id=first.id)
    assert second == replace(found, id=second.id)
    assert len({0, first.id, second.id}) == 3

    async with store.reading() as repos:
        assert await repos.backgrounds.get(first.id) == first
        assert await repos.backgrounds.get(second.id) == second
        assert await repos.backgrounds.get(404) is None


async def test_research_that_found_nothing(store: Store, case: Case) -> None:
    nothing = replace(background(case.id), text="", sources=(), researcher=None, dropped=0, usage=Usage())
    async with store.writing() as repos:
        kept = await repos.backgrounds.add(nothing)
    async with store.reading() as repos:
        assert await repos.backgrounds.get(kept.id) == kept == replace(nothing, id=kept.id)


async def test_the_latest_research_of_a_case(store: Store, case: Case) -> None:
    other = await file_case(store, GUILD)
    async with store.writing() as repos:
        assert await repos.backgrounds.latest(case.id) is None
        newest = await repos.backgrounds.add(background(case.id, NOW + DAY))
        await repos.backgrounds.add(background(case.id))
        await repos.backgrounds.add(background(other.id, NOW + 9 * DAY))
        assert await repos.backgrounds.latest(case.id) == newest
        twin = await repos.backgrounds.add(background(case.id, NOW + DAY))
    async with store.reading() as repos:
        assert await repos.backgrounds.latest(case.id) == twin


USES: Uses = {
    "rosters.put": lambda repos: repos.rosters.put(ROSTER),
    "rosters.get": lambda repos: repos.rosters.get(ROSTER.fingerprint),
    "backgrounds.add": lambda repos: repos.backgrounds.add(background(1)),
    "backgrounds.get": lambda repos: repos.backgrounds.get(1),
    "backgrounds.latest": lambda repos: repos.backgrounds.latest(1),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
