"""A server that the bot joins is greeted once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from court.announcements.kinds import Greeting
from court.errors import Undeliverable
from court.models import Server
from court.models.announcements import Obstacle, Problem
from tests.court.house import GUILD, MOD_CHANNEL, OTHER_GUILD, House
from tests.fakes.world import NOON

ENTRANCE = 500
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = Server(OTHER_GUILD, "Bruges", 7, frozenset({1}), NOON - HOUR, ENTRANCE)


async def greeted(house: House) -> list[int]:
    """Deliver what waits, and return the channels that were greeted."""
    await house.deliver_all()
    return [post.ref.channel_id for post in house.courier.posted(Greeting)]


async def test_a_server_that_the_bot_joins_is_greeted_in_the_channel_that_was_found(house: House) -> None:
    await house.presence.joined(NEW)

    assert await greeted(house) == [ENTRANCE]


async def test_neither_a_restart_nor_a_return_repeats_the_greeting(house: House) -> None:
    await house.presence.joined(NEW)
    await house.presence.joined(NEW)
    await house.restart()
    await house.presence.reconcile([NEW])
    await house.presence.removed(OTHER_GUILD)
    house.clock.advance(DAY)
    await house.presence.joined(replace(NEW, joined_at=house.clock.now()))

    assert await greeted(house) == [ENTRANCE]


async def test_a_server_that_comes_back_after_months_is_greeted_again(house: House) -> None:
    await house.presence.joined(NEW)
    await house.presence.removed(OTHER_GUILD)
    house.clock.advance(31 * DAY)
    await house.presence.joined(replace(NEW, joined_at=house.clock.now(), greeting_channel_id=ENTRANCE + 1))

    # The first greeting had not gone out when the server left, so it waited too.
    assert await greeted(house) == [ENTRANCE, ENTRANCE + 1]


async def test_a_server_that_was_joined_while_the_bot_was_down_is_greeted_at_the_start(house: House) -> None:
    await house.presence.reconcile([replace(NEW, joined_at=NOON - 3 * DAY)])

    assert await greeted(house) == [ENTRANCE]


@pytest.mark.parametrize("joined_at", [NOON - 8 * DAY, NOON + 8 * DAY, None])
async def test_a_server_that_has_had_the_bot_for_long_is_not_greeted_after_an_update(
    house: House, joined_at: datetime | None
) -> None:
    await house.presence.reconcile([replace(NEW, joined_at=joined_at)])

    assert await greeted(house) == []


async def test_a_known_server_is_not_greeted_after_an_update_even_if_it_is_young(house: House) -> None:
    async with house.store.writing() as repos:
        await repos.guilds.arrive(OTHER_GUILD)  # as a court without greetings noted it

    await house.presence.reconcile([NEW])

    assert await greeted(house) == []


async def test_a_server_that_has_its_channels_is_not_greeted(house: House) -> None:
    await house.presence.removed(GUILD)
    await house.presence.joined(replace(NEW, id=GUILD))

    assert await greeted(house) == []


async def test_a_server_with_one_of_the_two_channels_is_greeted(house: House) -> None:
    await house.servers.change(OTHER_GUILD, mod_channel_id=MOD_CHANNEL)
    await house.presence.removed(OTHER_GUILD)
    await house.presence.joined(NEW)

    assert await greeted(house) == [ENTRANCE]


async def test_a_server_that_is_not_allowed_is_greeted_once_it_is(house: House) -> None:
    house.allowed_guilds = str(GUILD)
    house.restart_services()
    await house.presence.joined(NEW)
    assert await greeted(house) == []

    house.allowed_guilds = None
    house.restart_services()
    await house.presence.reconcile([NEW])
    assert await greeted(house) == [ENTRANCE]


async def test_without_a_channel_to_write_in_the_log_says_it_by_id(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await house.presence.joined(replace(NEW, greeting_channel_id=None))

    assert await greeted(house) == []
    line = f"server {OTHER_GUILD} is not greeted: the bot may write in none of its text channels"
    assert caplog.messages.count(line) == 1
    assert "Bruges" not in caplog.text


async def test_a_greeting_survives_a_kill_and_goes_out_once(house: House) -> None:
    await house.presence.joined(NEW)
    house.courier.fail("post greeting", asyncio.CancelledError(), after=True)
    with pytest.raises(asyncio.CancelledError):
        await house.deliver_all()
    await house.restart()

    assert await greeted(house) == [ENTRANCE]
    assert house.courier.called == ["post greeting", "find"]


async def test_a_greeting_that_is_forbidden_by_then_is_dropped(house: House) -> None:
    await house.presence.joined(NEW)
    problem = Problem(Obstacle.PERMISSIONS, ENTRANCE, ("send_messages",))
    house.courier.fail("post greeting", Undeliverable(problem, lasting=True))
    await house.deliver_all()
    house.clock.advance(DAY)

    assert await greeted(house) == []


async def test_a_greeting_waits_for_the_server_that_left_before_it_went_out(house: House) -> None:
    await house.presence.joined(NEW)
    await house.presence.removed(OTHER_GUILD)
    assert await greeted(house) == []

    await house.presence.joined(NEW)
    assert await greeted(house) == [ENTRANCE]
