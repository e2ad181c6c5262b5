"""Servers that come, go and change: their work is parked and goes on, and host and moderators are told."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from court.announcements.kinds import PlainNotice, RoleDeleted, RulingAnnouncement, ServerJoined
from court.errors import Undeliverable
from court.models import Server
from court.models.announcements import Obstacle, Problem
from tests.court.house import GUILD, MOD_CHANNEL, NOBODY, OTHER_GUILD, ROLE, WEEK, House

HERE = Server(GUILD, "Ghent", 40, frozenset({ROLE, 1}))
ELSEWHERE = Server(OTHER_GUILD, "Bruges", 7)
HOST_CHANNEL = 900
LASTING = Undeliverable(Problem(Obstacle.PERMISSIONS, MOD_CHANNEL, ("send_messages",)), lasting=True)


def host_told(house: House) -> list[ServerJoined]:
    return [post.announcement for post in house.courier.posts if isinstance(post.announcement, ServerJoined)]


async def test_nothing_is_heard_or_sent_for_a_server_that_removed_the_bot(house: House) -> None:
    await house.docketed()
    await house.presence.removed(GUILD)
    house.clock.advance(WEEK)

    assert (await house.hold_all(), await house.deliver_all()) == (0, 0)
    assert [juror.asked for juror in house.jurors] == [[]] * 5
    assert house.courier.called == []
    assert await house.restart() == (0, 0)
    assert (await house.hold_all(), await house.deliver_all()) == (0, 0)


async def test_the_work_goes_on_when_the_bot_is_back(house: House) -> None:
    case = await house.docketed()
    await house.presence.removed(GUILD)
    house.clock.advance(WEEK)
    house.wakes = 0

    await house.presence.joined(HERE)

    assert house.wakes == 1
    assert await house.hold_all() == 1
    await house.deliver_all()
    assert len(await house.sessions(case)) == 1
    assert (len(house.courier.cards), len(house.courier.rulings)) == (1, 1)


async def test_only_the_newest_ruling_of_each_case_is_told_on_return(house: House) -> None:
    cases = [await house.heard(f"Can AI count {number} sheep before it falls asleep?") for number in range(2)]
    house.clock.advance(WEEK)
    await house.hold_all()
    await house.presence.removed(GUILD)
    house.clock.advance(WEEK)
    await house.presence.joined(HERE)

    await house.deliver_all()

    told = [post.announcement for post in house.courier.rulings]
    assert told == [RulingAnnouncement(case.id, 2) for case in cases]


async def test_a_notice_of_the_moment_is_not_told_on_return(house: House) -> None:
    async with house.store.writing() as repos:
        await repos.outbox.add(PlainNotice("Hearings are paused."), GUILD, house.clock.now())
    await house.presence.removed(GUILD)
    await house.presence.joined(HERE)

    assert await house.deliver_all() == 0


async def test_a_message_that_was_claimed_when_the_server_left_waits_with_the_others(house: House) -> None:
    await house.filed()
    house.courier.fail("post card", LASTING)
    await house.deliver_all()
    async with house.store.writing() as repos:
        await repos.guilds.leave(GUILD, house.clock.now())  # and nothing was parked, as if it had just been claimed
    house.clock.advance(timedelta(hours=2))
    house.courier.called.clear()

    assert await house.deliver_all() == 1
    assert house.courier.called == []
    await house.presence.joined(HERE)
    assert await house.deliver_all() == 1
    assert len(house.courier.cards) == 1


async def test_what_happened_while_the_bot_was_away_is_noted_at_the_start(house: House) -> None:
    await house.set_up(OTHER_GUILD)
    await house.docketed()
    other = await house.docketed("Can AI fold laundry?", OTHER_GUILD)

    await house.presence.reconcile([ELSEWHERE])
    assert await house.hold_all() == 1
    assert len(await house.sessions(other)) == 1

    await house.presence.reconcile([HERE, ELSEWHERE])
    assert await house.hold_all() == 1


async def test_the_host_is_told_once_of_each_new_server(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    house.host_channel_id = HOST_CHANNEL
    house.restart_services()
    for _ in range(2):
        await house.presence.joined(ELSEWHERE)
        await house.presence.reconcile([HERE, ELSEWHERE])
    await house.presence.removed(OTHER_GUILD)
    await house.presence.joined(ELSEWHERE)

    await house.deliver_all()

    assert host_told(house) == [ServerJoined(OTHER_GUILD, "Bruges", 7, allowed=True)]
    (post,) = house.courier.posts
    assert post.ref.channel_id == HOST_CHANNEL
    assert caplog.text.count(f"the bot is in a new server: {OTHER_GUILD} with 7 members") == 1
    assert "Bruges" not in caplog.text


async def test_without_a_host_channel_the_log_says_it(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await house.presence.joined(ELSEWHERE)

    assert await house.deliver_all() == 0
    assert f"the bot is in a new server: {OTHER_GUILD}" in caplog.text


async def test_a_host_channel_that_was_unset_meanwhile_drops_what_waited_for_it(house: House) -> None:
    house.host_channel_id = HOST_CHANNEL
    house.restart_services()
    await house.presence.joined(ELSEWHERE)
    house.host_channel_id = None
    house.restart_services()

    assert await house.deliver_all() == 1
    assert house.courier.called == []
    house.clock.advance(WEEK)
    assert await house.deliver_all() == 0


async def test_a_server_that_is_not_allowed_is_told_of_and_not_served(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.docketed()
    house.allowed_guilds = str(OTHER_GUILD)
    house.host_channel_id = HOST_CHANNEL
    house.restart_services()

    await house.presence.reconcile([HERE, ELSEWHERE])

    assert (house.presence.allows(GUILD), house.presence.allows(OTHER_GUILD)) == (False, True)
    assert await house.hold_all() == 0
    await house.deliver_all()
    assert [(notice.server_id, notice.allowed) for notice in host_told(house)] == [(OTHER_GUILD, True)]
    third = Server(9, "Antwerp", 3)
    await house.presence.joined(third)
    assert "server 9, which ALLOWED_GUILDS leaves out: it refuses commands there" in caplog.text
    house.allowed_guilds = None
    house.restart_services()
    await house.presence.reconcile([HERE, ELSEWHERE, third])
    assert await house.hold_all() == 1


async def test_what_waits_is_tried_at_once_when_something_has_changed(house: House) -> None:
    await house.filed()
    house.courier.fail("post card", LASTING)
    await house.deliver_all()
    house.wakes = 0

    await house.presence.changed(OTHER_GUILD)
    assert (house.wakes, await house.deliver_all()) == (0, 0)
    await house.presence.changed(GUILD)

    assert (house.wakes, await house.deliver_all()) == (1, 1)
    assert len(house.courier.cards) == 1


async def test_only_a_change_of_the_courts_own_channels_matters(house: House) -> None:
    await house.filed()
    house.courier.fail("post card", LASTING)
    await house.deliver_all()

    await house.presence.channel_changed(GUILD, 404)
    assert await house.deliver_all() == 0
    await house.presence.channel_changed(GUILD, MOD_CHANNEL)
    assert await house.deliver_all() == 1


async def test_what_waits_is_tried_at_once_at_the_start(house: House) -> None:
    await house.filed()
    house.courier.fail("post card", LASTING)
    await house.deliver_all()
    await house.restart()

    await house.presence.reconcile([HERE])

    assert await house.deliver_all() == 1


@pytest.mark.parametrize("at_start", [False, True])
async def test_moderators_are_told_once_that_their_role_was_deleted(house: House, at_start: bool) -> None:
    for _ in range(2):
        if at_start:
            await house.presence.reconcile([Server(GUILD, "Ghent", 40, frozenset({1}))])
        else:
            await house.presence.role_deleted(GUILD, 1)
            await house.presence.role_deleted(GUILD, ROLE)

    await house.deliver_all()

    (notice,) = house.courier.notices
    assert (notice.announcement, notice.ref.channel_id) == (RoleDeleted(), MOD_CHANNEL)
    assert (await house.servers.show(GUILD)).mod_role_id is None
    assert not NOBODY.moderates((await house.servers.show(GUILD)).mod_role_id)


async def test_a_server_whose_roles_are_not_known_keeps_its_role(house: House) -> None:
    await house.presence.reconcile([Server(GUILD, "", 0, roles=None)])

    assert (await house.servers.show(GUILD)).mod_role_id == ROLE


async def test_changed_settings_leave_what_was_noted_of_a_server(house: House) -> None:
    await house.docketed()
    await house.presence.removed(GUILD)
    await house.servers.fix_interval(GUILD, 14)

    async with house.store.reading() as repos:
        assert await repos.guilds.absent(GUILD)


async def test_a_hearing_that_is_claimed_for_a_server_that_left_is_parked(house: House) -> None:
    case = await house.docketed()
    async with house.store.writing() as repos:
        await repos.guilds.leave(GUILD, house.clock.now())  # and nothing was parked, as if it had just been claimed

    assert await house.hold_all() == 1
    assert await house.sessions(case) == []
    await house.presence.joined(HERE)
    assert await house.hold_all() == 1
    assert len(await house.sessions(case)) == 1
