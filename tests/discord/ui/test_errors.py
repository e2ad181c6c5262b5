"""Every error that a person can run into is explained to them in private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

from cogs.ui.errors import FAILED, OUTCOME, REFUSED
from court.errors import (
    AlreadyDecided,
    AlreadyOnDocket,
    CaseNotFound,
    DocketFull,
    NothingRuledYet,
    NotModerator,
    NotSetUp,
    ReasonMissing,
    StatementInvalid,
    StorageError,
    TooFast,
    TooManyPending,
)
from court.models import Case, CaseState
from tests.discord.town import Town, private_answer
from tests.fakes.world import NOON

CASE = Case(1, 7, "1B0C", "Can AI **write**?", CaseState.DENIED, 99, NOON, 8, NOON)


def http(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    return kind(response, {"code": 0, "message": "Missing Permissions"})


async def met(town: Town, error: Exception) -> str:
    """Return the reply to a member who runs into `error`."""

    async def stumble(_interaction: discord.Interaction[Any]) -> None:
        raise error

    tree = town.env.bot.tree  # type: ignore[attr-defined]
    tree.add_command(app_commands.Command(name="stumble", description="Fails.", callback=stumble))
    await tree.sync()
    words = private_answer(await town.member.slash(town.square, "stumble"))
    assert len(town.env.errors) == 1
    return words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StatementInvalid(StatementInvalid.TOO_SHORT, 9), "too short: with “Can AI …?” it has 9 characters"),
        (
            StatementInvalid(StatementInvalid.TOO_LONG, 308),
            "it has 308 characters, but only 300 are allowed",
        ),
        (StatementInvalid(StatementInvalid.NOT_CAN_AI), "Start with “Can AI”"),
        (NotSetUp(), "An admin can choose one with `/setup channels`."),
        (DocketFull(), "The court found no free docket number. Nothing was changed."),
        (TooManyPending(10, of_member=True), "You already have 10 questions waiting for the moderators"),
        (TooManyPending(500, of_member=False), "500 questions on this server are already waiting for the moderators"),
        (CaseNotFound("x*y"), "matches “x\\*y”"),
        (NothingRuledYet(), "with `/ask`"),
        (NotModerator(8), "Only <@&8> and members with **Manage Server**"),
        (NotModerator(None), "An admin can choose a moderator role with `/setup channels`."),
        (AlreadyDecided(CASE), "This statement was already denied by <@8> <t:1768478400:R>."),
        (AlreadyDecided(replace(CASE, state=CaseState.DOCKETED)), "was already approved by"),
        (AlreadyDecided(replace(CASE, state=CaseState.MERGED)), "was already merged with another case by"),
        (AlreadyDecided(replace(CASE, state=CaseState.WITHDRAWN, decided_by=None)), "another moderator"),
        (
            AlreadyOnDocket(replace(CASE, state=CaseState.DOCKETED)),
            "№ 1B0C already asks the same: Can AI \\*\\*write\\*\\*?",
        ),
        (ReasonMissing(), "Please write a reason"),
        (StorageError("disk full"), "Nothing was changed. The host of this bot can find the error in the log."),
        (http(discord.Forbidden, 403), "which permissions I am missing, and where, with `/setup channels`"),
        (http(discord.NotFound, 404), "no longer on Discord"),
        (http(discord.DiscordServerError, 503), "Discord is having problems"),
        (TooFast(NOON), "Not so fast: you can do that again <t:1768478400:R>."),
        (TooFast(NOON + timedelta(microseconds=1)), "again <t:1768478401:R>."),
        (app_commands.MissingPermissions(["manage_guild"]), "Only members with **Manage Server** may do that."),
        (app_commands.NoPrivateMessage(), "works only on servers"),
        (app_commands.CheckFailure(), "You may not do that here."),
        (app_commands.CommandNotFound("old", []), "This command has changed"),
        (
            app_commands.TransformerError("a*b", discord.AppCommandOptionType.channel, app_commands.Transformer()),
            "Nothing was changed: “a\\*b” is not a text channel of this server",
        ),
        (
            app_commands.TransformerError("a*b", discord.AppCommandOptionType.integer, app_commands.Transformer()),
            "I cannot use “a\\*b” there.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_error_is_explained(town: Town, error: Exception, words: str) -> None:
    assert words in await met(town, error)


@pytest.mark.parametrize(
    ("error", "outcome"), [(NotSetUp(), REFUSED), (StorageError("disk full"), FAILED), (ZeroDivisionError(), FAILED)]
)
async def test_the_interaction_says_what_kind_of_failure_it_was(town: Town, error: Exception, outcome: str) -> None:
    seen: list[discord.Interaction[Any]] = []

    async def see(interaction: discord.Interaction[Any]) -> None:
        seen.append(interaction)

    town.env.bot.add_listener(see, "on_interaction")  # type: ignore[attr-defined]
    await met(town, error)
    assert [interaction.extras[OUTCOME] for interaction in seen] == [outcome]


async def test_forbidden_names_what_the_channel_lacks(town: Town) -> None:
    town.square = town.restricted_channel(add_reactions=False)

    assert "In this channel I am missing: **Add Reactions**." in await met(town, http(discord.Forbidden, 403))


async def test_unexpected_error_gives_a_number_and_keeps_the_details_for_the_log(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    words = await met(town, ZeroDivisionError("secret detail"))

    assert words.startswith("Something went wrong on our side. As far as we know, nothing was changed.")
    assert "secret" not in words
    number = words.split("`")[1]
    (record,) = [one for one in caplog.records if one.name == "cogs.ui.errors"]
    assert record.getMessage() == f"incident {number} in /stumble"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ZeroDivisionError)


async def test_details_for_the_host_are_in_the_log_only(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    words = await met(town, StorageError("the disk of /data/court.db is full"))

    assert "/data" not in words
    assert "the disk of /data/court.db is full" in caplog.text


async def test_failed_reply_is_only_logged(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)

    result = await town.member.slash(town.square, "verdict")

    assert not result.acknowledged
    assert "could not report a NothingRuledYet to a person" in caplog.text
    assert town.refusals() == ["NothingRuledYet"]
