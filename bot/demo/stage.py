"""The demo's stage: a simulated Discord in the browser, in which the real bot serves a member and a moderator."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from bot.app import App
from bot.clock import SystemClock
from bot.demo.docket import TRACKS
from bot.demo.jurors import rehearsal_jury
from bot.demo.picture import take
from bot.demo.rehearsal import learn_parts, rehearse
from bot.jury import require_jury, seat_jury
from bot.serve import stopping
from bot.settings import Settings
from court.errors import ConfigurationError
from court.models import CaseState, DispatchKind
from court.ports import Clock
from court.services.hearings import Jury
from providers.registry import Models

if TYPE_CHECKING:
    from simcord.env import Env
    from simcord.preview import Preview

DATABASE = Path("data/demo.sqlite3")
GUILD_ID = 1_459_640_000_000_000_000
PACE = 1.2
"""Seconds that a scripted juror takes on stage, so that a visitor sees the court sit."""
LOOK = 0.4
"""Seconds between two looks at whether the page has something new to show."""

NO_SIMULATOR = "court demo needs the simulator: run it as `uv run court demo`, or pip install 'simcord[preview]'"


async def play(
    settings: Settings, *, live: bool, keep: bool, port: int, picture: Path | None, database: Path = DATABASE
) -> None:
    """Serve the demo on loopback until Ctrl-C, or until `picture` is taken.

    Raises:
        ConfigurationError: when the simulator is missing, or `live` finds no panel to seat.
        StorageError: when the demo's record cannot be kept.
    """
    # The simulator's Discord is not complete, and discord.py says so in words that no visitor can use.
    logging.getLogger("discord").setLevel(logging.ERROR)
    try:
        import simcord  # noqa: PLC0415 - only the demo needs it; a deployed bot is without
    except ImportError:
        raise ConfigurationError(NO_SIMULATOR) from None
    console = Console(highlight=False, soft_wrap=True)
    settings = settings.model_copy(update={"database_url": f"sqlite:///{database}"})
    models = Models(settings.vendors, timeout=settings.juror_timeout)
    app = App(settings, _cast(settings, models, live=live))
    if not (keep and await asyncio.to_thread(database.exists)):
        await asyncio.to_thread(_clear, database)
        await _rehearse(settings, console)
    bot = app.new_bot()
    try:
        await app.database.open()
        with stopping() as stop:
            async with (
                simcord.run(bot, shard_count=1, check_errors=False) as env,
                await _build(env, app, port) as preview,
                app.running(app.courier(bot)),
            ):
                await app.worker.idle()
                await preview.refresh()
                if picture is not None:
                    await take(preview.url, picture)
                    return
                _tell(console, preview.url, live=live)
                await _keep_showing(env, preview, app.clock, stop)
    finally:
        await models.aclose()
        await app.database.close()


def _cast(settings: Settings, models: Models, *, live: bool) -> Jury:
    if live:
        return require_jury(seat_jury(settings, models))
    parts = learn_parts(SystemClock().now().date())
    return rehearsal_jury(parts, panel_size=settings.panel_size, timeout=settings.juror_timeout, pace=lambda: PACE)


def _clear(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


async def _rehearse(settings: Settings, console: Console) -> None:
    categories = len({track.category for track in TRACKS})
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"Rehearsing {len(TRACKS)} cases in {categories} categories")
        await rehearse(settings, GUILD_ID, lambda day, days: progress.update(task, completed=day, total=days))


async def _build(env: Env, app: App, port: int) -> Preview:
    """The server: one channel for verdicts and moderators, since the page shows one; a member, and a moderator."""
    await _catch_up(env, app.clock)
    guild = env.create_guild("Court of AI Capability", id=GUILD_ID)
    moderators = guild.create_role("Moderators")
    channel = guild.create_text_channel("courtroom", topic="A rehearsal: scripted jurors, and no model's opinion")
    viewers = [
        guild.add_member(env.create_user("member")),
        guild.add_member(env.create_user("moderator"), roles=[moderators]),
    ]
    await env.settle()
    if (server := env.bot.get_guild(guild.id)) is not None:
        await server.me.edit(nick="The Court")
    await app.services.chambers.change(
        guild.id, verdict_channel_id=channel.id, mod_channel_id=channel.id, mod_role_id=moderators.id
    )
    await _put_up_cards(app, guild.id)
    return env.preview(channel, viewers=viewers, layout="channel", port=port)


async def _put_up_cards(app: App, guild_id: int) -> None:
    """Statements that a demo before this one left undecided have no card in the new channel yet."""
    async with app.database.writing() as records:
        for case in await records.cases.newest(guild_id, [CaseState.FILED], limit=100):
            await records.outbox.add(DispatchKind.CARD, guild_id, app.clock.now(), case_id=case.id)


def _tell(console: Console, url: str, *, live: bool) -> None:
    jury = "real models" if live else "scripted jurors, a rehearsal and no model's opinion"
    console.print(f"The court sits ({jury}) at {url}")
    console.print(
        "Try: /ask a question as “member”, switch “Viewing as” to “moderator” and press Approve, watch the ruling "
        "arrive, vote by reaction and by button, then /verdict. Ctrl-C ends it."
    )


async def _catch_up(env: Env, clock: Clock) -> None:
    """Move the simulated Discord's clock, which stands still between timers, to ours."""
    await env.advance_time(max((clock.now() - env.now()).total_seconds(), 0.0))


async def _keep_showing(env: Env, preview: Preview, clock: Clock, stop: asyncio.Event) -> None:
    """Publish what the worker did behind the page's back, until the visitor or the host ends the demo."""
    closed = asyncio.create_task(preview.wait_closed())
    seen = len(env.backend.transcript)
    try:
        while not (stop.is_set() or closed.done()):
            await asyncio.wait({closed}, timeout=LOOK)
            happened = len(env.backend.transcript)
            if happened != seen and await _refreshed(env, preview, clock):
                seen = happened
    finally:
        closed.cancel()


async def _refreshed(env: Env, preview: Preview, clock: Clock) -> bool:
    from simcord.backend.errors import SetupError  # noqa: PLC0415 - only the demo needs it

    try:
        await _catch_up(env, clock)
        await preview.refresh()
    except (SetupError, TimeoutError):
        # The visitor is in the middle of something, which publishes by itself; look again later.
        return False
    return True
