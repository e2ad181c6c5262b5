"""Asks for the folder in which the record is kept."""

from __future__ import annotations

import os
from pathlib import Path

from bot.cli.wizard.draft import Draft
from bot.settings import Settings
from court.errors import StorageError
from storage.engine.location import locate

DATABASE = "DATABASE_URL"
_FILE = "court.sqlite3"
_SQLITE = "sqlite:///"


def ask_folder(draft: Draft) -> None:
    """Ask where the record is kept, until it can be kept there. Nothing is created."""
    draft.heading("The record")
    if draft.fixed(DATABASE):
        return
    before = draft.get(DATABASE)
    default = str(Settings.model_fields["database_url"].default)
    shown = _shown(before or default)
    while True:
        typed = draft.ask("  The folder for the record", shown)
        address = (before or default) if typed == shown else _address(typed)
        problem = problem_with(address)
        if problem is None:
            break
        draft.no(problem)
    if address != default or before:
        draft.put(DATABASE, address)


def _shown(address: str) -> str:
    """Return the folder of an address in our own form, else what it names, without a password."""
    path = Path(address.removeprefix(_SQLITE))
    if address.startswith(_SQLITE) and path.name == _FILE:
        return str(path.parent)
    try:
        return locate(address).name
    except StorageError:
        return "data"


def _address(typed: str) -> str:
    if "://" in typed or typed == ":memory:":
        return typed
    return f"{_SQLITE}{Path(typed).expanduser() / _FILE}"


def problem_with(address: str) -> str | None:
    """Return why the record cannot be kept at that address, or None if it can."""
    try:
        location = locate(address)
    except StorageError as error:
        return str(error)
    if location.path is None:
        return None
    there = next(path for path in (location.path, *location.path.parents) if path.exists())
    if there == location.path and not there.is_file():
        return f"{location.name} is not a file; name another folder"
    folder = there if there.is_dir() else there.parent
    if there not in (location.path, folder):
        return f"{there} is not a folder; name another one"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the record cannot be written in {folder} by this user; name another folder"
    return None
