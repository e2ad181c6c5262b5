"""How long people wait for an answer, and what becomes of what they do."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.health.interactions import FIRST_ANSWER, LAST_ANSWER, InteractionWatch
from cogs.ui.errors import FAILED, OUTCOME, REFUSED

TOKEN = "the-token"
FIRST = f"/api/v10/interactions/7/{TOKEN}/callback"
LATER = f"/api/v10/webhooks/9/{TOKEN}/messages/@original"
THINKING = discord.InteractionResponseType.deferred_channel_message
MESSAGE = discord.InteractionResponseType.channel_message


def interaction(kind: discord.InteractionType = discord.InteractionType.application_command) -> Any:
    """Return a real interaction, as the client makes it of what Discord sends."""
    client = discord.Client(intents=discord.Intents.none())
    payload: Any = {
        "id": "7",
        "application_id": "9",
        "type": kind.value,
        "token": TOKEN,
        "version": 1,
        "channel_id": "5",
        "user": {"id": "3", "username": "somebody", "discriminator": "0", "avatar": None},
        "entitlements": [],
        "authorizing_integration_owners": {},
        "data": {"id": "1", "name": "ask", "type": 1, "custom_id": "x", "component_type": 2, "components": []},
        "attachment_size_limit": 1,
    }
    return discord.Interaction(data=payload, state=client._connection)


class Seen:
    """A watch with a clock that stands still, and what it counted."""

    def __init__(self) -> None:
        self.now = 0.0
        self.done: list[tuple[str, str, float]] = []
        self.watch = InteractionWatch(lambda *of: self.done.append(of), lambda: self.now)

    def settled(self) -> list[tuple[str, str, float]]:
        self.watch.settle()
        return self.done


def answered_with(one: Any, kind: discord.InteractionResponseType) -> None:
    one.response._response_type = kind  # as discord.py sets it once Discord has taken the answer


async def test_the_time_ends_with_the_first_answer() -> None:
    seen, one = Seen(), interaction(discord.InteractionType.component)
    seen.watch.came(one)
    assert seen.settled() == []
    seen.now = 0.4
    seen.watch.sent(FIRST, 204)
    assert seen.settled() == [], "discord.py has not noted the answer yet"
    answered_with(one, MESSAGE)
    seen.now = 3.0
    assert seen.settled() == [("button", "answered", 0.4)]
    assert seen.settled() == [("button", "answered", 0.4)], "it is counted once"


@pytest.mark.parametrize("outcome", [REFUSED, FAILED])
async def test_after_thinking_the_outcome_is_that_of_the_answer(outcome: str) -> None:
    seen, one = Seen(), interaction()
    seen.watch.came(one)
    seen.now = 0.2
    seen.watch.sent(FIRST, 204)
    answered_with(one, THINKING)
    seen.now = 4.0
    assert seen.settled() == []
    one.extras[OUTCOME] = outcome
    seen.watch.sent(LATER, 200)
    assert seen.settled() == [("command", outcome, 0.2)]


async def test_who_thinks_for_ever_does_not_answer() -> None:
    seen, one = Seen(), interaction()
    seen.watch.came(one)
    seen.watch.sent(FIRST, 204)
    answered_with(one, THINKING)
    seen.now = LAST_ANSWER
    assert seen.settled() == [("command", "unanswered", 0.0)]


async def test_without_any_answer_it_is_unanswered_after_a_while() -> None:
    seen = Seen()
    seen.watch.came(interaction(discord.InteractionType.modal_submit))
    seen.watch.sent("/api/v10/interactions/7/another-token/callback", 204)
    seen.watch.sent("/api/v10/channels/5/messages", 200)
    seen.now = FIRST_ANSWER - 1
    assert seen.settled() == []
    seen.now = FIRST_ANSWER
    assert seen.settled() == [("form", "unanswered", FIRST_ANSWER)]


async def test_an_answer_that_discord_does_not_take_came_too_late() -> None:
    seen = Seen()
    seen.watch.came(interaction(discord.InteractionType.autocomplete))
    seen.now = 3.5
    seen.watch.sent(FIRST, 404)
    assert seen.settled() == [("autocomplete", "too_late", 3.5)]


async def test_new_interactions_have_the_old_ones_counted() -> None:
    seen = Seen()
    seen.watch.came(interaction())
    seen.now = FIRST_ANSWER
    seen.watch.came(interaction(discord.InteractionType.ping))
    assert seen.done == [("command", "unanswered", FIRST_ANSWER)]
