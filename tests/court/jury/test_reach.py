"""What cannot be asked because of a fault of the host, and who tries it again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from court.jury.reach import FIRST_TRY, LONGEST_WAIT, Reach
from court.models import HostFault, ModelRef
from tests.fakes.world import FakeClock

BIG, SMALL, OTHER = ModelRef("acme", "big"), ModelRef("acme", "small"), ModelRef("other", "one")
MINUTE = timedelta(minutes=1)


def failing(fault: HostFault | None = HostFault.KEY_REFUSED) -> ModelError:
    return ModelUnavailable("no", billed=False, fault=fault)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def reach(clock: FakeClock) -> Reach:
    return Reach(clock)


def ask(
    reach: Reach,
    ref: ModelRef,
    error: ModelError | None = None,
    *,
    ours: bool = True,
    meanwhile: ModelRef | None = None,
) -> str:
    """Ask a model that answers, or fails with `error`. Return what came of it, or of the one asked `meanwhile`."""
    other = None
    try:
        with reach.asking(ref, ours=ours):
            other = None if meanwhile is None else ask(reach, meanwhile, error)
            if error is not None:
                raise error
    except ModelError as raised:
        return other or str(raised)
    return "answered"


def test_a_fault_of_a_vendor_keeps_all_its_models_out_and_no_others(reach: Reach) -> None:
    assert ask(reach, BIG, failing()) == "no"
    assert ask(reach, SMALL) == ask(reach, BIG) == "not asked: key refused"
    assert ask(reach, OTHER) == "answered"
    assert [(one.subject, one.fault) for one in reach.outages] == [("acme", HostFault.KEY_REFUSED)]


def test_an_unknown_model_is_out_alone(reach: Reach) -> None:
    ask(reach, BIG, failing(HostFault.UNKNOWN_MODEL))
    assert (ask(reach, BIG), ask(reach, SMALL)) == ("not asked: unknown model", "answered")
    assert [one.subject for one in reach.outages] == ["acme/big"]
    (outage,) = reach.outages
    assert outage.covers(BIG)
    assert not outage.covers(SMALL)


def test_one_question_tries_again_and_the_wait_doubles_to_an_hour(reach: Reach, clock: FakeClock) -> None:
    ask(reach, BIG, failing())
    waits = []
    for _ in range(8):
        wait = reach.outages[0].again - clock.now()
        waits.append(wait)
        clock.advance(wait - timedelta(seconds=1))
        assert ask(reach, BIG) == "not asked: key refused"
        clock.advance(timedelta(seconds=1))
        assert reach.in_doubt(SMALL)
        assert ask(reach, BIG, failing(), meanwhile=SMALL) == "not asked: key refused", "it is being tried"
    assert waits == [minutes * MINUTE for minutes in (2, 4, 8, 16, 32, 60, 60, 60)]
    assert (waits[0], waits[-1]) == (FIRST_TRY, LONGEST_WAIT)
    assert len(reach.news.found) == 1, "it is news once"


def test_questions_that_were_under_way_together_count_once(reach: Reach, clock: FakeClock) -> None:
    ask(reach, BIG, failing(), meanwhile=SMALL)
    assert [one.again - clock.now() for one in reach.outages] == [FIRST_TRY]


@pytest.mark.parametrize("error", [None, failing(None)])
def test_any_other_answer_ends_it(reach: Reach, clock: FakeClock, error: ModelError | None) -> None:
    ask(reach, BIG, failing())
    reach.forget(reach.news)
    clock.advance(FIRST_TRY)
    ask(reach, SMALL, error)
    assert (reach.outages, set(reach.news.ended)) == ((), {"acme"})
    assert ask(reach, BIG) == "answered"
    reach.forget(reach.news)
    assert (reach.news.found, reach.news.ended) == ((), frozenset())


def test_what_ended_before_it_was_told_is_no_news_of_an_outage(reach: Reach, clock: FakeClock) -> None:
    ask(reach, BIG, failing())
    clock.advance(FIRST_TRY)
    ask(reach, BIG)
    assert reach.news.found == ()


def test_silence_ends_nothing(reach: Reach, clock: FakeClock) -> None:
    ask(reach, BIG, failing(HostFault.UNREACHABLE))
    clock.advance(FIRST_TRY)
    assert ask(reach, BIG, ModelTimeout("no answer within 5 s")) == "no answer within 5 s"
    assert ask(reach, BIG) == "not asked: unreachable"


def test_an_answer_that_was_under_way_when_the_fault_began_ends_nothing(reach: Reach) -> None:
    with reach.asking(SMALL, ours=True):
        ask(reach, BIG, failing(HostFault.NO_CREDIT))
    assert ask(reach, BIG) == "not asked: no credit"


def test_a_vendor_that_knows_only_the_model_not_is_in_again(reach: Reach, clock: FakeClock) -> None:
    ask(reach, BIG, failing())
    clock.advance(FIRST_TRY)
    ask(reach, BIG, failing(HostFault.UNKNOWN_MODEL))
    assert ask(reach, SMALL) == "answered"
    assert ask(reach, BIG) == "not asked: unknown model"
    assert reach.news.ended == {"acme"}


def test_another_fault_is_news_and_begins_anew(reach: Reach, clock: FakeClock) -> None:
    ask(reach, BIG, failing(HostFault.UNREACHABLE))
    clock.advance(FIRST_TRY)
    ask(reach, BIG, failing())
    assert [one.fault for one in reach.outages] == [HostFault.KEY_REFUSED]
    assert [one.fault for one in reach.news.found] == [HostFault.UNREACHABLE, HostFault.KEY_REFUSED]
    assert reach.outages[0].again == clock.now() + FIRST_TRY


def test_a_cancelled_try_is_made_again_after_the_doubled_wait(reach: Reach, clock: FakeClock) -> None:
    ask(reach, BIG, failing())
    clock.advance(FIRST_TRY)
    with pytest.raises(KeyboardInterrupt), reach.asking(BIG, ours=True):
        raise KeyboardInterrupt
    assert ask(reach, BIG) == "not asked: key refused"
    clock.advance(2 * FIRST_TRY)
    assert ask(reach, BIG) == "answered"


def test_a_model_that_no_longer_sits_tries_nothing_and_its_faults_are_nobodys(reach: Reach, clock: FakeClock) -> None:
    assert ask(reach, BIG, failing(), ours=False) == "no"
    assert reach.outages == ()
    ask(reach, BIG, failing())
    clock.advance(FIRST_TRY)
    assert ask(reach, SMALL, ours=False) == "not asked: key refused"
    assert reach.in_doubt(BIG), "it is left to today's jury to try it"
    assert ask(reach, OTHER, ours=False) == "answered"


def test_when_enough_may_be_asked_again(reach: Reach, clock: FakeClock) -> None:
    models = [ModelRef(f"vendor{number}", "m") for number in range(5)]
    assert reach.next_quorum(models, 4) is None
    ask(reach, models[0], failing())
    assert reach.next_quorum(models, 4) is None
    clock.advance(MINUTE)
    ask(reach, models[1], failing())
    ask(reach, models[2], failing())
    assert reach.next_quorum(models, 3) == clock.now() + MINUTE, "the first is due then"
    assert reach.next_quorum(models, 4) == reach.next_quorum(models, 5) == clock.now() + FIRST_TRY
    assert reach.next_quorum(models, 9) is None, "there never were so many"
    assert reach.next_try(models) == clock.now() + MINUTE
    assert reach.next_try(models[3:]) == clock.now() + FIRST_TRY
    reach.try_all()
    assert reach.next_quorum(models, 5) is None


def test_what_the_record_doubts_is_news_when_it_answers(reach: Reach) -> None:
    reach.doubt({"acme", "acme/small", "other"})
    ask(reach, BIG, failing())
    ask(reach, OTHER, ours=False)
    assert reach.news.ended == frozenset()
    ask(reach, SMALL)
    assert reach.news.ended == frozenset(), "its vendor is out"
    reach.try_all()
    ask(reach, SMALL)
    assert reach.news.ended == {"acme", "acme/small"}


def test_two_that_answer_at_the_same_time_end_it_once(reach: Reach) -> None:
    ask(reach, BIG, failing())
    reach.try_all()
    with reach.asking(BIG, ours=True):
        reach.try_all()
        assert ask(reach, SMALL) == "answered"
    assert (reach.outages, set(reach.news.ended)) == ((), {"acme"})
