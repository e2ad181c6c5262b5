"""`court init`: asks for what the bot needs, checks it as it is typed, and writes it into `.env`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import typer
from rich.console import Console

from bot.cli.wizard import env_file
from bot.cli.wizard.accounts import ask_keys, ask_token
from bot.cli.wizard.draft import Draft
from bot.cli.wizard.jury import ask_jurors
from bot.cli.wizard.money import DAILY, SERVER_DAILY, ask_caps
from bot.cli.wizard.place import ask_folder
from bot.environment import KEY, TOKEN
from bot.invite import invite_link
from court.errors import ConfigurationError

INTERRUPTED = 130
"""The exit code of a program that was ended by Ctrl-C."""

NO_TERMINAL = (
    "`court init` asks questions and needs a terminal; without one, copy .env.example to .env, write your settings "
    "into it, and run `court check`"
)


def init(path: Path, console: Console, *, offline: bool) -> None:
    """Ask, then write the answers into the file.

    Raises:
        ConfigurationError: when there is nobody to ask, or when the file cannot be read or written.
        Exit: on Ctrl-C; nothing was written.
    """
    if not has_terminal():
        raise ConfigurationError(NO_TERMINAL)
    # What goes wrong is told to the host who has just typed it.
    logging.getLogger().addHandler(logging.NullHandler())
    draft = Draft(path, console, offline=offline)
    try:
        application_id = _ask(draft, path)
        if _confirmed(draft, path):
            env_file.write(path, draft.changes)
            _conclude(draft, path, application_id)
    except (typer.Abort, KeyboardInterrupt):
        console.print("\nNothing was written.")
        raise typer.Exit(INTERRUPTED) from None


def has_terminal() -> bool:
    """Return whether somebody can be asked."""
    return sys.stdin.isatty()


def _ask(draft: Draft, path: Path) -> int | None:
    if draft.begun:
        draft.say(f"{path} is there already. Enter keeps what is set, and what is not asked for stays.")
    else:
        draft.say(f"This writes {path.absolute()}. Nothing is written before the end.")
    draft.drop_unusable(TOKEN, DAILY, SERVER_DAILY)
    draft.settings()  # what cannot be used and is not asked for has to be corrected first
    application_id = ask_token(draft)
    ask_keys(draft)
    ask_jurors(draft)
    ask_caps(draft)
    ask_folder(draft)
    return application_id


def _confirmed(draft: Draft, path: Path) -> bool:
    draft.heading("Ready")
    if not draft.changes:
        draft.say(f"  Nothing has changed. {path} stays as it is.")
        return path.exists()
    for name in draft.changes:
        value = draft.changes[name]
        shown = "unset" if not value else "set" if name == TOKEN or name.endswith(KEY) else value
        draft.say(f"  {name}: {shown}")
    if draft.agrees(f"Write this into {path}?", by_default=True):
        return True
    draft.say("Nothing was written.")
    return False


def _conclude(draft: Draft, path: Path, application_id: int | None) -> None:
    if draft.changes:
        draft.yes(f"{path} was written. Only you can read it.")
    draft.heading("Next")
    if application_id is not None:
        draft.say("  1. Invite the bot to your server with this link:")
        # Never broken, so that it can be copied.
        draft.console.print(f"\n{invite_link(application_id)}\n", soft_wrap=True, markup=False)
    else:
        draft.say("  1. Invite the bot to your server. `court check` prints the link.")
    draft.say(
        "  2. `court check` says whether all is well.\n"
        "  3. `court run` starts the bot.\n"
        "  4. In Discord, `/setup channels` chooses the court's channels."
    )
