"""Failed deliveries: how long they wait, which are given up, and who is notified."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from court.announcements.attempts import FIRST_RETRY, LONGEST_RETRY, PASSING_FAILURES
from court.announcements.kinds import (
    KINDS,
    CardUpdate,
    DelayNotice,
    DelaySettled,
    Denial,
    PlainNotice,
    RoleDeleted,
    RulingAnnouncement,
    Settlement,
    StatementCard,
    TurnAnnouncement,
    Unreadable,
)
from court.errors import StorageError, Undeliverable
from court.models.announcements import Announcement, Lane, Obstacle, Problem
from storage.schema import lanes, outbox
from tests.court.announcements.outbox import waiting
from tests.court.house import GUILD, MOD_CHANNEL, OTHER_GUILD, OWNER, VERDICT_CHANNEL, House
from tests.fakes.courier import Post
from tests.fakes.world import NOON
from tests.records import execute

PASSING = Undeliverable(Problem(Obstacle.STATUS, status=500), lasting=False)
LASTING = Undeliverable(Problem(Obstacle.PERMISSIONS, VERDICT_CHANNEL, ("send_messages",)), lasting=True)
SLOW = Undeliverable(Problem(Obstacle.SLOW), lasting=False)
A_MOMENT = timedelta(seconds=1)
A_YEAR = timedelta(days=365)
METHODS = {
    StatementCard: "post card",
    CardUpdate: "edit card_update",
    RulingAnnouncement: "post ruling",
    Denial: "tell denial",
    PlainNotice: "post notice",
}
KEPT = [StatementCard, RulingAnnouncement]
GIVEN_UP = [CardUpdate, Denial, PlainNotice]


async def waits_exactly(house: House, delay: timedelta) -> None:
    """Check that the next attempt comes after `delay` and no sooner, and make it."""
    house.clock.advance(delay - A_MOMENT)
    assert await house.deliver_all() == 0
    house.clock.advance(A_MOMENT)
    assert await house.deliver_all() == 1


@pytest.mark.parametrize("call", ["tell denial", "react"])
async def test_a_lane_rests_after_any_call_that_was_too_slow(house: House, call: str) -> None:
    for text in ("Can AI write a novel?", "Can AI fold laundry?"):
        case = await house.filed(text)
        if call == "react":
            await house.moderation.approve(GUILD, case.id, OWNER)
        else:
            await house.moderation.deny(GUILD, case.id, OWNER, "Too vague.")
    await house.hold_all()
    house.courier.fail(call, SLOW, SLOW)

    await house.deliver_all()
    assert house.courier.called.count(call) == 1
    house.clock.advance(FIRST_RETRY - A_MOMENT)
    await house.deliver_all()
    assert house.courier.called.count(call) == 1
    house.clock.advance(A_MOMENT)
    await house.deliver_all()
    assert house.courier.called.count(call) == 2


@pytest.mark.parametrize("kind", KEPT)
async def test_after_passing_failures_an_insistent_kind_is_tried_less_often_but_never_given_up(
    house: House, kind: type[Announcement]
) -> None:
    await waiting(house, kind)
    house.courier.fail(METHODS[kind], *[PASSING] * 14)
    await house.deliver_all()

    delays = [min(FIRST_RETRY * 2**failed, LONGEST_RETRY) for failed in range(14)]
    assert [delay.total_seconds() for delay in delays[:3]] == [5, 10, 20]
    assert delays[9:] == [FIRST_RETRY * 512, *[timedelta(hours=1)] * 4]
    for delay in delays:
        assert house.courier.notices == []
        await waits_exactly(house, delay)

    assert len(house.courier.posts) == {StatementCard: 1, RulingAnnouncement: 2}[kind]
    house.clock.advance(LONGEST_RETRY)
    assert await house.deliver_all() == 0


@pytest.mark.parametrize("kind", KEPT)
async def test_after_lasting_failures_an_insistent_kind_is_tried_every_hour(
    house: House, kind: type[Announcement]
) -> None:
    await waiting(house, kind)
    house.courier.fail(METHODS[kind], *[LASTING] * 30)
    await house.deliver_all()

    for _ in range(29):
        await waits_exactly(house, LONGEST_RETRY)
    house.clock.advance(LONGEST_RETRY)
    await house.deliver_all()

    assert len(house.courier.posted(kind)) == 1
    house.clock.advance(A_YEAR)
    assert await house.deliver_all() == 0


@pytest.mark.parametrize("kind", GIVEN_UP)
async def test_after_a_lasting_failure_other_kinds_are_given_up(house: House, kind: type[Announcement]) -> None:
    await waiting(house, kind)
    house.courier.fail(METHODS[kind], LASTING)

    assert await house.deliver_all() == 1

    assert await house.restart() == (0, 0), "it was dropped, not just left claimed"
    house.clock.advance(A_YEAR)
    assert await house.deliver_all() == 0
    assert house.courier.called == [METHODS[kind]]


@pytest.mark.parametrize("kind", GIVEN_UP)
async def test_after_many_passing_failures_other_kinds_are_given_up(house: House, kind: type[Announcement]) -> None:
    await waiting(house, kind)
    house.courier.fail(METHODS[kind], *[PASSING] * 99)

    tried = 0
    for _ in range(PASSING_FAILURES + 3):
        tried += await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    assert tried == PASSING_FAILURES
    assert await house.restart() == (0, 0)
    assert house.courier.called.count(METHODS[kind]) == PASSING_FAILURES


@pytest.mark.parametrize("kind", list(METHODS))
async def test_every_kind_is_delivered_if_the_failures_stop_in_time(house: House, kind: type[Announcement]) -> None:
    await waiting(house, kind)
    house.courier.fail(METHODS[kind], *[PASSING] * (PASSING_FAILURES - 1))

    for _ in range(PASSING_FAILURES):
        assert await house.deliver_all() == 1
        house.clock.advance(LONGEST_RETRY)

    assert await house.deliver_all() == 0
    assert house.courier.called.count(METHODS[kind]) == PASSING_FAILURES


async def test_moderators_are_notified_once_that_a_ruling_waits(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", *[LASTING] * 5)

    for _ in range(6):
        await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    (notice,) = house.courier.notices
    assert notice.ref.channel_id == MOD_CHANNEL
    assert notice.announcement == DelayNotice(LASTING.problem, notice.case.id)
    assert len(house.courier.rulings) == 1


async def test_moderators_are_notified_although_something_else_failed_before(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", PASSING, LASTING, LASTING)

    for _ in range(4):
        await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    assert len(house.courier.notices) == 1
    assert len(house.courier.rulings) == 1


async def test_moderators_are_not_notified_of_a_passing_failure(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", PASSING, PASSING)

    for _ in range(3):
        await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    assert (house.courier.notices, len(house.courier.rulings)) == ([], 1)


async def test_a_ruling_waits_for_a_channel_and_is_sent_once_one_is_set(bare: House) -> None:
    await bare.servers.change(GUILD, mod_channel_id=MOD_CHANNEL)
    await bare.heard()
    await bare.deliver_all()

    (notice,) = bare.courier.notices
    assert notice.announcement == DelayNotice(Problem(Obstacle.NO_VERDICT_CHANNEL), notice.case.id)
    await waits_exactly(bare, LONGEST_RETRY)
    assert bare.courier.rulings == []

    bare.wakes = 0
    await bare.servers.change(GUILD, verdict_channel_id=VERDICT_CHANNEL)

    assert bare.wakes == 1
    await bare.deliver_all()
    assert [post.ref.channel_id for post in bare.courier.rulings] == [VERDICT_CHANNEL]
    (settled,) = settlements(bare)
    assert settled.ref == notice.ref, "the notice now says that it is settled"
    assert settled.announcement == DelaySettled(
        notice.dispatch.id, Settlement.DELIVERED, announced=False, case_id=notice.case.id
    )
    assert len(bare.courier.notices) == 1


def settlements(house: House) -> list[Post]:
    return [edit for edit in house.courier.edits if isinstance(edit.announcement, DelaySettled)]


async def test_a_notice_that_is_settled_before_it_went_out_does_not_go_out(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", LASTING)
    assert await house.announcements.deliver_next()
    house.courier.fail("post delay", PASSING, PASSING)
    assert await house.announcements.deliver_next()

    await house.servers.change(GUILD, verdict_channel_id=VERDICT_CHANNEL)
    await house.deliver_all()
    house.clock.advance(LONGEST_RETRY)
    await house.deliver_all()

    assert len(house.courier.rulings) == 1
    assert house.courier.notices == settlements(house) == []


async def test_reactions_that_are_not_allowed_are_not_told_as_a_ruling_that_waits(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    lacks = Problem(Obstacle.PERMISSIONS, VERDICT_CHANNEL, ("add_reactions",))
    house.courier.fail("react", *[Undeliverable(lacks, lasting=True)] * 3)
    for _ in range(3):
        await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    (notice,) = house.courier.notices
    assert notice.announcement == DelayNotice(lacks, notice.case.id, announced=True)
    await house.deliver_all()
    (settled,) = settlements(house)
    assert isinstance(settled.announcement, DelaySettled)
    assert settled.announcement.announced
    assert len(house.courier.rulings) == 1
    assert list(house.courier.opened.values()) == [1]


async def settled(house: House) -> list[tuple[int, Settlement]]:
    """Return the notices that were marked as settled, each with how."""
    found = [edit.announcement for edit in settlements(house)]
    return [(one.notice_id, one.settlement) for one in found if isinstance(one, DelaySettled)]


async def test_a_problem_that_comes_and_goes_is_told_once(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", LASTING, PASSING, LASTING, PASSING, LASTING)
    for _ in range(7):
        await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    (notice,) = house.courier.notices
    assert await settled(house) == [(notice.dispatch.id, Settlement.DELIVERED)]


async def test_another_problem_is_told_and_settles_the_notice_of_the_first(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    other = Undeliverable(Problem(Obstacle.GONE, VERDICT_CHANNEL), lasting=True)
    house.courier.fail("post ruling", LASTING, other)
    for _ in range(3):
        await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    first, second = house.courier.notices
    assert await settled(house) == [
        (first.dispatch.id, Settlement.CHANGED),
        (second.dispatch.id, Settlement.DELIVERED),
    ]


async def test_the_notice_of_a_ruling_that_is_given_up_is_settled(house: House) -> None:
    case = await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", LASTING)
    await house.deliver_all()
    async with house.store.writing() as repos:
        await execute(repos, sa.text(f"UPDATE cases SET state = 'withdrawn' WHERE id = {case.id}"))
    house.clock.advance(LONGEST_RETRY)
    await house.deliver_all()

    (notice,) = house.courier.notices
    assert await settled(house) == [(notice.dispatch.id, Settlement.GIVEN_UP)]
    assert house.courier.rulings == []


async def test_the_notice_of_an_older_ruling_is_settled_by_the_newer_one(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", LASTING)
    await house.deliver_all()
    house.clock.advance(timedelta(days=7))
    await house.hold_all()
    await house.servers.change(GUILD, verdict_channel_id=VERDICT_CHANNEL)
    await house.deliver_all()

    (notice,) = house.courier.notices
    assert await settled(house) == [(notice.dispatch.id, Settlement.DELIVERED)]
    assert len(house.courier.rulings) == 1


async def test_a_notice_that_is_being_posted_while_the_ruling_goes_out_is_settled_too(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", LASTING)
    assert await house.announcements.deliver_next()
    house.courier.hang("post delay")
    posting = asyncio.create_task(house.announcements.deliver_next())
    await house.courier.hanging.wait()
    await house.servers.change(GUILD, verdict_channel_id=VERDICT_CHANNEL)
    assert await house.announcements.deliver_next()
    assert len(house.courier.rulings) == 1
    house.courier.release()
    await posting
    await house.deliver_all()

    (notice,) = house.courier.notices
    assert await settled(house) == [(notice.dispatch.id, Settlement.DELIVERED)]


async def test_a_notice_that_has_not_gone_out_when_it_is_to_be_marked_is_dropped(house: House) -> None:
    now = house.clock.now()
    async with house.store.writing() as repos:
        notice = await repos.outbox.add(DelayNotice(LASTING.problem), GUILD, now + A_MOMENT)
        for notice_id in (notice, 404):
            await repos.outbox.add(DelaySettled(notice_id, Settlement.DELIVERED, announced=False), GUILD, now)

    assert await house.deliver_all() == 2
    house.clock.advance(A_YEAR)
    assert await house.deliver_all() == 0
    assert house.courier.called == []


@pytest.mark.parametrize("wait", [timedelta(days=3_650), timedelta.max, timedelta(seconds=-5)])
async def test_a_rate_limit_that_makes_no_sense_stops_nobody(house: House, wait: timedelta) -> None:
    await house.set_up(OTHER_GUILD)
    await house.filed()
    limited = Undeliverable(Problem(Obstacle.RATE_LIMIT, MOD_CHANNEL), lasting=False, wait=wait)
    house.courier.fail("post card", limited)
    await house.deliver_all()
    await house.filed("Can AI fold laundry?", OTHER_GUILD)
    await house.deliver_all()
    house.clock.advance(LONGEST_RETRY)
    await house.deliver_all()

    assert sorted(post.case.id for post in house.courier.cards) == [1, 2]


async def test_a_message_that_cannot_have_gone_out_is_not_looked_for(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", LASTING, LASTING)
    for _ in range(3):
        await house.deliver_all()
        house.clock.advance(LONGEST_RETRY)

    assert "find" not in house.courier.called
    assert len(house.courier.rulings) == 1


async def test_a_channel_that_cannot_be_posted_to_is_tried_once_for_all_that_wait(house: House) -> None:
    for number in range(3):
        await house.docketed(f"Can AI count {number} sheep before it falls asleep?")
    await house.deliver_all()
    await house.hold_all()
    house.courier.called.clear()
    house.courier.fail("post ruling", LASTING)

    await house.deliver_all()
    assert house.courier.called == ["post ruling", "post delay"]
    await house.servers.change(GUILD, verdict_channel_id=VERDICT_CHANNEL)
    await house.deliver_all()

    assert len(house.courier.rulings) == 3
    assert len(house.courier.notices) == 1


async def test_a_card_that_was_deleted_does_not_close_the_mod_channel(house: House) -> None:
    await waiting(house, CardUpdate)
    house.courier.fail("edit card_update", Undeliverable(Problem(Obstacle.GONE, MOD_CHANNEL), lasting=True))
    await house.deliver_all()
    await house.filed("Can AI fold laundry?")

    assert await house.deliver_all() == 1


async def test_without_any_channel_the_card_waits_and_the_notice_is_given_up(bare: House) -> None:
    # The case was filed while there was a channel; the settings have been lost since.
    await bare.servers.change(GUILD, mod_channel_id=MOD_CHANNEL)
    await bare.heard()
    async with bare.store.writing() as repos:
        await repos.guilds.put(await repos.guilds.get(0))
        settings = await repos.guilds.get(GUILD)
        await repos.guilds.put(type(settings)(GUILD))

    await bare.deliver_all()
    assert bare.courier.called == []

    bare.clock.advance(LONGEST_RETRY)
    await bare.deliver_all()
    await bare.set_up()
    await bare.deliver_all()

    assert [len(bare.courier.cards), len(bare.courier.rulings), len(bare.courier.notices)] == [1, 1, 0]


async def test_a_bug_of_the_bot_is_a_passing_failure(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", TypeError("a fault in the card"))

    assert await house.deliver_all() == 1
    lines = [record.getMessage() for record in caplog.records]
    assert any("(ruling) failed" in line for line in lines)
    assert any("(ruling) could not be delivered: fault (TypeError)" in line for line in lines)
    await waits_exactly(house, FIRST_RETRY)

    assert (len(house.courier.rulings), house.courier.notices) == (1, [])


async def test_a_disk_that_is_full_for_a_while_loses_no_dispatch(house: House) -> None:
    # Delivery fails, and the claim cannot be given back either; the process goes on.
    await waiting(house, RulingAnnouncement)
    house.courier.fail("post ruling", PASSING)
    house.store.fail("outbox.postpone", StorageError("the disk is full"))
    with suppress(StorageError):
        await house.announcements.deliver_next()

    for _ in range(3):
        house.clock.advance(LONGEST_RETRY)
        await house.deliver_all()

    assert len(house.courier.rulings) == 1


async def test_an_unreadable_announcement_is_given_up(house: House) -> None:
    async with house.store.writing() as repos:
        await repos.outbox.add(Unreadable("prophecy"), GUILD, house.clock.now())

    assert await house.deliver_all() == 1

    assert await house.restart() == (0, 0), "it was dropped, not just left claimed"
    house.clock.advance(A_YEAR)
    assert await house.deliver_all() == 0
    assert house.courier.called == []


async def test_a_turn_that_a_recount_took_back_is_given_up(house: House) -> None:
    case = await house.heard()
    await house.deliver_all()
    house.courier.called.clear()
    async with house.store.writing() as repos:
        await repos.outbox.add(TurnAnnouncement(case.id, 1), GUILD, house.clock.now())

    assert await house.deliver_all() == 1

    assert house.courier.called == []
    assert await house.restart() == (0, 0)


def a_row(house: House, kind: str, **references: int) -> sa.Insert:
    """Insert a dispatch as an older court may have left it: without facts, and with these references only."""
    now = house.clock.now()
    row = {"kind": kind, "guild_id": GUILD, "lane": Lane.VERDICTS, "due_at": now, "state": "waiting", "facts": {}}
    return sa.insert(outbox).values(row | references | {"attempts": 0, "recheck": False})


A_LANE = sa.insert(lanes).values(guild_id=GUILD, lane=Lane.VERDICTS, due_at=NOON)


@pytest.mark.parametrize("kind", sorted({*KINDS} - {RoleDeleted.kind}))  # a kind that has nothing to lose
async def test_a_dispatch_that_lost_what_it_is_about_is_given_up(
    house: House, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.store.writing() as repos:
        await execute(repos, a_row(house, kind))
        await execute(repos, A_LANE)

    assert await house.deliver_all() == 1

    assert f"(unreadable {kind}) could not be delivered" in caplog.text
    house.clock.advance(A_YEAR)
    assert await house.deliver_all() == 0
    assert house.courier.called == []
    assert await house.restart() == (0, 0)


@pytest.mark.parametrize(("kind", "lacks"), [("denial", "the member to tell"), ("ruling", "the session")])
async def test_a_dispatch_that_lost_part_of_what_it_is_about_is_given_up(house: House, kind: str, lacks: str) -> None:
    case = await house.filed()
    await house.deliver_all()
    house.courier.called.clear()
    async with house.store.writing() as repos:
        await execute(repos, a_row(house, kind, case_id=case.id))
        await execute(repos, A_LANE)

    assert await house.deliver_all() == 1

    assert house.courier.called == [], f"nothing is announced without {lacks}"
    assert await house.restart() == (0, 0)


@pytest.mark.parametrize("damaged", ["null", "[]", "3", "{", "", '"words"'])
async def test_a_damaged_dispatch_does_not_hold_up_those_behind_it(house: House, damaged: str) -> None:
    async with house.store.writing() as repos:
        await repos.outbox.add(PlainNotice("Damaged."), GUILD, house.clock.now() - LONGEST_RETRY)
        await execute(repos, sa.text("UPDATE outbox SET facts = :facts").bindparams(facts=damaged))
        await repos.outbox.add(PlainNotice("Behind it."), GUILD, house.clock.now())

    assert await house.deliver_all() == 2

    assert [post.announcement for post in house.courier.posts] == [PlainNotice("Behind it.")]


async def test_a_failed_update_leaves_the_card_as_it_was(house: House) -> None:
    case = await waiting(house, CardUpdate)
    house.courier.fail("edit card_update", LASTING)
    await house.deliver_all()

    assert (await house.case(case.id)).card == house.courier.cards[0].ref
    assert house.courier.updates == []


async def test_a_late_card_shows_what_became_of_its_case(house: House) -> None:
    house.courier.fail("post card", LASTING)
    case = await house.filed()
    await house.deliver_all()
    await house.moderation.approve(GUILD, case.id, OWNER)
    for _ in range(29):
        await house.deliver_all()
        house.clock.advance(timedelta(minutes=2))
    assert house.courier.called.count("edit card_update") == 0, "there is no card yet to update"

    house.clock.advance(LONGEST_RETRY)
    await house.deliver_all()

    (card,) = house.courier.cards
    assert card.case.state == "docketed"
