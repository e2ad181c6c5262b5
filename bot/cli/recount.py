"""`court recount`: recounts the record by today's rules and shows the differences in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from bot.app import App
from bot.jury import no_jury
from bot.settings import Settings
from court.errors import StorageError
from court.hearings.recount import Difference
from storage.database import Database
from storage.engine.location import locate


async def recount(settings: Settings, *, apply: bool, progress: Console) -> tuple[int, int, list[Difference]]:
    """Recount everything; return the number of cases, the number of hearings, and the differences.

    Raises:
        StorageError: when there is no record, when it cannot be opened or must be migrated first, or, with `apply`,
            when another process has it open or it cannot be written.
    """
    location = locate(settings.database_url)
    if location.in_memory or (location.path is not None and location.file_id() is None):
        raise StorageError(f"{location.name}: there is no record to recount; set DATABASE_URL to where it is kept")
    store = Database(settings.database_url, read_only=not apply)
    async with App(settings, no_jury("the record is recounted"), store=store) as app:
        cases = await app.recounts.cases()
        hearings = 0
        differences: list[Difference] = []
        for case in track(cases, "Recounting …", console=progress, transient=True):
            result = await app.recounts.recount(case, apply=apply)
            hearings += result.hearings
            differences.extend(result.differences)
    return len(cases), hearings, differences


def show(cases: int, hearings: int, differences: list[Difference], console: Console, *, applied: bool) -> None:
    """Print the differences, one per line, and a summary."""
    counted = f"{_many(hearings, 'hearing')} of {_many(cases, 'case')} recounted"
    if not differences:
        console.print(f"{counted}: the record matches the rules.")
        return
    table = Table("Case", "Session", "What", "Stored", "Counted", box=None, pad_edge=False)
    for found in differences:
        session = "" if found.session is None else str(found.session)
        table.add_row(f"№ {found.case.number}", session, found.what, escape(found.stored), escape(found.counted))
    console.print(table)
    done = "the record was changed to match the rules" if applied else "nothing was changed; use --apply to change it"
    console.print(f"{counted}: {_many(len(differences), 'difference')}; {done}.")


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
