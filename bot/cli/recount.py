"""`court recount`: the record through today's rules, at the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from bot.clock import SystemClock
from bot.settings import Settings
from court.errors import StorageError
from court.hearings.recount import Difference, RecountService
from storage.database import Database
from storage.engine.location import locate


async def recount(settings: Settings, *, apply: bool, progress: Console) -> tuple[int, int, list[Difference]]:
    """Count everything again; how many cases and hearings there were, and what differs.

    Raises:
        StorageError: when there is no record, or it cannot be opened, or with `apply` not written.
    """
    location = locate(settings.database_url)
    if location.in_memory or (location.path is not None and location.file_id() is None):
        raise StorageError(f"{location.name}: there is no record to count again; DATABASE_URL says where it is kept")
    database = Database(settings.database_url)
    await database.open()
    try:
        service = RecountService(database, SystemClock())
        cases = await service.cases()
        hearings = 0
        differences: list[Difference] = []
        for case in track(cases, "Counting again …", console=progress, transient=True):
            result = await service.recount(case, apply=apply)
            hearings += result.hearings
            differences.extend(result.differences)
    finally:
        await database.close()
    return len(cases), hearings, differences


def show(cases: int, hearings: int, differences: list[Difference], console: Console, *, applied: bool) -> None:
    """What was found, a line a difference."""
    counted = f"{_many(hearings, 'hearing')} of {_many(cases, 'case')} counted again"
    if not differences:
        console.print(f"{counted}: the record says what the rules give.")
        return
    table = Table("Case", "Session", "What", "Stored", "Counted", box=None, pad_edge=False)
    for found in differences:
        session = "" if found.session is None else str(found.session)
        table.add_row(f"№ {found.case.docket_number}", session, found.what, escape(found.stored), escape(found.counted))
    console.print(table)
    done = "the record was changed to what the rules give" if applied else "nothing was changed; --apply changes it"
    console.print(f"{counted}: {_many(len(differences), 'difference')}; {done}.")


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
