"""`court recount`: recounts the record by today's rules and shows the differences in the terminal."""

from __future__ import annotations

import asyncio

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from bot.app import App
from bot.jury import no_jury
from bot.settings import Settings
from court.errors import StorageError
from court.hearings.recount import Difference
from storage.backup import temporary_copy
from storage.database import Database
from storage.engine.location import locate
from storage.migrations.revisions import REVISION, is_older
from storage.reading import glance

Recounted = tuple[int, int, list[Difference]]
"""The number of cases, the number of hearings, and the differences."""


def recount(settings: Settings, *, apply: bool, progress: Console) -> Recounted:
    """Recount everything. Without `apply`, the record is only read; one of an older revision is read as a copy.

    Raises:
        StorageError: when there is no record, when it cannot be opened, when there is no room for a copy of it, or,
            with `apply`, when another process has it open or it cannot be written.
    """
    location = locate(settings.database_url)
    if location.in_memory or (location.path is not None and location.file_id() is None):
        raise StorageError(f"{location.name}: there is no record to recount; set DATABASE_URL to where it is kept")
    if apply:
        return asyncio.run(_recount(settings, Database(settings.database_url), progress, apply=True))
    if location.path is None or not is_older(asyncio.run(glance(location)).revisions):
        return asyncio.run(_recount(settings, Database(settings.database_url, read_only=True), progress))
    with temporary_copy(location) as copy:
        progress.print(
            f"[dim]The record is of an older revision. A temporary copy of it is brought to revision {REVISION} and "
            "recounted.[/dim]",
            highlight=False,
        )
        return asyncio.run(_recount(settings, Database(f"sqlite:///{copy}"), progress))


async def _recount(settings: Settings, store: Database, progress: Console, *, apply: bool = False) -> Recounted:
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
