"""`court recount` as a host runs it: it finds where the record differs from the rules, and changes it on request."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from court.counting.terms import trace
from court.hearings.conduct import HearingService
from court.jury.pool import Jury
from court.models import Ballot, Hearing
from storage.database import Database
from tests.bot.running import Done, court
from tests.contracts.store.samples import GUILD, docket_case
from tests.fakes.models import FakeModel, rules, votes
from tests.fakes.world import FakeClock
from tests.migrations.records import migrate

pytestmark = pytest.mark.slow

SESSIONS = 3


@pytest.fixture
async def record(tmp_path: Path) -> Path:
    """Create a record with one case that was heard three times."""
    path = tmp_path / "court.sqlite3"
    jurors = [FakeModel(f"vendor{number}/model", votes()) for number in range(3)]
    jury = Jury({juror.ref: juror for juror in jurors}, FakeModel("judges/judge", rules()), 3, 5.0)
    service = HearingService(jury, FakeClock(), random.Random(1))
    database = Database(f"sqlite:///{path}")
    await database.open()
    case = await docket_case(database, GUILD, "1B0C")
    held: list[Hearing] = []
    for session in range(1, SESSIONS + 1):
        held.append(await service.hold(case, session, Ballot.YES if held else None))
        async with database.writing() as repos:
            await repos.rosters.put(jury.roster)
            await repos.hearings.add(held[-1])
            await repos.standings.put(case.id, trace(held).standing, held[-1].closed_at)
    await database.close()
    return path


async def recount(record: Path, *options: str) -> Done:
    return await court(record.parent, "recount", *options, DATABASE_URL=f"sqlite:///{record}")


def tamper(record: Path) -> None:
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute("UPDATE hearings SET verdict = 'NO', confidence = 0.5 WHERE session = 2")


async def test_an_honest_record(record: Path) -> None:
    done = await recount(record)

    assert done.code == 0, done.err
    assert "3 hearings of 1 case recounted: the record matches the rules." in done.out


async def test_a_record_that_was_tampered_with(record: Path) -> None:
    tamper(record)
    found = await recount(record)
    assert found.code == 1
    assert "№ 1B0C" in found.out
    assert all(words in found.out for words in ("verdict", "panel confidence", "0.5000", "nothing was changed"))
    assert (await recount(record)).out == found.out

    applied = await recount(record, "--apply")
    assert applied.code == 0, applied.err
    assert "the record was changed to match the rules" in applied.out
    again = await recount(record)
    assert again.code == 0
    assert "the record matches the rules" in again.out


async def test_a_record_that_cannot_be_opened(tmp_path: Path) -> None:
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"no database" * 100)

    done = await recount(junk)

    assert done.code == 2
    assert done.err.startswith("court: ")
    assert "not a database" in done.err


async def test_no_record_is_created_where_there_is_none(tmp_path: Path) -> None:
    done = await court(tmp_path, "recount")

    assert done.code == 2
    assert "there is no record to recount" in done.err
    assert list(tmp_path.iterdir()) == []


async def test_the_backup_before_a_migration_is_named(record: Path) -> None:
    migrate(record, "0002", command.downgrade)
    applied = await recount(record, "--apply")
    assert applied.code == 0, applied.err
    (made,) = record.parent.glob("court.sqlite3.before-*.bak")
    assert f"backed up to {made}" in applied.err
    again = await recount(record, "--apply")
    assert "backed up" not in again.err
