"""Who writes the ruling: the judge if there is a verdict and the judge keeps to it, otherwise the plain template."""

from __future__ import annotations

import pytest

from court.errors import ModelTimeout, ModelUnavailable
from court.jury.model import Completion, Finish
from court.jury.pool import Jury
from court.jury.pseudonyms import draw_pseudonyms
from court.models import Ballot, Disposition, Hearing, ModelRef
from tests.court.house import House
from tests.court.samples import case
from tests.fakes.models import Step, babbles, hangs, is_cut_off, refuses, rules, votes

CASE = case("1B0C", "Can AI write a novel?")


async def hear(house: House, previous: Ballot | None = None) -> Hearing:
    return await house.hearings.hold(CASE, 3, previous)


async def test_the_judge_writes_the_ruling_under_fictional_names(house: House) -> None:
    hearing = await hear(house)

    assert hearing.ruling.finding == "The machine does it."
    assert hearing.ruling.narrator == house.judge.ref == ModelRef("judges", "judge")
    assert (hearing.ruling.presiding, hearing.ruling.clerk) == draw_pseudonyms("1B0C", 3)
    (asked,) = house.judge.asked
    assert asked.schema_name == "ruling"


@pytest.mark.parametrize(
    "step",
    [
        rules(Ballot.NO),
        rules("CANNOT_TELL"),
        rules(finding="As ChatGPT said, it works."),
        rules(quote="Claude saw it."),
        rules(opinion="x" * 2_000),
        refuses(),
        is_cut_off(),
        Completion(rules().text, Finish.LENGTH),
        babbles(),
        ModelUnavailable("the vendor answered 503"),
        ModelTimeout("too late"),
        RuntimeError("a fault of the adapter"),
    ],
)
async def test_if_the_judge_fails_the_template_is_used(house: House, step: Step) -> None:
    house.judge.script(step)

    hearing = await hear(house)

    assert (hearing.verdict, hearing.disposition) == (Ballot.YES, Disposition.FIRST_RULING)
    assert hearing.ruling.narrator is None
    assert hearing.ruling.finding == "AI available today does this reliably."
    assert (hearing.ruling.presiding, hearing.ruling.clerk) == draw_pseudonyms("1B0C", 3)


async def test_a_failure_is_in_the_log_for_the_host(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.judge.script(rules(Ballot.NO))
    house.seat(*house.jurors[:3], house.model("odd/juror", ZeroDivisionError()))
    await hear(house)

    logged = [record.getMessage() for record in caplog.records]
    assert "the adapter of odd/juror failed with ZeroDivisionError" in logged
    assert (
        "the judge judges/judge wrote no usable ruling (another verdict than the counted one): the template is used"
        in logged
    )


async def test_if_the_judge_never_answers_the_template_is_used(house: House) -> None:
    house.judge.script(hangs)
    house.seat(*house.jurors, timeout=0.02)

    assert (await hear(house)).ruling.narrator is None


async def test_without_a_judge_the_template_is_used(house: House) -> None:
    house.jury = Jury(house.jury.pool, None, panel_size=5, timeout=5.0)
    house.restart_services()

    assert (await hear(house)).ruling.narrator is None


async def test_a_mistrial_never_calls_the_judge(house: House) -> None:
    house.jury_says(votes(), votes(), votes(), ModelUnavailable("down"), ModelUnavailable("down"))

    hearing = await hear(house, previous=Ballot.YES)

    assert (hearing.verdict, hearing.confidence, hearing.margin) == (None, None, 0.0)
    assert hearing.disposition is Disposition.MISTRIAL
    assert house.judge.asked == []
    assert hearing.ruling.narrator is None


async def test_a_hung_jury_never_calls_the_judge(house: House) -> None:
    house.seat(house.jurors[0], house.model("other/juror", votes(Ballot.NO)))

    hearing = await hear(house, previous=Ballot.YES)

    assert (hearing.verdict, hearing.confidence) == (None, None)
    assert hearing.disposition is Disposition.HUNG_JURY
    assert house.judge.asked == []
