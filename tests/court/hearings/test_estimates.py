"""No hearing costs more than the ceiling that was set aside for it, whoever sits and whatever they answer."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from court.hearings.bridges import Former
from court.hearings.conduct import Conditions, HearingService
from court.hearings.estimates import estimate_due_hearing, estimate_hearing, highest_ceiling
from court.jury.costs import CHARACTERS_PER_TOKEN, SEARCH_RESULTS, SEARCHES, TURNS
from court.jury.model import Completion, Request
from court.jury.pool import Jury
from court.jury.prompts import PROMPT_VERSION
from court.jury.research import ResearchService
from court.models import Background, Ballot, ModelRef, Price, Source
from tests.court.samples import NOON, case
from tests.fakes.models import FakeModel, babbles, finds, rules, votes
from tests.fakes.world import FakeClock

# One vendor may be expensive for input and another for output, so either may be the more expensive one to ask.
prices = st.builds(Price, st.sampled_from([0.1, 3, 100]), st.sampled_from([0.1, 15, 20]), st.sampled_from([0, 0.01]))
answers = st.sampled_from([votes(), votes(Ballot.NO, reason="𠀀" * 400), babbles("?")])
seats = st.lists(st.tuples(prices, answers, st.booleans()), min_size=2, max_size=8)
statements = st.text("𠀀abc é", min_size=1, max_size=290).map(lambda text: f"Can AI {text}?")
CLOCK = FakeClock(NOON)
TODAY = NOON.date()


def expensive(step: Completion) -> Callable[[Request], Awaitable[Completion]]:
    """Answer with `step`, but read a token for every byte of quoted data and use every token that may be written."""

    async def answer(request: Request) -> Completion:
        read = len(request.system) // CHARACTERS_PER_TOKEN + len(request.user.encode())
        turns = TURNS if request.searching else 1
        return replace(
            step,
            tokens_in=turns * read + (turns * (turns + 1) // 2 * SEARCH_RESULTS if request.searching else 0),
            tokens_out=turns * request.max_tokens,
            searches=turns * SEARCHES if request.searching else 0,
        )

    return answer


def jury_of(drawn: Sequence[tuple[Price, Completion, bool]], panel_size: int, *, searching: bool) -> Jury:
    """Build a jury whose judge writes nothing usable, twice. Of three models or more, the last no longer sits."""
    numbers = count(1)
    known = {}
    models: list[FakeModel] = []
    for price, step, can_search in drawn:
        models.append(FakeModel(f"vendor{next(numbers)}/model", expensive(step), can_search=can_search))
        known[models[-1].ref] = price
    judge = FakeModel("judges/judge", expensive(babbles()))
    known[judge.ref] = Price(5, 25)
    everybody = {model.ref: model for model in models}
    pool = dict(list(everybody.items())[:-1]) if len(models) > 2 else everybody
    return Jury(pool, judge, panel_size, 5.0, searching=searching, tariff=known.get, finder=everybody.get)


@given(seats, st.integers(3, 7), st.booleans(), st.booleans(), st.integers(1, PROMPT_VERSION), statements, st.data())
async def test_no_hearing_costs_more_than_its_ceiling(
    drawn: list[tuple[Price, Completion, bool]],
    panel_size: int,
    searching: bool,
    searched: bool,
    version: int,
    statement: str,
    data: st.DataObject,
) -> None:
    jury = jury_of(drawn, panel_size, searching=searching)
    everybody = [ModelRef(f"vendor{number}", "model") for number in range(1, len(drawn) + 1)]
    former = data.draw(
        st.none() | st.builds(Former, st.just(tuple(everybody[-7:])), st.just(version), st.just(searched))
    )
    link = Source("A study", "https://example.org/study")
    known = data.draw(st.sampled_from([None, Background(1, 1, NOON, "𠀀" * 1_000, (link,) * 5, None)]))
    conditions = Conditions(former=former, background=known)
    heard = case(statement=statement)
    service = HearingService(jury, CLOCK, random.Random(data.draw(st.integers(0, 9))))

    hearing = await service.hold(heard, 1, None, conditions=conditions)

    assert hearing.usage.cost <= estimate_hearing(jury, heard, conditions, TODAY).ceiling


@given(drawn=seats, panel_size=st.integers(3, 7), statement=statements, searching=st.booleans())
def test_no_routine_hearing_has_a_ceiling_above_the_highest(
    drawn: Sequence[tuple[Price, Completion, bool]], panel_size: int, statement: str, searching: bool
) -> None:
    jury, asked = jury_of(drawn, panel_size, searching=searching), replace(case(), statement=statement)
    for researching in (False, True):
        highest = highest_ceiling(jury, TODAY, researching=researching)
        cost = estimate_due_hearing(jury, asked, Conditions(), TODAY, researching=researching)
        assert 0 < cost.ceiling <= highest


async def test_the_ceiling_covers_research_before_its_result_is_known() -> None:
    pages = [Source("A study", f"https://example.org/{number:0475}") for number in range(5)]
    found = finds("𠀀" * 1_000, [page.url for page in pages], pages)
    jurors = [FakeModel(f"vendor{number}/model", expensive(votes())) for number in range(3)]

    async def judge_or_researcher(request: Request) -> Completion:
        return await expensive(found if request.searching else rules())(request)

    judge = FakeModel("judges/judge", judge_or_researcher, can_search=True)
    pool = {juror.ref: juror for juror in jurors}
    jury = Jury(pool, judge, 3, 5.0, tariff=lambda _ref: Price(100, 0.1, 0.01))
    ceiling = estimate_due_hearing(jury, case(), Conditions(), TODAY, researching=True).ceiling

    background = await ResearchService(jury, CLOCK, random.Random(1), 30).research(case())
    assert background is not None
    assert len(background.sources) == 5
    hearing = await HearingService(jury, CLOCK, random.Random(1)).hold(
        case(), 1, None, conditions=Conditions(background=background)
    )

    cost = hearing.usage.cost + background.usage.cost
    assert estimate_due_hearing(jury, case(), Conditions(), TODAY, researching=False).ceiling < cost <= ceiling


def test_nothing_is_set_aside_for_models_that_are_not_asked() -> None:
    jurors = [FakeModel(f"vendor{number}/model", votes()) for number in range(3)]
    jury = Jury({juror.ref: juror for juror in jurors}, None, 3, 5.0, tariff=lambda _ref: Price(1, 1))
    alone = estimate_hearing(jury, case(), Conditions(), TODAY)
    gone = Former((ModelRef("gone", "model"),), 1)
    newer = Former((jurors[0].ref,), PROMPT_VERSION + 1)

    assert estimate_hearing(jury, case(), Conditions(former=gone), TODAY) == alone
    assert estimate_hearing(jury, case(), Conditions(former=newer), TODAY) == alone
    assert estimate_due_hearing(jury, case(), Conditions(), TODAY, researching=True) == alone, "nobody can search"
