"""A year of weekly sessions, held in a moment."""

from __future__ import annotations

from court.docket.lookup import HISTORY
from court.models import Ballot, Disposition, Holding, Tally
from tests.court.house import GUILD, VERDICT_CHANNEL, WEEK, House
from tests.fakes.models import rules, votes

WEEKS = 52
TURN = 27
"""The first session in which the jury holds YES."""


async def test_a_year_of_sessions(house: House) -> None:
    case = await house.docketed()
    opened = house.clock.now()

    for session in range(1, WEEKS + 1):
        ballot = Ballot.NO if session < TURN else Ballot.YES
        house.jury_says(votes(ballot, 0.93))
        house.judge.script(rules(ballot))
        assert await house.hold_all() == 1
        await house.deliver_all()
        house.clock.advance(WEEK)

    sessions = await house.sessions(case)
    assert [held.session for held in sessions] == list(range(1, WEEKS + 1))
    assert [held.closed_at - opened for held in sessions] == [WEEK * week for week in range(WEEKS)]
    assert [held.disposition for held in sessions] == [
        Disposition.FIRST_RULING,
        *[Disposition.REAFFIRMED] * (TURN - 2),
        Disposition.OVERTURNED,
        *[Disposition.REAFFIRMED] * (WEEKS - TURN),
    ]
    assert all(held.ruling.narrator == house.judge.ref for held in sessions)

    announced = [post.overview for post in house.courier.rulings]
    assert {post.ref.channel_id for post in house.courier.rulings} == {VERDICT_CHANNEL}
    assert [overview.hearing for overview in announced] == sessions
    assert all(house.courier.opened[post.ref] == 1 for post in house.courier.rulings)

    overview = await house.lookup.find(GUILD, case.number)
    assert overview.history == tuple(sessions[-HISTORY:])
    assert overview.standing.lifetime == Tally(yes=26 * 5, no=26 * 5)
    assert overview.standing.tally == Tally(yes=26 * 5)
    assert (overview.standing.holding, overview.standing.term, overview.standing.since) == (Holding.YES, 2, TURN)
    (post,) = house.courier.turns
    turn = post.overview.turn
    assert turn is not None
    assert (turn.began, turn.session) == (TURN, TURN + 2), "two sessions raise the alarm, a retrial confirms it"


async def test_the_standing_after_every_week(house: House) -> None:
    case = await house.docketed()
    seen: list[tuple[Holding, Ballot | None]] = []
    for ballot in [Ballot.NO] * 4 + [Ballot.YES] * 4:
        house.jury_says(votes(ballot, 0.93))
        await house.hold_all()
        standing = (await house.lookup.find(GUILD, case.number)).standing
        seen.append((standing.holding, standing.leaning))
        house.clock.advance(WEEK)

    assert seen[:4] == [(Holding.NO, None)] * 4
    assert seen[4] == (Holding.NO, None), "4 of 5 sessions are 80 %"
    assert seen[5] == (Holding.DISPUTED, Ballot.NO), "an alarm is not a turn yet"
    assert seen[6:] == [(Holding.YES, None)] * 2, "the retrial concurred"


async def test_a_process_that_was_down_for_a_year_holds_one_session_and_continues_weekly(house: House) -> None:
    case = await house.heard()
    house.clock.advance(WEEK * WEEKS)

    assert await house.hold_all() == 1

    async with house.store.reading() as repos:
        assert await repos.hearing_queue.next_due(case.id) == house.clock.now() + WEEK
    assert len(await house.sessions(case)) == 2
