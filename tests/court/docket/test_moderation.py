"""The moderation desk: who may decide, and that the first decision is the only one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from court.docket.moderation import REASON_LIMIT
from court.errors import (
    AlreadyDecided,
    AlreadyOnDocket,
    CaseNotFound,
    CourtError,
    NotModerator,
    ReasonMissing,
    StatementInvalid,
    StorageError,
)
from court.models import Case, CaseState, Member
from tests.court.house import FILER, GUILD, MOD_CHANNEL, MODERATOR, NOBODY, OTHER_GUILD, OWNER, ROLE, House

HOUR = timedelta(hours=1)
Action = Callable[[House, int, int, Member], Awaitable[Case]]


def approve(house: House, guild_id: int, case_id: int, member: Member) -> Awaitable[Case]:
    return house.moderation.approve(guild_id, case_id, member)


def deny(house: House, guild_id: int, case_id: int, member: Member) -> Awaitable[Case]:
    return house.moderation.deny(guild_id, case_id, member, "Too vague.")


def edit(house: House, guild_id: int, case_id: int, member: Member) -> Awaitable[Case]:
    return house.moderation.edit(guild_id, case_id, member, "Can AI write a sonnet?")


def look(house: House, guild_id: int, case_id: int, member: Member) -> Awaitable[Case]:
    return house.moderation.pending(guild_id, case_id, member)


every_action = pytest.mark.parametrize("action", [approve, deny, edit, look])


async def test_an_approved_case_is_docketed_and_due_at_once(house: House) -> None:
    case = await house.filed()
    house.clock.advance(HOUR)

    approved = await house.moderation.approve(GUILD, case.id, MODERATOR)

    assert approved.state is CaseState.DOCKETED
    assert (approved.decided_by, approved.decided_at) == (MODERATOR.user_id, house.clock.now())
    assert approved == await house.case(case.id)
    assert house.wakes == 2
    async with house.store.reading() as repos:
        assert await repos.hearing_queue.next_due(case.id) == house.clock.now()


async def test_the_card_shows_the_decision(house: House) -> None:
    case = await house.filed()
    await house.deliver_all()

    approved = await house.moderation.approve(GUILD, case.id, MODERATOR)
    await house.deliver_all()

    ((card, shown),) = house.courier.updates
    assert card == house.courier.cards[0].ref
    assert (shown.id, shown.state, shown.decided_by) == (case.id, CaseState.DOCKETED, approved.decided_by)


async def test_the_filer_of_a_denied_case_is_told_why(house: House) -> None:
    case = await house.filed()

    denied = await house.moderation.deny(GUILD, case.id, MODERATOR, "  Too\n vague.  ")
    await house.deliver_all()

    assert (denied.state, denied.decision_reason) == (CaseState.DENIED, "Too vague.")
    ((user_id, shown),) = house.courier.denials
    assert (user_id, shown.decision_reason) == (FILER, "Too vague.")
    assert await house.hold_all() == 0
    assert house.wakes == 2


@pytest.mark.parametrize("reason", ["", "   ", "\n\t", "\u200b", "\u2060\u202e "])
async def test_a_denial_needs_a_reason(house: House, reason: str) -> None:
    case = await house.filed()

    with pytest.raises(ReasonMissing):
        await house.moderation.deny(GUILD, case.id, MODERATOR, reason)

    assert (await house.case(case.id)).state is CaseState.FILED


async def test_a_reason_that_is_too_long_is_cut(house: House) -> None:
    case = await house.filed()

    denied = await house.moderation.deny(GUILD, case.id, MODERATOR, "x" * (REASON_LIMIT + 9))

    assert denied.decision_reason == "x" * REASON_LIMIT


async def test_an_edited_case_still_waits(house: House) -> None:
    case = await house.filed("Can AI writte a novel?")
    await house.deliver_all()

    edited = await house.moderation.edit(GUILD, case.id, MODERATOR, "write a whole novel")
    await house.deliver_all()

    assert (edited.statement, edited.state) == ("Can AI write a whole novel?", CaseState.FILED)
    assert [shown.statement for _, shown in house.courier.updates] == ["Can AI write a whole novel?"]
    assert house.wakes == 2
    assert (await house.moderation.approve(GUILD, case.id, MODERATOR)).statement == edited.statement


async def test_an_edit_may_leave_the_statement_as_it_is(house: House) -> None:
    case = await house.filed()

    assert (await house.moderation.edit(GUILD, case.id, MODERATOR, case.statement)).statement == case.statement


async def test_an_edit_must_not_make_a_twin(house: House) -> None:
    other = await house.docketed("Can AI fold laundry?")
    case = await house.filed("Can AI write a novel?")

    with pytest.raises(AlreadyOnDocket) as caught:
        await house.moderation.edit(GUILD, case.id, MODERATOR, "AI can fold LAUNDRY")

    assert caught.value.case == other
    assert (await house.case(case.id)).statement == "Can AI write a novel?"


async def test_an_edit_must_be_a_valid_statement(house: House) -> None:
    case = await house.filed()

    with pytest.raises(StatementInvalid):
        await house.moderation.edit(GUILD, case.id, MODERATOR, "What is love?")


@every_action
@pytest.mark.parametrize("member", [MODERATOR, OWNER, Member(24, {ROLE, 5}, manages_guild=True)])
async def test_the_moderator_role_or_manage_server_is_enough(house: House, action: Action, member: Member) -> None:
    case = await house.filed()

    assert (await action(house, GUILD, case.id, member)).id == case.id


@every_action
async def test_nobody_else_may_decide(house: House, action: Action) -> None:
    case = await house.filed()

    with pytest.raises(NotModerator) as caught:
        await action(house, GUILD, case.id, NOBODY)

    assert caught.value.role_id == ROLE
    assert await house.case(case.id) == case


@every_action
async def test_without_a_moderator_role_manage_server_is_needed(bare: House, action: Action) -> None:
    await bare.servers.change(GUILD, mod_channel_id=MOD_CHANNEL)
    case = await bare.filed()

    for member in (MODERATOR, NOBODY, Member(25, [], manages_guild=False)):
        with pytest.raises(NotModerator) as caught:
            await action(bare, GUILD, case.id, member)
        assert caught.value.role_id is None
    assert (await action(bare, GUILD, case.id, OWNER)).id == case.id


async def test_permission_is_checked_before_anything_else(house: House) -> None:
    case = await house.filed()

    with pytest.raises(NotModerator):
        await house.moderation.deny(GUILD, case.id, NOBODY, "")
    with pytest.raises(NotModerator):
        await house.moderation.edit(GUILD, case.id, NOBODY, "What is love?")


@every_action
async def test_a_case_of_another_guild_is_not_found(house: House, action: Action) -> None:
    case = await house.filed()
    await house.set_up(OTHER_GUILD)

    for guild_id, case_id in [(OTHER_GUILD, case.id), (GUILD, case.id + 99)]:
        with pytest.raises(CaseNotFound):
            await action(house, guild_id, case_id, OWNER)
    assert await house.case(case.id) == case


@every_action
@pytest.mark.parametrize("first", [approve, deny])
async def test_a_second_decision_is_refused_with_the_first(house: House, first: Action, action: Action) -> None:
    case = await house.filed()
    decided = await first(house, GUILD, case.id, MODERATOR)

    with pytest.raises(AlreadyDecided) as caught:
        await action(house, GUILD, case.id, OWNER)

    assert caught.value.case == decided == await house.case(case.id)


async def test_of_two_moderators_at_once_only_one_decides(house: House) -> None:
    case = await house.filed()

    results = await asyncio.gather(
        deny(house, GUILD, case.id, MODERATOR), approve(house, GUILD, case.id, OWNER), return_exceptions=True
    )

    decided = [result for result in results if isinstance(result, Case)]
    refused = [result for result in results if isinstance(result, CourtError)]
    assert [len(decided), len(refused)] == [1, 1]
    assert isinstance(refused[0], AlreadyDecided)
    assert refused[0].case == decided[0] == await house.case(case.id)


@pytest.mark.parametrize("action", [approve, deny, edit])
async def test_a_decision_that_cannot_be_announced_is_not_kept(house: House, action: Action) -> None:
    case = await house.filed()
    house.wakes = 0
    house.store.fail("outbox.add", StorageError("the disk is full"))

    with pytest.raises(StorageError):
        await action(house, GUILD, case.id, MODERATOR)

    assert (await house.case(case.id), house.wakes) == (case, 0)
    assert await house.hold_all() == 0
    assert (await action(house, GUILD, case.id, MODERATOR)).id == case.id


async def test_decisions_are_logged_by_ids_alone(house: House, caplog: pytest.LogCaptureFixture) -> None:
    kept, dropped = await house.filed("Can AI write a novel?"), await house.filed("Can AI fold shirts?")
    caplog.set_level("INFO", "court.docket.moderation")

    await house.moderation.edit(GUILD, kept.id, MODERATOR, "Can AI write a sonnet?")
    docketed = await house.moderation.approve(GUILD, kept.id, MODERATOR)
    await house.moderation.deny(GUILD, dropped.id, OWNER, "Too vague.")

    assert caplog.messages == [
        f"case {kept.id} was reworded on server {GUILD} by user {MODERATOR.user_id}",
        f"case {kept.id} was docketed as № {docketed.docket_number} on server {GUILD} by user {MODERATOR.user_id}",
        f"case {dropped.id} was denied on server {GUILD} by user {OWNER.user_id}",
    ]


@every_action
async def test_what_is_refused_is_no_decision_in_the_log(
    house: House, action: Action, caplog: pytest.LogCaptureFixture
) -> None:
    case = await house.filed()
    caplog.set_level("INFO", "court.docket.moderation")
    with pytest.raises(NotModerator):
        await action(house, GUILD, case.id, NOBODY)
    assert caplog.messages == []
