"""Dispatches are posted on Discord and found again, and what prevents a delivery is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest

from cogs.announcements import problem_text
from cogs.ui.layout import dispatch_id_of
from cogs.ui.notices import notice_card
from court.announcements.kinds import CardUpdate, Denial, PlainNotice, StatementCard
from court.errors import Undeliverable
from court.models import AudienceTally, Case, CaseOverview, CaseState, GuildSettings, MessageRef, Standing
from court.models.announcements import Announcement, Subject
from court.models.work import Dispatch
from tests.discord.town import Town, buttons, last, read
from tests.fakes.world import NOON

UNKNOWN = 404
BEFORE = NOON - timedelta(days=30)
"""A time before the simulated Discord's first message."""


def a_case(town: Town) -> Case:
    return Case(1, town.guild.id, "1B0C", "Can AI write a novel?", CaseState.FILED, town.member.id, NOON)


def notice(town: Town, dispatch_id: int = 1) -> tuple[Dispatch, Subject]:
    """Return a notice and its subject as the courier gets them."""
    dispatch = Dispatch(dispatch_id, PlainNotice("A sentence."), town.guild.id, NOON, tried_at=BEFORE)
    return dispatch, Subject(GuildSettings(town.guild.id))


def about(town: Town, case: Case, announcement: Announcement, dispatch_id: int = 1) -> tuple[Dispatch, Subject]:
    """Return an announcement about a case that is not heard yet, and its subject."""
    overview = CaseOverview(case, None, (), Standing(), AudienceTally())
    return Dispatch(dispatch_id, announcement, town.guild.id, NOON), Subject(GuildSettings(town.guild.id), overview)


def card(town: Town, dispatch_id: int = 1) -> tuple[Dispatch, Subject]:
    case = a_case(town)
    return about(town, case, StatementCard(case.id), dispatch_id)


def missing(channel_id: int, permission: str) -> str:
    return f"in <#{channel_id}> I am missing {permission}; an admin can allow this in the channel's permission settings"


async def test_message_is_found_again_by_its_dispatch_id(town: Town) -> None:
    first = await town.courier.post(town.office.id, *card(town))
    second = await town.courier.post(town.office.id, *notice(town, 2_147_483))

    assert await town.courier.find(town.office.id, notice(town, 1)[0]) == first
    assert await town.courier.find(town.office.id, notice(town, 2_147_483)[0]) == second
    assert await town.courier.find(town.office.id, notice(town, 3)[0]) is None
    assert await town.courier.find(town.square.id, notice(town, 1)[0]) is None
    assert "2147483" not in read(last(town.office)).replace(",", "")


async def test_message_is_found_among_many_later_ones(town: Town) -> None:
    ours = await town.courier.post(town.office.id, *notice(town))
    for _ in range(1_001):
        town.env.backend.create_message(town.office.id, town.member.id, content="Hear, hear.")

    assert await town.courier.find(town.office.id, notice(town, 1)[0]) == ours


async def test_message_of_another_bot_is_not_mistaken_for_ours(town: Town) -> None:
    machine = town.env.create_user("copycat", bot=True)
    town.guild.add_member(machine)
    components: Any = notice_card("A sentence.", dispatch_id=1).to_components()  # type: ignore[no-untyped-call]
    flags = discord.MessageFlags(components_v2=True).value
    town.env.backend.create_message(town.office.id, machine.id, components=components, flags=flags)

    assert dispatch_id_of(last(town.office)) == 1
    assert await town.courier.find(town.office.id, notice(town, 1)[0]) is None


async def test_message_of_a_person_carries_no_dispatch_id(town: Town) -> None:
    remark = await town.member.send(town.office, "1000000001")

    assert dispatch_id_of(remark) is None


async def test_ruling_that_was_out_when_the_process_died_is_not_posted_twice(town: Town) -> None:
    await town.docketed()
    assert await town.house.queue.hold_next()
    town.house.store.fail("outbox.posted", SystemExit())
    with pytest.raises(SystemExit):
        await town.deliver()
    (ruling,) = town.verdicts.history()

    await town.recover()
    await town.deliver()

    assert [message.id for message in town.verdicts.history()] == [ruling.id]
    assert len(last(town.verdicts).reactions) == 3


async def test_unreadable_channel_is_not_mistaken_for_an_empty_one(town: Town) -> None:
    restricted = town.restricted_channel(read_message_history=False)

    with pytest.raises(Undeliverable) as caught:
        await town.courier.find(restricted.id, notice(town, 1)[0])

    assert problem_text(caught.value.problem) == missing(restricted.id, "Read Message History")
    assert caught.value.lasting


async def test_card_is_updated(town: Town) -> None:
    case = a_case(town)
    posted = await town.courier.post(town.office.id, *about(town, case, StatementCard(case.id)))

    denied = replace(case, state=CaseState.DENIED, decided_by=town.moderator.id, decision_reason="Too broad.")
    await town.courier.edit(posted, *about(town, denied, CardUpdate(case.id)))

    assert f"⛔ Denied by {town.moderator.mention} — Too broad." in read(last(town.office))
    assert buttons(last(town.office)) == []


