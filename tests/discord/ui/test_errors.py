"""Every error that a person can meet is put into words for them, in private."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands

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
)
from court.models import Case, CaseState
from tests.discord.town import Town, told
from tests.fakes.world import NOON

CASE = Case(1, 7, "1B0C", "Can AI **write**?", CaseState.DENIED, 99, NOON, 8, NOON)


def http(kind: type[discord.HTTPException], status: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    return kind(response, {"code": 0, "message": "Missing Permissions"})


async def met(town: Town, error: Exception) -> str:
    """What a member is told who runs into `error`."""

    async def stumble(_interaction: discord.Interaction[Any]) -> None:
        raise error

    tree = town.env.bot.tree  # type: ignore[attr-defined]
    tree.add_command(app_commands.Command(name="stumble", description="Fails.", callback=stumble))
    await tree.sync()
    words = told(await town.member.slash(town.square, "stumble"))
    assert len(town.env.errors) == 1
    return words


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StatementInvalid(StatementInvalid.TOO_SHORT, 9), "too short to be judged: 9 characters"),
        (StatementInvalid(StatementInvalid.TOO_LONG, 308), "too long: 308 characters with “Can AI …?”, and 300"),
        (StatementInvalid(StatementInvalid.NOT_CAN_AI), "Begin with “Can AI”"),
        (NotSetUp(), "An admin can choose one with `/setup channels`."),
        (DocketFull(), "65,536 case numbers are all there are"),
        (CaseNotFound("x*y"), "answers to “x\\*y”"),
        (NothingRuledYet(), "with `/ask`"),
        (NotModerator(8), "Only <@&8> and members with **Manage Server**"),
        (NotModerator(None), "An admin can name a moderator role."),
        (AlreadyDecided(CASE), "№ 1B0C is decided already: <@8> <t:1768478400:R> denied it."),
        (AlreadyDecided(replace(CASE, state=CaseState.DOCKETED)), "approved it."),
        (AlreadyDecided(replace(CASE, state=CaseState.MERGED)), "merged it with another case."),
        (AlreadyDecided(replace(CASE, state=CaseState.WITHDRAWN, decided_by=None)), "another moderator"),
        (AlreadyOnDocket(CASE), "№ 1B0C asks the same already: Can AI \\*\\*write\\*\\*?"),
        (ReasonMissing(), "wants a reason"),
        (StorageError("disk full"), "Nothing was changed, and the host of this bot has been told in the log."),
        (http(discord.Forbidden, 403), "what I lack, and where, with `/setup channels`"),
        (http(discord.NotFound, 404), "gone from Discord"),
        (http(discord.DiscordServerError, 503), "Discord has trouble of its own"),
        (app_commands.CommandOnCooldown(app_commands.Cooldown(1, 60), 0.4), "again in 1 second."),
        (app_commands.MissingPermissions(["manage_guild"]), "Only members with **Manage Server** may do that."),
        (app_commands.NoPrivateMessage(), "sits in servers only"),
        (app_commands.CheckFailure(), "You may not do that here."),
        (app_commands.CommandNotFound("old", []), "This command has changed"),
        (
            app_commands.TransformerError("a*b", discord.AppCommandOptionType.channel, app_commands.Transformer()),
            "I cannot use “a\\*b” there.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_error_is_put_into_words(town: Town, error: Exception, words: str) -> None:
    assert words in await met(town, error)


async def test_forbidden_names_what_the_channel_lacks(town: Town) -> None:
    town.square = town.poor_channel(add_reactions=False)

    assert "In this channel I lack: **Add Reactions**." in await met(town, http(discord.Forbidden, 403))


async def test_unexpected_error_gives_a_number_and_keeps_the_details_for_the_log(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    words = await met(town, ZeroDivisionError("secret detail"))

    assert words.startswith("Something went wrong on our side, and nothing was changed as far as we know.")
    assert "secret" not in words
    number = words.split("`")[1]
    (record,) = [one for one in caplog.records if one.name == "cogs.ui.errors"]
    assert record.getMessage() == f"incident {number} in /stumble"
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ZeroDivisionError)


async def test_host_is_told_in_the_log_what_the_member_is_not(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    words = await met(town, StorageError("the disk of /data/court.db is full"))

    assert "/data" not in words
    assert "the disk of /data/court.db is full" in caplog.text


async def test_person_who_cannot_be_told_breaks_nothing(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    town.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)

    result = await town.member.slash(town.square, "verdict")

    assert not result.acknowledged
    assert "a person could not be told of NothingRuledYet" in caplog.text
    assert town.refusals() == ["NothingRuledYet"]
