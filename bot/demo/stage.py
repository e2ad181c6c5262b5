"""Runs the demo: the real bot on a simulated Discord in the browser, used by a member and a moderator."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path

import simcord
from rich.console import Console
from rich.progress import Progress
from simcord.backend.errors import SetupError
from simcord.env import Env
from simcord.preview import Preview

from bot.app import App
from bot.clock import SystemClock
from bot.demo.jurors import rehearsal_jury
from bot.demo.picture import take
from bot.demo.records import record_for
from bot.demo.rehearsal import CHANNEL, parts_for, rehearse
from bot.demo.spotlight import NotifyingCourier, catch_up, follow
from bot.demo.tracks import TRACKS
from bot.jury import require_jury, seat_jury
from bot.serve import stopping
from bot.settings import Settings
from court.announcements.kinds import RulingAnnouncement, StatementCard, TurnAnnouncement
from court.errors import ConfigurationError, StorageError
from court.jury.pool import Jury
from court.models import CaseState
from providers.registry import Models
from storage.engine.files import beside, remove_database
from storage.engine.location import locate
from storage.engine.lock import ENDING, locked

GUILD_ID = 1_459_640_000_000_000_000
PACE = 1.2
"""Seconds that a scripted juror takes, more or less, so that a visitor sees the hearing in progress."""

SETTLE_TIMEOUT = 30.0
"""Seconds that the page waits for the bot after an action. After that it would accept no more actions."""

SHOWN = (StatementCard, RulingAnnouncement, TurnAnnouncement)
"""What a demo that goes on posts again."""

LAST_MESSAGES = 20
"""How many of the last messages it looks at."""

TOPICS = {
    False: "A rehearsal: scripted jurors, not the opinion of any AI model",
    True: "The past is a rehearsal; what you ask is heard by real models",
}


async def play(settings: Settings, *, live: bool, keep: bool, port: int, picture: Path | None) -> None:
    """Serve the demo on loopback until Ctrl-C, or until `picture` is taken.

    Its record is its own and ends with it, unless `keep` is set.

    Raises:
        ConfigurationError: when `live` finds no panel, the port is taken, or there is no browser for the picture.
        StorageError: when the demo's record cannot be written, or when another demo has the one that is kept.
    """
    with record_for(keep=keep) as database:
        await _play(settings, database, live=live, port=port, picture=picture)


async def _play(settings: Settings, database: Path, *, live: bool, port: int, picture: Path | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    settings = settings.model_copy(update={"database_url": f"sqlite:///{database}"})
    models = Models(settings.vendors, timeout=settings.juror_timeout)
    app = App(settings, _choose_jury(settings, models, live=live))
    await _prepare(settings, console)
    bot = app.new_bot()
    try:
        with stopping() as stop:
            async with (
                app,
                simcord.run(bot, shard_count=1, check_errors=False, settle_timeout=SETTLE_TIMEOUT) as env,
                await _build(env, app, port, TOPICS[live]) as preview,
                app.running(courier := NotifyingCourier(bot, app.services.vacancy)),
            ):
                await app.worker.idle()
                await preview.refresh()
                courier.delivered.clear()
                if picture is not None:
                    await take(preview.url, picture)
                    return
                _print_address(console, preview.url, live=live)
                await _until_closed(preview, stop, follow(env, preview, courier, app.clock))
    except SetupError as error:
        raise ConfigurationError(f"the page cannot be shown: {error}; choose another --port, or leave it out") from None
    finally:
        await models.aclose()


def _choose_jury(settings: Settings, models: Models, *, live: bool) -> Jury:
    if live:
        return require_jury(seat_jury(settings, models))
    parts = parts_for(SystemClock().now().date())
    return rehearsal_jury(parts, panel_size=settings.panel_size, timeout=settings.juror_timeout, pace=lambda: PACE)


async def _prepare(settings: Settings, console: Console) -> None:
    """Rehearse a past into the demo's record, unless an earlier demo has left one there.

    A record that is there is always a whole one: the rehearsal has another name until it is finished.

    Raises:
        StorageError: when another demo has it open, or when it cannot be written.
    """
    location = locate(settings.database_url)
    assert location.path is not None  # noqa: S101 - a demo has its record in a file
    location.make_folder()
    with locked(location, instead="leave out --keep, or run the demo in another folder"):
        if location.path.exists():
            return
        unfinished = beside(location.path, ".new")
        try:
            remove_database(unfinished)
            await _rehearse(settings.model_copy(update={"database_url": f"sqlite:///{unfinished}"}), console)
            if beside(unfinished, "-wal").exists():
                raise StorageError(f"{location.name}: the rehearsal could not be written as a whole; free some space")
            unfinished.replace(location.path)
            beside(unfinished, ENDING).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"{location.name}: the demo's record cannot be written ({error.strerror}); "
                "run the demo in another folder"
            ) from error


async def _rehearse(settings: Settings, console: Console) -> None:
    categories = len({track.category for track in TRACKS})
    with _without_warnings(), Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"Rehearsing {len(TRACKS)} cases in {categories} categories")
        await rehearse(settings, GUILD_ID, lambda day, days: progress.update(task, completed=day, total=days))


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Hide the warnings about jurors that fail: in a rehearsed outage they are meant to."""
    log = logging.getLogger("court.hearings.host_log")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