async def test_vote_can_be_opened_twice(town: Town) -> None:
    ref = await town.courier.post(town.verdicts.id, *notice(town))

    await town.courier.react(ref)
    await town.courier.react(ref)

    assert [reaction.count for reaction in last(town.verdicts).reactions] == [1, 1, 1]


async def test_missing_permission_is_named_with_its_channel(town: Town) -> None:
    restricted = town.restricted_channel(send_messages=False, add_reactions=False)

    with pytest.raises(Undeliverable) as caught:
        await town.courier.post(restricted.id, *card(town))

    assert problem_text(caught.value.problem) == missing(restricted.id, "Send Messages")
    assert caught.value.lasting


async def test_missing_reactions_are_named(town: Town) -> None:
    restricted = town.restricted_channel(add_reactions=False)
    ref = await town.courier.post(restricted.id, *notice(town))

    with pytest.raises(Undeliverable) as caught:
        await town.courier.react(ref)

    assert problem_text(caught.value.problem) == missing(restricted.id, "Add Reactions")


async def test_refusal_for_another_reason_quotes_discord(town: Town) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, message="Missing Permissions")

    with pytest.raises(Undeliverable) as caught:
        await town.courier.post(town.office.id, *notice(town))

    assert problem_text(caught.value.problem) == (
        f"I am not allowed to write in <#{town.office.id}> (Missing Permissions); "
        "an admin can check the channel with `/setup channels`"
    )
    assert caught.value.lasting


async def test_channel_that_is_gone_is_named(town: Town) -> None:
    with pytest.raises(Undeliverable) as caught:
        await town.courier.post(UNKNOWN, *notice(town))

    assert problem_text(caught.value.problem) == (
        f"<#{UNKNOWN}> or the message in it no longer exists; an admin can choose a channel with `/setup channels`"
    )
    assert caught.value.lasting


async def test_card_that_was_deleted_is_gone(town: Town) -> None:
    with pytest.raises(Undeliverable) as caught:
        await town.courier.edit(MessageRef(town.office.id, UNKNOWN), *card(town))

    assert caught.value.lasting


@pytest.mark.parametrize(("status", "lasting"), [(500, False), (503, False), (400, True)])
async def test_discords_own_errors_are_temporary_and_a_refusal_lasts(town: Town, status: int, lasting: bool) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=status)

    with pytest.raises(Undeliverable) as caught:
        await town.courier.post(town.office.id, *notice(town))

    assert caught.value.lasting is lasting
    assert problem_text(caught.value.problem) == f"Discord answered with error {status} for <#{town.office.id}>"


async def test_rate_limit_is_temporary(town: Town) -> None:
    town.env.inject_error("POST", "/channels/*/messages", status=429)

    with pytest.raises(Undeliverable) as caught:
        await town.courier.post(town.office.id, *notice(town))

    assert not caught.value.lasting
    expected = f"Discord accepts no more messages for <#{town.office.id}> for a while"
    assert problem_text(caught.value.problem) == expected


@pytest.mark.parametrize(
    "error", [aiohttp.ServerDisconnectedError(), ConnectionResetError(104, "reset"), TimeoutError()]
)
async def test_broken_connection_is_temporary(town: Town, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    async def broken(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(town.env.bot.http, "request", broken)

    with pytest.raises(Undeliverable) as caught:
        await town.courier.post(town.office.id, *notice(town))

    assert not caught.value.lasting
    assert problem_text(caught.value.problem) == f"Discord could not be reached for <#{town.office.id}>"


async def test_closed_inbox_is_reported_as_such(town: Town) -> None:
    inbox = town.member.user.dm_channel
    town.env.inject_error("POST", f"/channels/{inbox.id}/messages", status=403, code=50007)

    with pytest.raises(Undeliverable) as caught:
        await town.courier.tell(town.member.id, *about(town, a_case(town), Denial(1, town.member.id)))

    assert problem_text(caught.value.problem) == "the member does not accept direct messages"
    assert caught.value.lasting


async def test_ruling_waits_for_its_permission_and_the_moderators_are_notified(town: Town) -> None:
    restricted = town.restricted_channel(send_messages=False)
    await town.house.services.servers.change(town.guild.id, verdict_channel_id=restricted.id)

    await town.heard()

    assert restricted.history() == []
    assert f"A ruling could not be announced: {missing(restricted.id, 'Send Messages')}." in read(last(town.office))
    await town.admin.slash(town.square, "setup channels", verdict_channel=town.verdicts)
    await town.deliver()
    assert "### Can AI write a novel?" in read(last(town.verdicts))


async def test_same_attempt_carries_the_same_nonce(town: Town) -> None:
    for _ in range(2):
        await town.courier.post(town.office.id, *card(town, 1_147_483_647))

    sent = [request.json for request in town.env.http_requests if request.path.endswith("/messages")]
    nonces = [body["nonce"] for body in sent if isinstance(body, dict)]
    assert nonces[0] == nonces[1]
    assert len(nonces[0]) <= 25
