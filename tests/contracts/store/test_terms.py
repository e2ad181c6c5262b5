"""What the court holds on a case, and the turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from court.errors import StorageError
from court.models import Ballot, Case, Holding, Standing, Tally, Turn, TurnKind
from court.ports import Store
from tests.contracts.store.samples import DAY, GUILD, NOW, file_case, hearing
from tests.contracts.store.uses import Uses

DISPUTED = Standing(
    Holding.DISPUTED, Ballot.ALMOST, Tally(1, 2, 3, 4), lifetime=Tally(5, 6, 7, 8), term=2, since=9, alarm=Ballot.YES
)
SETTLED = Standing(Holding.NO, None, Tally(no=3), lifetime=Tally(no=3))

JURY = Turn(TurnKind.JURY_CHANGED, session=2, began=2, before=Ballot.NO, after=Ballot.ALMOST, at=NOW)
INFLECTION = Turn(TurnKind.INFLECTION, session=4, began=3, before=Ballot.ALMOST, after=Ballot.YES, at=NOW + DAY)


async def test_a_standing_is_unheard_until_one_is_put_and_is_replaced(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        assert await repos.standings.get(case.id) == Standing()
        await repos.standings.put(case.id, DISPUTED, NOW)
        assert await repos.standings.get(case.id) == DISPUTED
        await repos.standings.put(case.id, SETTLED, NOW + DAY)
    async with store.reading() as repos:
        assert await repos.standings.get(case.id) == SETTLED


@pytest.mark.parametrize("alarm", [None, *Ballot])
async def test_an_alarm_is_kept(store: Store, case: Case, alarm: Ballot | None) -> None:
    async with store.writing() as repos:
        await repos.standings.put(case.id, replace(SETTLED, alarm=alarm), NOW)
    async with store.reading() as repos:
        assert (await repos.standings.get(case.id)).alarm is alarm


async def test_turns_come_oldest_first_and_are_replaced_as_a_whole(store: Store, case: Case) -> None:
    other = await file_case(store, GUILD)
    async with store.writing() as repos:
        for session in range(1, 5):
            await repos.hearings.add(hearing(case.id, session))
        await repos.hearings.add(hearing(other.id, 2))
        assert await repos.turns.of_case(case.id) == []
        await repos.turns.put(case.id, [INFLECTION, JURY])
        await repos.turns.put(other.id, [JURY])
    async with store.reading() as repos:
        assert await repos.turns.of_case(case.id) == [JURY, INFLECTION]

    later = replace(INFLECTION, session=3, at=(NOW + DAY).astimezone(timezone(timedelta(hours=9))))
    async with store.writing() as repos:
        await repos.turns.put(case.id, [later])
        assert await repos.turns.of_case(case.id) == [replace(INFLECTION, session=3)]
        await repos.turns.put(case.id, [])
    async with store.reading() as repos:
        assert await repos.turns.of_case(case.id) == []
        assert await repos.turns.of_case(other.id) == [JURY]


async def test_a_session_decides_one_turn(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.hearings.add(hearing(case.id, 2))
        await repos.turns.put(case.id, [JURY])
    with pytest.raises(StorageError):
        async with store.writing() as repos:
            await repos.turns.put(case.id, [JURY, replace(JURY, kind=TurnKind.INFLECTION)])
    async with store.reading() as repos:
        assert await repos.turns.of_case(case.id) == [JURY]


USES: Uses = {
    "standings.get": lambda repos: repos.standings.get(1),
    "standings.put": lambda repos: repos.standings.put(1, Standing(), NOW),
    "turns.put": lambda repos: repos.turns.put(1, [INFLECTION]),
    "turns.of_case": lambda repos: repos.turns.of_case(1),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
