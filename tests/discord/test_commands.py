"""The commands as they are registered with Discord: for servers only, and no others."""

from __future__ import annotations

from typing import Any

from tests.discord.town import Town, last


def registered(town: Town) -> list[dict[str, Any]]:
    """Return the commands that the bot registered when it started."""
    (sync,) = [one for one in town.env.http_requests if one.method == "PUT" and one.path.endswith("/commands")]
    assert isinstance(sync.json, list)
    return sync.json


async def test_commands_are_those_of_the_court(town: Town) -> None:
    assert {command["name"] for command in registered(town)} == {"ask", "verdict", "vote", "court", "setup"}


async def test_commands_are_for_servers_and_server_installs_only(town: Town) -> None:
    assert {(*command["contexts"], *command["integration_types"]) for command in registered(town)} == {(0, 0)}


async def test_direct_messages_offer_no_command(town: Town) -> None:
    await town.member.send_dm("hello")

    assert town.member.user.available_commands() == ()


async def test_no_privileged_intent_is_used(town: Town) -> None:
    intents = town.env.bot.intents

    assert (intents.members, intents.presences, intents.message_content) == (False, False, False)


async def test_nothing_that_is_sent_may_ping(town: Town) -> None:
    await town.heard()
    await town.member.click(last(town.verdicts), label="Yes")
    await town.member.slash(town.square, "verdict")

    bodies = [request.json for request in town.env.http_requests if isinstance(request.json, dict)]
    messages = [body.get("data") or body for body in bodies if "components" in str(body)]
    assert len(messages) >= 4
    for message in messages:
        assert message.get("allowed_mentions") == {"parse": []}
