"""`court recount` as a host runs it: it finds where the record differs from the rules, and changes it on request."""

from __future__ import annotations

import io
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from rich.console import Console

from bot.cli.recount import show
from court.counting.terms import trace
from court.hearings.conduct import HearingService
from court.hearings.recount import Difference
from court.jury.pool import Jury
from court.models import Ballot, Case, CaseState, Hearing
from storage.database import Database
from tests.bot.running import Done, court
from tests.contracts.store.samples import GUILD, docket_case
from tests.fakes.models import FakeModel, rules, votes
from tests.fakes.world import FakeClock
from tests.migrations.records import migrate

pytestmark = pytest.mark.slow

SESSIONS = 3
ROOT = Path(__file__).parents[3]


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


def files_of(record: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in record.parent.iterdir()}


async def test_a_record_of_an_older_revision_is_recounted_as_a_copy_and_stays_as_it_is(
    record: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    migrate(record, "0002", command.downgrade)
    tamper(record)
    before, rooms = files_of(record), tmp_path_factory.mktemp("rooms")

    done = await court(record.parent, "recount", DATABASE_URL=f"sqlite:///{record}", TMPDIR=str(rooms))

    assert done.code == 1, done.err
    assert "verdict" in done.out
    assert "nothing was changed" in done.out
    assert "A temporary copy of it is brought to revision" in " ".join(done.err.split())
    assert "backed up" not in done.err
    assert files_of(record) == before
    assert list(rooms.iterdir()) == []


async def test_a_record_of_a_newer_court_is_not_recounted(record: Path) -> None:
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = files_of(record)

    done = await recount(record)

    assert done.code == 2
    assert "written by a newer court (revision 9999)" in done.err
    assert files_of(record) == before


def bound_by_permissions() -> list[str]:
    """Return the words before a command that make file permissions hold for it, which root does not heed."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root heeds no permissions, and setpriv, which could make it, is missing")
    return ["setpriv", "--bounding-set", "-dac_override"]


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are those of POSIX")
@pytest.mark.parametrize("revision", ["0003", None])
def test_a_record_that_may_only_be_read_is_recounted(record: Path, tmp_path: Path, revision: str | None) -> None:
    if revision is not None:
        migrate(record, revision, command.downgrade)
    folder = tmp_path / "kept"
    folder.mkdir()
    record = record.rename(folder / record.name)
    record.chmod(0o400)
    folder.chmod(0o500)
    before = files_of(record)
    try:
        done = subprocess.run(
            [*bound_by_permissions(), sys.executable, "-m", "bot", "recount"],
            env={"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{record}"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        folder.chmod(0o700)

    assert done.returncode == 0, done.stderr
    assert "the record matches the rules" in done.stdout
    assert files_of(record) == before


def test_the_differences_fit_80_columns() -> None:
    page = Console(file=io.StringIO(), width=80)
    case = Case(1, 1, "1B0C5", "Can AI err?", CaseState.DOCKETED, 1, datetime(2026, 1, 1, tzinfo=UTC))
    found = Difference(case, 1234, "panel confidence", "12 Yes · 345 Almost · 6 In research · 7 No " * 3, "[bold]x[/]")

    show(1, 1, [found], page, applied=False)

    assert isinstance(page.file, io.StringIO)
    assert max(map(len, page.file.getvalue().splitlines())) <= 80
    assert "[bold]x[/]" in page.file.getvalue()
