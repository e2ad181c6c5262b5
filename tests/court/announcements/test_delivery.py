"""Delivery: each announcement goes where it belongs, once, even if the process is killed meanwhile."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from court.announcements import delivery
from court.announcements.attempts import LONGEST_RETRY, PACES
from court.announcements.kinds import Denial, PlainNotice, RulingAnnouncement, StatementCard
from court.errors import StorageError, Undeliverable
from court.models import CaseState, Vote
from court.models.announcements import Announcement, Lane, Obstacle, Problem
from storage.schema import cases
from tests.court.announcements.outbox import waiting
from tests.court.house import FILER, GUILD, MOD_CHANNEL, OTHER_GUILD, OWNER, VERDICT_CHANNEL, VOTER, House
from tests.fakes.courier import Post
from tests.records import execute

Killed = asyncio.CancelledError
LATER = timedelta(hours=2)


async def deliver_killed(house: House) -> None:
    """Deliver one dispatch, in a process that is killed over it."""
    with pytest.raises(Killed):
        await house.announcements.deliver_next()


def posted(house: House, kind: type[Announcement]) -> list[Post]:
    return house.courier.posted(kind)


async def test_an_empty_outbox_delivers_nothing(house: House) -> None:
    assert await house.announcements.deliver_next() is False
    assert house.courier.called == []


async def test_a_ruling_goes_to_the_verdict_channel_with_reactions_to_vote_by(house: House) -> None:
    case = await waiting(house, RulingAnnouncement)

    assert await house.deliver_all() == 1

    (ruling,) = house.courier.rulings
    assert ruling.ref.channel_id == VERDICT_CHANNEL
    assert (ruling.case.id, ruling.overview.hearing) == (case.id, (await house.sessions(case))[0])
    assert house.courier.opened == {ruling.ref: 1}
    assert house.courier.called == ["post ruling", "react"]
    await house.audience.react(ruling.ref.message_id, VOTER, Vote.YES)
    assert (await house.lookup.latest(GUILD)).audience.yes == 1


async def test_a_notice_goes_to_the_moderators(house: House) -> None:
    await waiting(house, PlainNotice)

    await house.deliver_all()

    ((ref, announcement),) = [(post.ref, post.announcement) for post in house.courier.notices]
    assert ref.channel_id == MOD_CHANNEL
    assert isinstance(announcement, PlainNotice)
    assert announcement.text == "Something is amiss."


async def test_a_denial_goes_only_to_the_filer(house: House) -> None:
    case = await waiting(house, Denial)

    await house.deliver_all()

    assert [(user_id, denied.id) for user_id, denied in house.courier.denials] == [(FILER, case.id)]
    assert house.courier.called == ["tell denial"]


async def test_of_the_rulings_of_a_case_that_wait_only_the_newest_is_announced(house: House) -> None:
    case = await waiting(house, RulingAnnouncement)
    house.clock.advance(timedelta(days=7))
    await house.hold_all()

    await house.deliver_all()

    (overview,) = [post.overview for post in house.courier.rulings]
    assert overview.hearing == (await house.sessions(case))[-1]
    assert len(overview.history) == 2
    assert await house.restart() == (0, 0)


async def test_a_ruling_that_is_out_gets_its_reactions_although_there_is_a_newer_one(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("react", Undeliverable(Problem(Obstacle.STATUS, status=500), lasting=False))
    await house.deliver_all()
    house.clock.advance(timedelta(days=7))
    await house.hold_all()

    await house.deliver_all()

    assert [house.courier.opened[post.ref] for post in house.courier.rulings] == [1, 1]


async def test_a_ruling_of_a_case_that_was_withdrawn_meanwhile_is_not_announced(house: House) -> None:
    case = await waiting(house, RulingAnnouncement)
    async with house.store.writing() as repos:
        await execute(repos, sa.update(cases).where(cases.c.id == case.id).values(state=CaseState.WITHDRAWN))

    assert await house.deliver_all() == 1

    assert house.courier.called == []
    assert await house.restart() == (0, 0)


async def test_many_rulings_at_once_are_announced_at_a_pace(house: House) -> None:
    pace, more = PACES[Lane.VERDICTS], 3
    for number in range(pace.times + more):
        await house.docketed(f"Can AI count {number} sheep before it falls asleep?")
    await house.hold_all()

    await house.deliver_all()
    assert len(house.courier.rulings) == pace.times
    assert len(house.courier.cards) == pace.times + more, "the moderators' cards have no pace"
    for extra in range(1, more + 1):
        house.clock.advance(pace.interval - timedelta(seconds=1))
        assert await house.deliver_all() == 0
        await house.restart()
        house.clock.advance(timedelta(seconds=1))
        await house.deliver_all()
        assert len(house.courier.rulings) == pace.times + extra


async def test_what_waits_for_the_pace_while_its_case_is_heard_again_is_announced_once(house: House) -> None:
    pace, more = PACES[Lane.VERDICTS], 3
    dockets = [
        await house.docketed(f"Can AI count {number} sheep before it falls asleep?")
        for number in range(pace.times + more)
    ]
    await house.hold_all()
    await house.deliver_all()
    # The next sessions come before the pace lets another ruling out.
    for case in dockets:
        async with house.store.writing() as repos:
            await repos.hearing_queue.schedule(case.id, house.clock.now())
    assert await house.hold_all() == len(dockets)

    for _ in range(2 * len(dockets)):
        house.clock.advance(pace.interval)
        await house.deliver_all()

    told = [(post.case.id, len(post.overview.history)) for post in house.courier.rulings]
    early, late = dockets[: pace.times], dockets[pace.times :]
    assert sorted(told) == sorted(
        [(case.id, session) for case in early for session in (1, 2)] + [(case.id, 2) for case in late]
    )


async def test_a_slow_channel_delays_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "SEND_LIMIT", 0.5)
    await house.set_up(OTHER_GUILD)
    await house.filed("Can AI write a novel?")
    house.courier.hang("post card")
    slow = asyncio.create_task(house.announcements.deliver_next())
    await house.courier.hanging.wait()
    await house.filed("Can AI fold laundry?")
    other = await house.filed("Can AI drive a taxi?", OTHER_GUILD)

    assert await house.announcements.deliver_next()

    assert [post.case.id for post in house.courier.cards] == [other.id]
    assert not slow.done()
    assert await slow
    assert await house.deliver_all() == 0, "the slow channel rests for a moment"
    house.courier.release()
    house.clock.advance(LATER)
    await house.deliver_all()
    assert sorted(post.case.id for post in house.courier.cards) == [1, 2, 3], "what came too late is found again"


async def test_a_call_that_was_too_slow_and_fails_in_the_end_is_logged(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(delivery, "SEND_LIMIT", 0.01)
    caplog.set_level(logging.INFO)
    await house.filed()
    house.courier.hang("post card")
    house.courier.fail("post card", RuntimeError("lost"), after=True)
    await house.announcements.deliver_next()
    house.courier.release()
    await asyncio.sleep(0.01)

    assert "a call to Discord that had taken too long failed in the end: RuntimeError" in caplog.text
    house.clock.advance(LATER)
    await house.deliver_all()
    assert len(house.courier.cards) == 1


async def test_a_delivery_that_is_stopped_stops_its_call_too(house: House) -> None:
    await house.filed()
    house.courier.hang("post card")
    stopped = asyncio.create_task(house.announcements.deliver_next())
    await house.courier.hanging.wait()
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    house.courier.release()

    assert await house.restart() == (0, 1)
    await house.deliver_all()
    assert len(house.courier.cards) == 1


async def test_a_channel_that_is_rate_limited_waits_as_long_as_discord_says(house: House) -> None:
    await house.filed("Can AI write a novel?")
    await house.filed("Can AI fold laundry?")
    limited = Problem(Obstacle.STATUS, MOD_CHANNEL, status=429)
    house.courier.fail("post card", Undeliverable(limited, lasting=False, wait=timedelta(seconds=60)))

    assert await house.deliver_all() == 1
    house.clock.advance(timedelta(seconds=59))
    assert await house.deliver_all() == 0
    house.clock.advance(timedelta(seconds=1))
    assert await house.deliver_all() == 2


async def test_what_has_been_due_longest_is_delivered_first(house: House) -> None:
    for text in ("Can AI write a novel?", "Can AI fold laundry?", "Can AI drive a taxi?"):
        await house.filed(text)
        house.clock.advance(timedelta(seconds=1))

    await house.deliver_all()

    assert [post.case.id for post in house.courier.cards] == [1, 2, 3]


async def test_parallel_workers_deliver_everything_once(house: House) -> None:
    for number in range(6):
        await house.filed(f"Can AI count {number} sheep before it falls asleep?")

    await asyncio.gather(*(house.deliver_all() for _ in range(9)))

    assert sorted(post.dispatch.id for post in house.courier.cards) == [1, 2, 3, 4, 5, 6]


posting = pytest.mark.parametrize(
    ("kind", "method"),
    [
        (StatementCard, "post card"),
        (RulingAnnouncement, "post ruling"),
        (PlainNotice, "post notice"),
    ],
)


@posting
async def test_a_process_killed_after_sending_does_not_send_again(
    house: House, kind: type[Announcement], method: str
) -> None:
    case = await waiting(house, kind)
    house.courier.fail(method, Killed(), after=True)
    await deliver_killed(house)
    assert len(posted(house, kind)) == 1
    assert await house.deliver_all() == 0, "what one worker has claimed no other may take"

    assert await house.restart() == (0, 1)
    assert await house.deliver_all() == 1

    (post,) = posted(house, kind)
    assert house.courier.called[:2] == [method, "find"]
    assert house.courier.called.count(method) == 1
    if kind is RulingAnnouncement:
        assert house.courier.opened == {post.ref: 1}
    if kind is StatementCard:
        assert (await house.case(case.id)).card == post.ref


@posting
async def test_a_process_killed_before_sending_sends_after_its_restart(
    house: House, kind: type[Announcement], method: str
) -> None:
    await waiting(house, kind)
    house.courier.fail(method, Killed())
    await deliver_killed(house)

    assert await house.restart() == (0, 1)
    assert await house.deliver_all() == 1

    assert len(posted(house, kind)) == 1
    assert house.courier.called[:3] == [method, "find", method]


@posting
async def test_a_process_killed_while_it_notes_the_message_does_not_send_again(
    house: House, kind: type[Announcement], method: str
) -> None:
    await waiting(house, kind)
    house.store.fail("outbox.posted", Killed())
    await deliver_killed(house)

    await house.restart()
    assert await house.deliver_all() == 1

    assert len(posted(house, kind)) == 1


async def test_a_process_killed_before_the_reactions_adds_only_them(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("react", Killed())
    await deliver_killed(house)

    await house.restart()
    assert await house.deliver_all() == 1

    assert house.courier.called == ["post ruling", "react", "react"]
    assert list(house.courier.opened.values()) == [1]


async def test_a_process_killed_after_everything_was_sent_posts_nothing_more(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.store.fail("outbox.done", Killed())
    await deliver_killed(house)

    await house.restart()
    assert await house.deliver_all() == 1

    assert len(house.courier.rulings) == 1
    assert await house.deliver_all() == 0


async def test_a_card_whose_message_was_not_stored_before_a_kill_is_stored_after_the_restart(house: House) -> None:
    case = await waiting(house, StatementCard)
    house.store.fail("cases.set_card", Killed())
    await deliver_killed(house)
    assert (await house.case(case.id)).card is None

    await house.restart()
    await house.deliver_all()

    assert (await house.case(case.id)).card == house.courier.cards[0].ref
    assert house.courier.called == ["post card"]


async def test_reactions_that_fail_are_tried_again_without_another_message(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("react", Undeliverable(Problem(Obstacle.STATUS, status=500), lasting=False))
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 1

    assert house.courier.called == ["post ruling", "react", "react"]


async def test_a_ruling_that_is_deleted_before_its_reactions_is_given_up(house: House) -> None:
    await waiting(house, RulingAnnouncement)
    house.courier.fail("react", Undeliverable(Problem(Obstacle.STATUS, status=500), lasting=False))
    await house.deliver_all()
    house.courier.fail("react", Undeliverable(Problem(Obstacle.GONE, VERDICT_CHANNEL), lasting=True))
    house.clock.advance(LATER)
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 0

    assert house.courier.called == ["post ruling", "react", "react"]


@posting
async def test_a_message_whose_response_was_lost_is_looked_for_before_it_is_sent_again(
    house: House, kind: type[Announcement], method: str
) -> None:
    # Discord took the message, but the connection broke before its response: to the sender that is a failure.
    await waiting(house, kind)
    house.courier.fail(method, Undeliverable(Problem(Obstacle.UNREACHABLE), lasting=False), after=True)
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 1

    assert len(posted(house, kind)) == 1


@posting
async def test_a_message_that_could_not_be_noted_is_looked_for_before_it_is_sent_again(
    house: House, kind: type[Announcement], method: str
) -> None:
    await waiting(house, kind)
    house.store.fail("outbox.posted", StorageError("the disk is full"))
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 1

    assert len(posted(house, kind)) == 1


async def test_an_update_waits_for_its_card(house: House) -> None:
    house.courier.fail("post card", Undeliverable(Problem(Obstacle.STATUS, status=500), lasting=False))
    case = await house.filed()
    await house.deliver_all()
    await house.moderation.approve(GUILD, case.id, OWNER)

    for _ in range(4):
        house.clock.advance(timedelta(seconds=5))
        await house.deliver_all()

    (card,) = house.courier.cards
    ((updated, shown),) = house.courier.updates
    assert (updated, shown.id, shown.state) == (card.ref, case.id, "docketed")
    house.clock.advance(LATER)
    assert await house.deliver_all() == 0


@pytest.mark.parametrize("start", [True, False])
async def test_a_dispatch_put_off_by_a_wrong_clock_comes_back_into_range(house: House, start: bool) -> None:
    await waiting(house, PlainNotice)
    house.clock.advance(days=700)
    house.courier.fail("post notice", Undeliverable(Problem(Obstacle.FAULT), lasting=False))
    assert await house.announcements.deliver_next()
    house.clock.advance(days=-700)
    assert await house.deliver_all() == 0

    if start:
        await house.restart()
    else:
        assert await house.announcements.bring_into_range() == 1

    house.clock.advance(LONGEST_RETRY - timedelta(seconds=1))
    assert await house.deliver_all() == 0
    house.clock.advance(seconds=1)
    assert await house.deliver_all() == 1
    assert len(house.courier.notices) == 1
