"""The demo's past: the real engine made it, and all of it is marked as a rehearsal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.demo.jurors import Part
from bot.demo.stage import GUILD_ID
from bot.demo.tracks import MOODS, OUTAGE, TRACKS
from court.announcements.kinds import TurnAnnouncement
from court.docket.statements import normalise
from court.models import Case, CaseState, Disposition, Hearing, Holding, Outcome
from storage.database import Database
from tests.bot.demo.conftest import rehearsed
from tests.fakes.world import LEASE
from tests.storage.files import opened

pytestmark = pytest.mark.slow

Docket = list[tuple[Case, list[Hearing], Holding]]


async def docket_of(database: Database) -> Docket:
    async with database.reading() as repos:
        return [
            (case, await repos.hearings.of_case(case.id), (await repos.standings.get(case.id)).holding)
            for case in await repos.cases.newest(GUILD_ID, list(CaseState), 100)
        ]


@pytest.fixture
async def database(docket: Path) -> AsyncIterator[Database]:
    async with opened(docket) as database:
        yield database


async def test_the_docket_is_rich(database: Database) -> None:
    docket = await docket_of(database)
    assert len(docket) >= 12
    assert len({track.category for track in TRACKS}) >= 4
    assert all(case.state is CaseState.DOCKETED for case, _, _ in docket)
    assert all(len(held) >= 5 for _, held, _ in docket)
    dispositions = [hearing.disposition for _, held, _ in docket for hearing in held]
    assert Disposition.OVERTURNED in dispositions
    assert Disposition.MISTRIAL in dispositions
    holdings = {holding for _, _, holding in docket}
    assert {Holding.DISPUTED, Holding.YES, Holding.NO} <= holdings
    outcomes = {opinion.outcome for _, held, _ in docket for hearing in held for opinion in hearing.opinions}
    assert {Outcome.BALLOT, Outcome.ABSTAINED, Outcome.REFUSED, Outcome.UNAVAILABLE} <= outcomes


async def test_everything_that_was_scripted_says_so(database: Database) -> None:
    for _, held, _ in await docket_of(database):
        for hearing in held:
            assert hearing.rehearsal
            said = [opinion.reason or opinion.cause or "" for opinion in hearing.opinions]
            assert all("rehears" in text.lower() for text in said)
            if hearing.verdict is not None:
                assert "rehearsal" in hearing.ruling.finding.lower()
                assert "rehearsal" in hearing.ruling.quote.lower()
                assert "no model" in hearing.ruling.opinion.lower()


async def test_all_sessions_are_past_and_four_rulings_and_a_turn_wait_in_the_outbox(database: Database) -> None:
    now = datetime.now(UTC)
    featured = [track.statement for track in TRACKS if track.late in {0, 1}]
    for case, held, _ in await docket_of(database):
        assert held == sorted(held, key=lambda hearing: hearing.session)
        assert all(hearing.closed_at <= now for hearing in held)
        async with database.reading() as repos:
            due = await repos.hearing_queue.next_due(case.id)
        assert due is not None
        assert due > now
    waiting: list[str] = []
    turned: list[str] = []
    async with database.writing() as repos:
        while (dispatch := await repos.outbox.claim(now, LEASE)) is not None:
            await repos.outbox.done(dispatch.id)
            await repos.outbox.free(dispatch, now)
            told = await repos.cases.get(dispatch.announcement.references["case_id"] or 0)
            assert told is not None
            (turned if isinstance(dispatch.announcement, TurnAnnouncement) else waiting).append(told.statement)
    assert sorted(waiting) == sorted(featured)
    assert turned == [track.statement for track in TRACKS if track.late == 1]


async def test_every_rehearsal_has_the_same_verdicts(database: Database, tmp_path: Path) -> None:
    again = await rehearsed(tmp_path / "again.sqlite3")

    def verdicts(docket: Docket) -> dict[str, list[str]]:
        return {case.statement: [str(hearing.verdict) for hearing in held] for case, held, _ in docket}

    async with opened(again) as other:
        assert verdicts(await docket_of(other)) == verdicts(await docket_of(database))


def test_the_tracks_can_be_filed_as_they_are_written() -> None:
    assert [normalise(track.statement) for track in TRACKS] == [track.statement for track in TRACKS]
    assert {letter for track in TRACKS for letter in track.moods} <= {*MOODS, OUTAGE}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 1, 1), ("N", 0)),
        (date(2026, 1, 8), ("R", 7)),
        (date(2026, 1, 15), (OUTAGE, 14)),
        (date(2026, 1, 16), ("R", 15)),
        (date(2026, 1, 22), ("Y", 21)),
        (date(2027, 1, 1), ("Y", 365)),
        (date(2025, 1, 1), ("N", 0)),
    ],
)
def test_a_part_goes_through_its_moods_week_by_week(today: date, expected: tuple[str, int]) -> None:
    assert Part(date(2026, 1, 1), "NRxY").on(today) == expected
