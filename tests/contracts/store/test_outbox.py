"""Announcements to deliver: claimed once, stored with their message, delivered once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from court.announcements.faults import HostFaultFound, ModelsOut
from court.announcements.kinds import (
    KINDS,
    AdjournmentNotice,
    CardUpdate,
    DelayNotice,
    DelaySettled,
    Denial,
    Greeting,
    HalfSpent,
    HearingsCutOff,
    PlainNotice,
    RoleDeleted,
    RulingAnnouncement,
    ServerJoined,
    Settlement,
    StatementCard,
    TurnAnnouncement,
)
from court.models import CapPeriod, Case, HostFault, MessageRef
from court.models.announcements import Announcement, Obstacle, Place, Problem
from court.models.work import Dispatch, Lease, Pace, WorkState
from court.ports import Store
from tests.contracts.store.samples import DAY, FILER, GUILD, NOW, OTHER_GUILD, hearing
from tests.contracts.store.uses import Uses
from tests.fakes.world import LEASE

MESSAGE = MessageRef(1_400_000_000_000_000_001, 1_500_000_000_000_000_001)


async def claim(store: Store) -> Dispatch | None:
    async with store.writing() as repos:
        return await repos.outbox.claim(NOW, LEASE)


async def take_all(store: Store, now: datetime = NOW) -> list[Dispatch]:
    """Claim everything that is due, one after the other, each done before the next."""
    taken: list[Dispatch] = []
    while True:
        async with store.writing() as repos:
            dispatch = await repos.outbox.claim(now, LEASE)
            if dispatch is None:
                return taken
            await repos.outbox.done(dispatch.id)
            now += timedelta(microseconds=1)
            await repos.outbox.free(dispatch, now)
            taken.append(dispatch)


async def claimed_notice(store: Store) -> Dispatch:
    async with store.writing() as repos:
        await repos.outbox.add(PlainNotice("a notice"), GUILD, NOW)
    dispatch = await claim(store)
    assert dispatch is not None
    return dispatch


async def test_a_dispatch_comes_back_as_it_was_added(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.hearings.add(hearing(case.id))
        await repos.outbox.add(RulingAnnouncement(case.id, 1), GUILD, NOW)

    dispatch = await claim(store)

    assert dispatch is not None
    assert dispatch == Dispatch(
        id=dispatch.id,
        announcement=RulingAnnouncement(case.id, 1),
        guild_id=GUILD,
        due_at=NOW,
        state=WorkState.CLAIMED,
        attempts=1,
        tried_at=NOW,
    )


async def test_every_kind_comes_back_with_all_its_facts(store: Store, case: Case) -> None:
    problem = Problem(Obstacle.PERMISSIONS, 5, ("send_messages", "add_reactions"), 403, "no; “quoted”, 日本語")
    announcements: list[Announcement] = [
        StatementCard(case.id),
        CardUpdate(case.id),
        RulingAnnouncement(case.id, 1),
        TurnAnnouncement(case.id, 1),
        Denial(case.id, FILER),
        AdjournmentNotice(CapPeriod.MONTH, of_host=True, by_admin=False, cap=1, spent=2, ceiling=10**15, until=NOW),
        DelayNotice(problem, case.id),
        DelayNotice(Problem(Obstacle.NO_VERDICT_CHANNEL), announced=True),
        DelaySettled(3, Settlement.CHANGED, announced=True, case_id=case.id),
        RoleDeleted(),
        Greeting(2**63 - 1),
        ServerJoined(5, "a “server” with 日本語", 40, allowed=False),
        HalfSpent(5, CapPeriod.DAY, spent=2, cap=3),
        HearingsCutOff(3, 12, spent=10**15),
        ModelsOut("acme", HostFault.UNKNOWN_MODEL, "JURORS", "acme/one", sits=False, writes=True, nothing_heard=True),
        HostFaultFound("acme", HostFault.KEY_REFUSED, "ACME_API_KEY"),
        PlainNotice("a notice", case.id),
    ]
    assert {type(one) for one in announcements} == set(KINDS.values())
    async with store.writing() as repos:
        await repos.hearings.add(hearing(case.id))
        for announcement in announcements:
            await repos.outbox.add(announcement, GUILD, NOW)

    taken = {dispatch.id: dispatch.announcement for dispatch in await take_all(store)}

    assert [taken[number] for number in sorted(taken)] == announcements


async def test_a_turn_is_announced_with_the_session_that_decided_it(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.hearings.add(hearing(case.id, 3))
        await repos.outbox.add(TurnAnnouncement(case.id, 3), GUILD, NOW)
    dispatch = await claim(store)
    assert dispatch is not None
    async with store.writing() as repos:
        await repos.outbox.posted(dispatch.id, MESSAGE)
        assert await repos.outbox.ruling_at(MESSAGE.message_id) is None
    assert dispatch.announcement == TurnAnnouncement(case.id, 3)


async def test_the_longest_due_goes_first(store: Store) -> None:
    async with store.writing() as repos:
        await repos.outbox.add(PlainNotice("later"), GUILD, NOW + DAY)
        for days in range(6):
            await repos.outbox.add(PlainNotice(str(days)), GUILD, NOW - days * DAY)

    announcements = [dispatch.announcement for dispatch in await take_all(store)]

    assert announcements == [PlainNotice(str(days)) for days in reversed(range(6))]


async def test_of_the_same_moment_the_first_added_goes_first(store: Store) -> None:
    async with store.writing() as repos:
        for word in "abc":
            await repos.outbox.add(PlainNotice(word), GUILD, NOW)

    assert [dispatch.announcement for dispatch in await take_all(store)] == [PlainNotice(word) for word in "abc"]


async def test_no_two_claim_the_same(store: Store) -> None:
    async with store.writing() as repos:
        for number in range(5):
            await repos.outbox.add(PlainNotice(str(number)), GUILD, NOW)

    taken = [dispatch for some in await asyncio.gather(*(take_all(store) for _ in range(12))) for dispatch in some]

    texts = [one.announcement.text for one in taken if isinstance(one.announcement, PlainNotice)]
    assert sorted(texts) == ["0", "1", "2", "3", "4"]


async def test_what_is_done_or_dropped_is_never_claimed_again(store: Store) -> None:
    done = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.done(done.id)
        await repos.outbox.free(done, NOW)
    dropped = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.drop(dropped.id, "the inbox is closed")
        await repos.outbox.free(dropped, NOW)
        for dispatch in (done, dropped):
            await repos.outbox.postpone(dispatch.id, NOW, "too late")
            await repos.outbox.posted(dispatch.id, MESSAGE)
        assert await repos.outbox.release_all() == 0
        await repos.outbox.make_due(GUILD, NOW)

    assert await claim(store) is None


async def test_a_postponed_dispatch_comes_back_with_its_error(store: Store) -> None:
    dispatch = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.postpone(dispatch.id, NOW + DAY, "Discord is down")
        await repos.outbox.free(dispatch, NOW)
    assert await claim(store) is None

    async with store.writing() as repos:
        again = await repos.outbox.claim(NOW + DAY, LEASE)
    assert again is not None
    assert (again.id, again.attempts, again.error, again.recheck) == (dispatch.id, 2, "Discord is down", True)


async def test_a_dispatch_is_looked_for_only_if_its_message_may_be_out(store: Store) -> None:
    dispatch = await claimed_notice(store)
    for days in (1, 2):
        async with store.writing() as repos:
            await repos.outbox.postpone(dispatch.id, NOW + days * DAY, "no channel", may_be_out=False)
            await repos.outbox.free(dispatch, NOW)
            again = await repos.outbox.claim(NOW + days * DAY, LEASE)
        assert again is not None
        assert (again.recheck, again.tried_at) == (False, NOW + days * DAY)

    async with store.writing() as repos:
        await repos.outbox.postpone(dispatch.id, NOW + 3 * DAY, "Discord is down")
        await repos.outbox.free(dispatch, NOW)
        again = await repos.outbox.claim(NOW + 3 * DAY, LEASE)
        assert again is not None
        assert (again.recheck, again.tried_at) == (True, NOW + 2 * DAY)
        await repos.outbox.postpone(dispatch.id, NOW + 4 * DAY, "no channel", may_be_out=False)
        await repos.outbox.free(dispatch, NOW)
        last = await repos.outbox.claim(NOW + 4 * DAY, LEASE)
    assert last is not None
    assert (last.recheck, last.tried_at) == (True, NOW + 2 * DAY), "it may still be out since then"


async def test_a_posted_dispatch_is_claimed_with_its_message(store: Store) -> None:
    dispatch = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.posted(dispatch.id, MESSAGE)
        await repos.outbox.free(dispatch, NOW)

    again = await claim(store)

    assert again is not None
    assert (again.id, again.state, again.message, again.attempts) == (dispatch.id, WorkState.CLAIMED, MESSAGE, 2)
    assert await claim(store) is None


async def test_a_posted_dispatch_keeps_its_message_when_postponed_and_when_released(store: Store) -> None:
    dispatch = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.posted(dispatch.id, MESSAGE)
        await repos.outbox.postpone(dispatch.id, NOW, "no reactions allowed")
        await repos.outbox.free(dispatch, NOW)

    again = await claim(store)
    assert again is not None
    assert (again.message, again.error) == (MESSAGE, "no reactions allowed")
    async with store.writing() as repos:
        assert await repos.outbox.release_all() == 1

    last = await claim(store)
    assert last is not None
    assert (last.id, last.message, last.recheck, last.attempts) == (dispatch.id, MESSAGE, True, 3)


async def test_the_state_of_a_ruling_as_it_goes(store: Store, case: Case) -> None:
    async def state() -> WorkState | None:
        async with store.reading() as repos:
            ruling = await repos.outbox.ruling_at(MESSAGE.message_id)
            return None if ruling is None else ruling.state

    async with store.writing() as repos:
        await repos.hearings.add(hearing(case.id))
        await repos.outbox.add(RulingAnnouncement(case.id, 1), GUILD, NOW)
    dispatch = await claim(store)
    assert dispatch is not None
    assert await state() is None
    async with store.writing() as repos:
        await repos.outbox.posted(dispatch.id, MESSAGE)
        await repos.outbox.free(dispatch, NOW)
    assert await state() is WorkState.POSTED
    assert await claim(store) is not None
    assert await state() is WorkState.CLAIMED
    async with store.writing() as repos:
        await repos.outbox.postpone(dispatch.id, NOW, "no reactions allowed")
        await repos.outbox.free(dispatch, NOW)
    assert await state() is WorkState.POSTED
    assert await claim(store) is not None
    async with store.writing() as repos:
        await repos.outbox.release_all()
    assert await state() is WorkState.POSTED
    async with store.writing() as repos:
        await repos.outbox.drop(dispatch.id, "the channel is gone")
        await repos.outbox.done(dispatch.id)
    assert await state() is WorkState.DROPPED


async def test_what_a_process_that_is_gone_had_claimed_is_released_to_be_rechecked(store: Store) -> None:
    cut_off = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.add(PlainNotice("untouched"), GUILD, NOW)
        assert await repos.outbox.release_all() == 1
        assert await repos.outbox.release_all() == 0

    first, second = await take_all(store)

    assert (first.id, first.recheck, first.message) == (cut_off.id, True, None)
    assert (second.announcement, second.recheck) == (PlainNotice("untouched"), False)


async def test_waking_makes_due_what_waits_in_the_guild_and_nothing_else(store: Store) -> None:
    posted = await claimed_notice(store)
    async with store.writing() as repos:
        outbox = repos.outbox
        await outbox.posted(posted.id, MESSAGE)
        await outbox.postpone(posted.id, NOW + DAY, "no reactions allowed")
        await outbox.free(posted, NOW)
        await outbox.add(PlainNotice("later"), GUILD, NOW + DAY)
        await outbox.add(PlainNotice("overdue"), GUILD, NOW - DAY)
        await outbox.add(PlainNotice("elsewhere"), OTHER_GUILD, NOW + DAY)
        await outbox.make_due(GUILD, NOW)

    assert [(dispatch.announcement, dispatch.due_at) for dispatch in await take_all(store)] == [
        (PlainNotice("a notice"), NOW),
        (PlainNotice("later"), NOW),
        (PlainNotice("overdue"), NOW),
    ]


async def test_waking_leaves_a_claimed_dispatch_to_its_worker(store: Store) -> None:
    dispatch = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.make_due(GUILD, NOW)
    assert await claim(store) is None

    async with store.writing() as repos:
        await repos.outbox.done(dispatch.id)
        assert await repos.outbox.release_all() == 0


async def test_a_ruling_is_found_by_its_message_and_no_other_kind_is(store: Store, case: Case) -> None:
    notice = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.posted(notice.id, MessageRef(1, 2))
        await repos.outbox.done(notice.id)
        await repos.outbox.free(notice, NOW)
        await repos.hearings.add(hearing(case.id))
        await repos.outbox.add(RulingAnnouncement(case.id, 1), GUILD, NOW)
    ruling = await claim(store)
    assert ruling is not None

    async with store.writing() as repos:
        assert await repos.outbox.ruling_at(MESSAGE.message_id) is None
        await repos.outbox.posted(ruling.id, MESSAGE)
        posted = await repos.outbox.ruling_at(MESSAGE.message_id)
        await repos.outbox.done(ruling.id)
    async with store.reading() as repos:
        done = await repos.outbox.ruling_at(MESSAGE.message_id)
        assert await repos.outbox.ruling_at(2) is None
        assert await repos.outbox.ruling_at(404) is None

    assert posted is not None
    assert (posted.id, posted.announcement, posted.message) == (ruling.id, RulingAnnouncement(case.id, 1), MESSAGE)
    assert done is not None
    assert (done.id, done.state, done.message) == (ruling.id, WorkState.DONE, MESSAGE)


OTHER = Lease("another process", NOW + DAY)
DISPATCH = Dispatch(1, TurnAnnouncement(1, 1), GUILD, NOW)


async def notices(store: Store, guild_id: int, *words: str) -> None:
    async with store.writing() as repos:
        for word in words:
            await repos.outbox.add(PlainNotice(word), guild_id, NOW)


def words_of(dispatches: Iterable[Dispatch | None]) -> list[str]:
    return [one.announcement.text for one in dispatches if one and isinstance(one.announcement, PlainNotice)]


async def test_lanes_take_turns(store: Store) -> None:
    await notices(store, GUILD, "a1", "a2", "a3")
    await notices(store, OTHER_GUILD, "b1", "b2")

    assert words_of(await take_all(store)) == ["a1", "b1", "a2", "b2", "a3"]


async def test_a_lane_delivers_one_at_a_time_and_the_others_meanwhile(store: Store, case: Case) -> None:
    await notices(store, GUILD, "a1", "a2")
    await notices(store, OTHER_GUILD, "b1")
    async with store.writing() as repos:
        await repos.outbox.add(Denial(case.id, FILER), GUILD, NOW)

    claimed = [await claim(store) for _ in range(4)]

    assert words_of(claimed) == ["a1", "b1"]
    assert claimed[3] is None
    assert [type(one.announcement) for one in claimed if one and one.announcement.place is Place.INBOX] == [Denial]


async def test_a_lane_that_was_closed_is_open_again_after_that_time(store: Store) -> None:
    await notices(store, GUILD, "a1", "a2")
    dispatch = await claim(store)
    assert dispatch is not None
    async with store.writing() as repos:
        await repos.outbox.postpone(dispatch.id, NOW + 3 * DAY, "Discord is down")
        await repos.outbox.free(dispatch, NOW, closed=DAY)
    await notices(store, GUILD, "a3")

    assert await take_all(store) == []
    assert await take_all(store, NOW + DAY - timedelta(microseconds=1)) == []
    assert words_of(await take_all(store, NOW + DAY)) == ["a2", "a3"]


async def test_lanes_that_failed_do_not_take_every_turn(store: Store) -> None:
    guilds = [GUILD + number for number in range(3)]
    later = NOW + DAY
    for guild in guilds:
        await notices(store, guild, f"{guild} first", f"{guild} second")
        dispatch = await claim(store)
        assert dispatch is not None
        async with store.writing() as repos:
            await repos.outbox.postpone(dispatch.id, later, "Discord is slow")
            await repos.outbox.free(dispatch, NOW, closed=timedelta(seconds=5))

    async def again() -> Dispatch | None:
        async with store.writing() as repos:
            return await repos.outbox.claim(later, Lease("again", later + DAY), failing=2)

    failing = [await again() for _ in guilds]
    assert words_of(failing) == [f"{GUILD} second", f"{GUILD + 1} second"], "the third has to wait"
    await notices(store, GUILD + 3, "innocent")
    assert words_of([await again()]) == ["innocent"]
    assert failing[0] is not None
    async with store.writing() as repos:
        await repos.outbox.free(failing[0], later, closed=DAY)
    assert words_of([await again()]) == [f"{GUILD + 2} second"]


async def test_waking_opens_a_lane(store: Store) -> None:
    await notices(store, GUILD, "a1", "a2")
    dispatch = await claim(store)
    assert dispatch is not None
    async with store.writing() as repos:
        await repos.outbox.postpone(dispatch.id, NOW + DAY, "no channel")
        await repos.outbox.free(dispatch, NOW, closed=DAY)
        assert await repos.outbox.make_due(OTHER_GUILD, NOW) == 0
        assert await repos.outbox.make_due(GUILD, NOW) == 2

    assert words_of(await take_all(store)) == ["a1", "a2"]


async def test_waking_does_not_open_a_lane_that_discord_limits(store: Store) -> None:
    await notices(store, GUILD, "a1")
    dispatch = await claim(store)
    assert dispatch is not None
    async with store.writing() as repos:
        await repos.outbox.postpone(dispatch.id, NOW + DAY, "rate limit")
        await repos.outbox.free(dispatch, NOW, limited=DAY)
        assert await repos.outbox.make_due(GUILD, NOW) == 1

    assert await take_all(store, NOW + DAY - timedelta(seconds=1)) == []
    assert words_of(await take_all(store, NOW + DAY)) == ["a1"]


async def test_a_process_does_not_take_its_own_lane_over(store: Store) -> None:
    await notices(store, GUILD, "a1")
    async with store.writing() as repos:
        assert await repos.outbox.claim(NOW, OTHER) is not None
        assert await repos.outbox.claim(NOW + 9 * DAY, OTHER) is None, "the clock may have jumped"
        assert await repos.outbox.claim(NOW + 9 * DAY, LEASE) is not None


async def test_a_dispatch_that_is_done_takes_no_notice_over(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        for session in (1, 2):
            await repos.hearings.add(hearing(case.id, session))
        first = await repos.outbox.add(RulingAnnouncement(case.id, 1), GUILD, NOW)
        await repos.outbox.postpone(first, NOW + DAY, "no channel", notice_id=77)
        second = await repos.outbox.add(RulingAnnouncement(case.id, 2), GUILD, NOW)
        await repos.outbox.done(second)
        waiting = await repos.outbox.get(first)
        assert waiting is not None
        assert await repos.outbox.supersede(waiting)
        kept, done = await repos.outbox.get(first), await repos.outbox.get(second)

    assert kept is not None
    assert done is not None
    assert (kept.notice_id, done.notice_id) == (77, None)


async def test_the_pace_of_a_lane_outlives_the_process(store: Store) -> None:
    pace, second = Pace(3, timedelta(seconds=30)), timedelta(seconds=1)

    async def post(now: datetime) -> int:
        posted = 0
        while True:
            async with store.writing() as repos:
                dispatch = await repos.outbox.claim(now, LEASE)
                if dispatch is None:
                    return posted
                await repos.outbox.done(dispatch.id)
                await repos.outbox.free(dispatch, now, pace=pace)
                posted += 1

    await notices(store, GUILD, *"abcdefgh")
    assert await post(NOW) == 3
    async with store.writing() as repos:
        await repos.outbox.release_all()
        await repos.outbox.make_due(GUILD, NOW)
    assert await post(NOW + 9 * second) == 0
    assert await post(NOW + 10 * second) == 1
    assert await post(NOW + 35 * second) == 2
    assert await post(NOW + DAY) == 2


async def test_a_claim_whose_lease_is_over_is_taken_over(store: Store) -> None:
    await notices(store, GUILD, "a1")
    async with store.writing() as repos:
        cut_off = await repos.outbox.claim(NOW, OTHER)
    assert cut_off is not None
    assert await claim(store) is None

    async with store.writing() as repos:
        again = await repos.outbox.claim(OTHER.until, LEASE)

    assert again is not None
    assert (again.id, again.recheck, again.tried_at) == (cut_off.id, True, NOW)


async def test_a_later_dispatch_of_the_same_kind_and_case_takes_over_what_moderators_know(
    store: Store, case: Case
) -> None:
    async with store.writing() as repos:
        for session in (1, 2, 3):
            await repos.hearings.add(hearing(case.id, session))
        ids = [
            await repos.outbox.add(announcement, GUILD, NOW)
            for announcement in (
                RulingAnnouncement(case.id, 1),
                TurnAnnouncement(case.id, 2),
                RulingAnnouncement(case.id, 2),
                RulingAnnouncement(case.id, 3),
            )
        ]
        await repos.outbox.postpone(ids[0], NOW, "no channel", notice_id=77)
        rows = [await repos.outbox.get(number) for number in ids]
        superseded = [row is not None and await repos.outbox.supersede(row) for row in rows]
        given, taken_over = await repos.outbox.get(ids[0]), await repos.outbox.get(ids[3])

    assert superseded == [True, False, True, False]
    assert given is not None
    assert given.notice_id is None
    assert taken_over is not None
    assert (taken_over.notice_id, taken_over.error) == (77, "no channel")
    async with store.reading() as repos:
        assert await repos.outbox.get(404) is None


async def test_only_a_dispatch_that_waits_too_long_is_brought_forward(store: Store) -> None:
    far = await claimed_notice(store)
    async with store.writing() as repos:
        await repos.outbox.posted(far.id, MESSAGE)
        await repos.outbox.postpone(far.id, NOW + 900 * DAY, "no reactions allowed")
        await repos.outbox.free(far, NOW, closed=900 * DAY, pace=Pace(1, 900 * DAY))
        await repos.outbox.add(PlainNotice("far"), GUILD, NOW + 900 * DAY)
        await repos.outbox.add(PlainNotice("soon"), GUILD, NOW + DAY)
        await repos.outbox.add(PlainNotice("now"), OTHER_GUILD, NOW)

        assert await repos.outbox.bring_forward(NOW + 2 * DAY) == 2
        assert await repos.outbox.bring_forward(NOW + 2 * DAY) == 0

    assert words_of(await take_all(store)) == ["now"]
    assert await take_all(store, NOW + DAY) == [], "the lane was closed, and is now until the latest time"
    assert words_of(await take_all(store, NOW + 2 * DAY)) == ["soon", "a notice", "far"]


async def test_what_waits_for_a_guild_is_parked_and_notices_of_the_moment_are_dropped(store: Store, case: Case) -> None:
    async with store.writing() as repos:
        await repos.outbox.add(StatementCard(case.id), GUILD, NOW + DAY)
        await repos.outbox.add(Denial(case.id, FILER), GUILD, NOW)
        await repos.outbox.add(PlainNotice("paused"), GUILD, NOW)
        await repos.outbox.add(PlainNotice("elsewhere"), OTHER_GUILD, NOW)
        assert await repos.outbox.park(GUILD) == 2
    assert words_of(await take_all(store)) == ["elsewhere"]

    async with store.writing() as repos:
        assert await repos.outbox.unpark(GUILD, NOW) == 2
        assert await repos.outbox.unpark(GUILD, NOW) == 0

    assert {type(one.announcement) for one in await take_all(store)} == {StatementCard, Denial}


USES: Uses = {
    "outbox.add": lambda repos: repos.outbox.add(TurnAnnouncement(1, 1), GUILD, NOW),
    "outbox.claim": lambda repos: repos.outbox.claim(NOW, LEASE, failing=1),
    "outbox.posted": lambda repos: repos.outbox.posted(1, MessageRef(1, 2)),
    "outbox.done": lambda repos: repos.outbox.done(1),
    "outbox.postpone": lambda repos: repos.outbox.postpone(1, NOW, "no"),
    "outbox.drop": lambda repos: repos.outbox.drop(1, "no"),
    "outbox.free": lambda repos: repos.outbox.free(DISPATCH, NOW, pace=Pace(2, DAY), closed=DAY),
    "outbox.get": lambda repos: repos.outbox.get(1),
    "outbox.supersede": lambda repos: repos.outbox.supersede(DISPATCH),
    "outbox.park": lambda repos: repos.outbox.park(GUILD),
    "outbox.unpark": lambda repos: repos.outbox.unpark(GUILD, NOW),
    "outbox.release_all": lambda repos: repos.outbox.release_all(),
    "outbox.make_due": lambda repos: repos.outbox.make_due(GUILD, NOW),
    "outbox.bring_forward": lambda repos: repos.outbox.bring_forward(NOW),
    "outbox.ruling_at": lambda repos: repos.outbox.ruling_at(2),
    "outbox.posted_in": lambda repos: repos.outbox.posted_in(GUILD, 1, 5),
}
"""A use of every method, whose statements `tests/storage/test_postgresql.py` compiles for PostgreSQL."""
