"""The outbox, worked off: each thing is told where it belongs, once, even by a process that dies over it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from court.errors import StorageError, Undeliverable
from court.models import Case, CaseOverview, Vote
from court.models.work import DispatchKind
from tests.court.announcements.outbox import waiting
from tests.court.house import FILER, GUILD, MOD_CHANNEL, OWNER, VERDICT_CHANNEL, VOTER, House
from tests.fakes.courier import Post

DIES = asyncio.CancelledError
LATER = timedelta(hours=2)


async def dies(house: House) -> None:
    """Deliver one, in a process that does not outlive it."""
    with pytest.raises(DIES):
        await house.announcements.deliver_next()


def told(house: House, kind: DispatchKind) -> list[Post]:
    courier = house.courier
    return {
        DispatchKind.CARD: courier.cards,
        DispatchKind.RULING: courier.rulings,
        DispatchKind.NOTICE: courier.notices,
    }[kind]


async def test_with_nothing_to_tell_nothing_is_told(house: House) -> None:
    assert await house.announcements.deliver_next() is False
    assert house.courier.called == []


async def test_a_ruling_goes_to_the_verdict_channel_with_a_vote_under_it(house: House) -> None:
    case = await waiting(house, DispatchKind.RULING)

    assert await house.deliver_all() == 1

    (ruling,) = house.courier.rulings
    assert ruling.ref.channel_id == VERDICT_CHANNEL
    assert isinstance(ruling.matter, CaseOverview)
    assert (ruling.matter.case.id, ruling.matter.hearing) == (case.id, (await house.sessions(case))[0])
    assert house.courier.opened == {ruling.ref: 1}
    assert house.courier.called == ["post_ruling", "open_vote"]
    await house.audience.react(ruling.ref.message_id, VOTER, Vote.YES)
    assert (await house.lookup.latest(GUILD)).audience.yes == 1


async def test_a_notice_goes_to_the_moderators(house: House) -> None:
    await waiting(house, DispatchKind.NOTICE)

    await house.deliver_all()

    ((ref, matter),) = [(post.ref, post.matter) for post in house.courier.notices]
    assert (ref.channel_id, matter) == (MOD_CHANNEL, "Something is amiss.")


async def test_a_denial_goes_to_the_filer_alone(house: House) -> None:
    case = await waiting(house, DispatchKind.DENIAL)

    await house.deliver_all()

    assert [(told, matter.id) for told, matter in house.courier.denials] == [(FILER, case.id)]
    assert house.courier.called == ["tell_denial"]


async def test_a_late_ruling_shows_its_own_session(house: House) -> None:
    case = await waiting(house, DispatchKind.RULING)
    house.clock.advance(timedelta(days=7))
    await house.hold_all()

    await house.deliver_all()

    records = [post.matter for post in house.courier.rulings if isinstance(post.matter, CaseOverview)]
    assert [record.hearing for record in records] == await house.sessions(case)
    assert [len(record.history) for record in records] == [1, 2]


async def test_what_is_due_longest_is_told_first(house: House) -> None:
    for text in ("Can AI write a novel?", "Can AI fold laundry?", "Can AI drive a taxi?"):
        await house.filed(text)
        house.clock.advance(timedelta(seconds=1))

    await house.deliver_all()

    assert [post.matter.id for post in house.courier.cards if isinstance(post.matter, Case)] == [1, 2, 3]


async def test_workers_at_once_tell_everything_once(house: House) -> None:
    for number in range(6):
        await house.filed(f"Can AI count {number} sheep before it falls asleep?")

    await asyncio.gather(*(house.announcements.deliver_next() for _ in range(9)))

    assert sorted(post.dispatch_id for post in house.courier.cards) == [1, 2, 3, 4, 5, 6]


posting = pytest.mark.parametrize(
    ("kind", "method"),
    [
        (DispatchKind.CARD, "post_card"),
        (DispatchKind.RULING, "post_ruling"),
        (DispatchKind.NOTICE, "post_notice"),
    ],
)


@posting
async def test_a_process_killed_after_sending_does_not_send_again(
    house: House, kind: DispatchKind, method: str
) -> None:
    case = await waiting(house, kind)
    house.courier.fail(method, DIES(), after=True)
    await dies(house)
    assert len(told(house, kind)) == 1
    assert await house.deliver_all() == 0, "what a worker has claimed is nobody else's"

    assert await house.restart() == (0, 1)
    assert await house.deliver_all() == 1

    (post,) = told(house, kind)
    assert house.courier.called[:2] == [method, "find"]
    assert house.courier.called.count(method) == 1
    if kind is DispatchKind.RULING:
        assert house.courier.opened == {post.ref: 1}
    if kind is DispatchKind.CARD:
        assert (await house.case(case.id)).card == post.ref


@posting
async def test_a_process_killed_before_sending_sends_after_its_restart(
    house: House, kind: DispatchKind, method: str
) -> None:
    await waiting(house, kind)
    house.courier.fail(method, DIES())
    await dies(house)

    assert await house.restart() == (0, 1)
    assert await house.deliver_all() == 1

    assert len(told(house, kind)) == 1
    assert house.courier.called[:3] == [method, "find", method]


@posting
async def test_a_process_killed_over_noting_that_it_sent_does_not_send_again(
    house: House, kind: DispatchKind, method: str
) -> None:
    await waiting(house, kind)
    house.store.fail("outbox.posted", DIES())
    await dies(house)

    await house.restart()
    assert await house.deliver_all() == 1

    assert len(told(house, kind)) == 1


async def test_a_process_killed_under_the_reactions_adds_only_them(house: House) -> None:
    await waiting(house, DispatchKind.RULING)
    house.courier.fail("open_vote", DIES())
    await dies(house)

    await house.restart()
    assert await house.deliver_all() == 1

    assert house.courier.called == ["post_ruling", "open_vote", "open_vote"]
    assert list(house.courier.opened.values()) == [1]


async def test_a_process_killed_when_all_was_done_posts_nothing_more(house: House) -> None:
    await waiting(house, DispatchKind.RULING)
    house.store.fail("outbox.done", DIES())
    await dies(house)

    await house.restart()
    assert await house.deliver_all() == 1

    assert len(house.courier.rulings) == 1
    assert await house.deliver_all() == 0


async def test_a_card_killed_before_its_place_was_kept_is_kept_after_the_restart(house: House) -> None:
    case = await waiting(house, DispatchKind.CARD)
    house.store.fail("cases.set_card", DIES())
    await dies(house)
    assert (await house.case(case.id)).card is None

    await house.restart()
    await house.deliver_all()

    assert (await house.case(case.id)).card == house.courier.cards[0].ref
    assert house.courier.called == ["post_card"]


async def test_reactions_that_fail_are_tried_again_without_another_message(house: House) -> None:
    await waiting(house, DispatchKind.RULING)
    house.courier.fail("open_vote", Undeliverable("Discord answered 500", lasting=False))
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 1

    assert house.courier.called == ["post_ruling", "open_vote", "open_vote"]


async def test_a_ruling_that_is_deleted_before_its_reactions_is_let_go(house: House) -> None:
    await waiting(house, DispatchKind.RULING)
    house.courier.fail("open_vote", Undeliverable("Discord answered 500", lasting=False))
    await house.deliver_all()
    house.courier.fail("open_vote", Undeliverable("the message is gone", lasting=True))
    house.clock.advance(LATER)
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 0

    assert house.courier.called == ["post_ruling", "open_vote", "open_vote"]


@posting
async def test_a_message_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(
    house: House, kind: DispatchKind, method: str
) -> None:
    # Discord took the message, and the connection broke before it said so: to the sender that is a failure.
    await waiting(house, kind)
    house.courier.fail(method, Undeliverable("Discord did not answer", lasting=False), after=True)
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 1

    assert len(told(house, kind)) == 1


@posting
async def test_a_message_that_could_not_be_noted_is_looked_for_before_it_is_sent_again(
    house: House, kind: DispatchKind, method: str
) -> None:
    await waiting(house, kind)
    house.store.fail("outbox.posted", StorageError("the disk is full"))
    await house.deliver_all()
    house.clock.advance(LATER)

    assert await house.deliver_all() == 1

    assert len(told(house, kind)) == 1


async def test_an_update_waits_for_its_card(house: House) -> None:
    house.courier.fail("post_card", Undeliverable("Discord answered 500", lasting=False))
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
