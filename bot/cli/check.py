"""`court check`: looks at all that the court needs and says what to do about what is not right. It changes nothing."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import discord
from rich.console import Console
from rich.text import Text

from bot.cli.checks import discord as discords
from bot.cli.checks import host, models, record, servers
from bot.cli.checks.findings import PATIENCE, Finding, Result, failed, refused, warning, within
from bot.settings import Settings
from court.errors import ConfigurationError, StorageError
from court.jury.pool import Jury
from providers.registry import Models
from storage.engine.location import Location, locate

_STYLES = {Result.OK: "green", Result.WARNING: "yellow", Result.FAILED: "bold red"}
_RESULT_WIDTH, _CHECK_WIDTH = 9, 14
_WIDEST = 100
_TIED = "\xa0"
"""Stands for a space at which no line ends."""
_NO_TOKEN = f"Create an application with a bot at {discords.PORTAL}, then run `court init`."
_SKIPPED = "gateway, intents and servers were not checked, because that needs a token that Discord accepts"


async def check(env_file: Path = Path(".env")) -> list[Finding]:
    """Check everything, and return what was found, in the order in which it is shown."""
    # What goes wrong is told in the findings.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        settings, found = host.settings_in(env_file)
    except ConfigurationError as error:
        return refused("settings", error)
    asked = Models(settings.vendors, timeout=PATIENCE)
    try:
        jury, seated = models.seat(settings, asked)
        return [*found, *await _everything(settings, jury, seated)]
    finally:
        await asked.aclose()


async def _everything(settings: Settings, jury: Jury | None, seated: Sequence[Finding]) -> list[Finding]:
    async with discords.rest_client(settings.discord_api_url) as client:
        kept = asyncio.create_task(_record(settings))
        of_discord, of_models, of_clock, of_record = await asyncio.gather(
            _discord(client, settings, kept),
            _ask(jury),
            within("clock", host.clock()),
            kept,
        )
    token, of_servers = of_discord
    disk = [] if of_record[1] is None else host.free_space(of_record[1])
    return [*token, *seated, *of_models, *of_record[0].findings, *disk, *of_clock, *of_servers]


async def _ask(jury: Jury | None) -> list[Finding]:
    return [] if jury is None else await models.ask_all(jury)


async def _record(settings: Settings) -> tuple[record.Record, Location | None]:
    try:
        location = locate(settings.database_url)
    except StorageError as error:
        return record.Record(refused("record", error), None), None
    try:
        async with asyncio.timeout(PATIENCE):
            return await record.examine(location), location
    except TimeoutError:
        late = failed("record", f"{location.name}: it did not answer within {PATIENCE:g} seconds")
        return record.Record([late], None), location


async def _discord(
    client: discord.Client, settings: Settings, kept: asyncio.Task[tuple[record.Record, Location | None]]
) -> tuple[list[Finding], list[Finding]]:
    """Return what was found of the token, the gateway and the application, and what of the servers."""
    if settings.discord_token is None:
        return [failed("token", "there is no token that can be used", _NO_TOKEN)], [warning("servers", _SKIPPED)]
    token = settings.discord_token.get_secret_value()
    login = await within("token", discords.login(client, token, settings.discord_api_url))
    if login[-1].result is not Result.OK:
        return login, [warning("servers", _SKIPPED)]
    known = (await kept)[0].guilds
    of_gateway, of_servers, of_host = await asyncio.gather(
        within("gateway", discords.gateway(client)),
        within("servers", servers.servers(client, known, settings.guilds_allowed), PATIENCE + 1),
        _host_channel(client, settings.host_channel_id),
    )
    return [*login, *of_gateway, *discords.application(client)], [*of_servers, *of_host]


async def _host_channel(client: discord.Client, channel_id: int | None) -> list[Finding]:
    return [] if channel_id is None else await within("host channel", servers.host_channel(client, channel_id))


def as_json(found: Sequence[Finding]) -> str:
    """Return the findings as a JSON list of objects with `check`, `result`, `message` and `advice`."""
    return json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2)


def show(found: Sequence[Finding], console: Console) -> None:
    """Print each finding, with what to do below it, and then how many there are of each kind."""
    width = min(console.width, _WIDEST) - _RESULT_WIDTH - _CHECK_WIDTH
    for one in found:
        lines = _wrapped(one.message, width) + (_wrapped(f"→ {one.advice}", width) if one.advice else [])
        margin = " " * (_RESULT_WIDTH + _CHECK_WIDTH)
        text = Text(f"{one.result:<{_RESULT_WIDTH}}", _STYLES[one.result])
        text.append(f"{one.check:<{_CHECK_WIDTH}}", "bold")
        text.append(f"\n{margin}".join(lines), "")
        console.print(text, soft_wrap=True)
    console.print(_summary(found), highlight=False)


def _wrapped(text: str, width: int) -> list[str]:
    # An address that is broken in two cannot be copied, so it stands alone in a line that is too long.
    whole = re.sub(r"`[^`]+`", lambda command: command[0].replace(" ", _TIED), text)
    lines = textwrap.wrap(whole, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_TIED, " ") for line in lines]


def _summary(found: Sequence[Finding]) -> str:
    counts = {result: sum(one.result is result for one in found) for result in Result}
    if counts[Result.FAILED]:
        return f"\n{counts[Result.FAILED]} failed: the court does not work as it should until this is corrected."
    if counts[Result.WARNING]:
        return f"\nNothing failed. {counts[Result.WARNING]} to look at."
    return "\nAll is well."


def has_failed(found: Sequence[Finding]) -> bool:
    """Return whether any check has failed."""
    return any(one.result is Result.FAILED for one in found)