async def _build(env: Env, app: App, port: int, topic: str) -> Preview:
    """Build the server: a member, a moderator, and one channel for both, because the page shows only one."""
    catch_up(env, app.clock)
    guild = env.create_guild("Court of AI Capability", id=GUILD_ID)
    moderators = guild.create_role("Moderators")
    channel = guild.create_text_channel("courtroom", topic=topic)
    viewers = [
        guild.add_member(env.create_user("member")),
        guild.add_member(env.create_user("moderator"), roles=[moderators]),
    ]
    await env.settle()
    if (server := env.bot.get_guild(guild.id)) is not None:
        await server.me.edit(nick="The Court")
    before = await app.services.servers.show(guild.id)
    await app.services.servers.change(
        guild.id, verdict_channel_id=channel.id, mod_channel_id=channel.id, mod_role_id=moderators.id
    )
    await _show_again(app, guild.id, before.mod_channel_id)
    return env.preview(channel, viewers=viewers, layout="channel", port=port)


async def _show_again(app: App, guild_id: int, channel_id: int | None) -> None:
    """Have posted again what the last demo showed at the end of its channel, because this channel is new.

    Each case is shown as it is now. The cards of statements that wait for a decision are posted in any case.
    `channel_id` is that of the last demo's channel, or what the rehearsal had in place of one.
    """
    async with app.store.writing() as repos:
        posted = []
        if channel_id is not None and channel_id != CHANNEL:
            posted = await repos.outbox.posted_in(guild_id, channel_id, LAST_MESSAGES)
        # Of what was told of a case more than once, only the last counts: it shows the case as it is now.
        again = {
            (one.announcement.kind, getattr(one.announcement, "case_id", None)): one.announcement
            for one in posted
            if isinstance(one.announcement, SHOWN)
        }
        for case in await repos.cases.newest(guild_id, [CaseState.FILED], limit=100):
            again.setdefault((StatementCard.kind, case.id), StatementCard(case.id))
        for announcement in again.values():
            await repos.outbox.add(announcement, guild_id, app.clock.now())


def _print_address(console: Console, url: str, *, live: bool) -> None:
    jury = "real models" if live else "a rehearsal with scripted jurors, not the opinion of any AI model"
    console.print(f"The demo is running ({jury}) at {url}")
    console.print(
        "Try: /ask a question as “member”, switch “Viewing as” to “moderator” and press Approve, watch the ruling "
        "arrive, vote by reaction and by button, then /verdict and /court about. Ctrl-C stops the demo."
    )


async def _until_closed(preview: Preview, stop: asyncio.Event, show: Coroutine[None, None, None]) -> None:
    """Run `show` until the visitor closes the page's session or the host stops the demo."""
    ends = [asyncio.create_task(preview.wait_closed()), asyncio.create_task(stop.wait())]
    showing = asyncio.create_task(show)
    try:
        done, _ = await asyncio.wait([*ends, showing], return_when=asyncio.FIRST_COMPLETED)
        if showing in done:
            showing.result()
    finally:
        for task in (*ends, showing):
            task.cancel()
        await asyncio.gather(*ends, showing, return_exceptions=True)
