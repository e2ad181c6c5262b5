"""The disk is full, the record is locked or its file is moved while jurors sit: the hearing is paid for once."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from court.errors import StorageError
from court.jury.model import Completion, Request
from storage.database import Database
from tests.court.hearings.test_budget import SPENT, priced, spent
from tests.court.hearings.test_queue import announced
from tests.court.hearings.test_results import asked
from tests.court.house import House
from tests.fakes.models import rules
from tests.records import url_of

Trouble = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def full_disk(record: Path) -> Iterator[None]:
    log = record.with_name(f"{record.name}-wal")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def locked(record: Path) -> Iterator[None]:
    with closing(sqlite3.connect(record, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def moved(record: Path) -> Iterator[None]:
    away = record.with_name("moved")
    record.rename(away)
    yield
    away.rename(record)


@pytest.fixture
async def on_file(record: Path) -> AsyncIterator[House]:
    """Yield a court that does not wait long for a lock."""
    async with House(Database(url_of(record), busy_timeout=0.05)) as house:
        await house.set_up()
        yield house


@pytest.mark.parametrize("trouble", [full_disk, locked, moved])
async def test_a_hearing_is_recorded_when_the_record_can_be_written_again(
    on_file: House, record: Path, trouble: Trouble
) -> None:
    priced(on_file)
    case, other = await on_file.docketed("Can AI sing?"), await on_file.docketed("Can AI cook?")
    with ExitStack() as in_trouble:

        async def rules_in_trouble(_request: Request) -> Completion:
            in_trouble.enter_context(trouble(record))
            return rules()

        on_file.judge.script(rules_in_trouble, rules())
        assert await on_file.queue.hold_next() is True
        for _ in range(2):
            with pytest.raises(StorageError):
                await on_file.queue.hold_next()
        assert await on_file.sessions(case) == []
        assert asked(on_file) == 5, "no other hearing has begun"

    assert await on_file.hold_all() == 1

    assert [len(await on_file.sessions(one)) for one in (case, other)] == [1, 1]
    assert asked(on_file) == 10
    assert await spent(on_file) == 2 * SPENT
    assert await announced(on_file) == [1, 1]
