"""What `/setup schedule` says that a schedule means."""

from __future__ import annotations

import pytest

from cogs.server.forecast_text import forecast_lines
from court.hearings.budget import Limit
from court.hearings.forecast import Forecast
from court.jury.costs import Estimate
from court.models import CapPeriod
from tests.discord.town import Town, private_answer

COUNTED = "-# A month is 30 days here. Retrials and other extra hearings are not counted."
COST = Estimate(1_100_000, 4_400_000)


def first(cases: int, days: int | None, hearings: float, month: Estimate | None = COST) -> str:
    return forecast_lines(Forecast(cases, days, hearings, Estimate(1, 2), month), seated=True)[0]


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (
            first(17, 7, 72.9),
            "**17 cases every 7 days ≈ 73 hearings a month**, at most $4.40 and usually about $1.10.",
        ),
        (first(1, 1, 30), "**1 case every day ≈ 30 hearings a month**, at most $4.40 and usually about $1.10."),
        (first(1, 30, 1), "**1 case every 30 days ≈ 1 hearing a month**, at most $4.40 and usually about $1.10."),
        (
            first(1, 90, 1 / 3),
            "**1 case every 90 days ≈ less than 1 hearing a month**, at most $4.40 and usually about $1.10.",
        ),
        (
            first(1_700, None, 2_345.6),
            "**1,700 cases by the court's own rule: about 2,346 hearings a month**, at most $4.40 and usually about "
            "$1.10.",
        ),
        (first(2, 30, 2, Estimate()), "**2 cases every 30 days ≈ 2 hearings a month**, at no cost."),
        (first(2, 30, 2, None), "**2 cases every 30 days ≈ 2 hearings a month**."),
    ],
)
def test_a_schedule_is_put_into_hearings_and_money(found: str, line: str) -> None:
    assert found == line


@pytest.mark.parametrize(
    ("limit", "line"),
    [
        (
            Limit(100_000, CapPeriod.DAY, of_host=False),
            "The cap of $0.10 a day allows only $3.00 a month. At the cap, hearings wait.",
        ),
        (
            Limit(100_000, CapPeriod.DAY, of_host=True),
            "The host's cap of $0.10 a day allows only $3.00 a month. At the cap, hearings wait.",
        ),
        (
            Limit(2_500_000, CapPeriod.MONTH, of_host=False),
            "The cap of $2.50 a month is less. At the cap, hearings wait.",
        ),
        (
            Limit(2_500_000, CapPeriod.MONTH, of_host=True),
            "The host's cap of $2.50 a month is less. At the cap, hearings wait.",
        ),
    ],
)
def test_a_cap_that_allows_less_is_named(limit: Limit, line: str) -> None:
    found = Forecast(17, 7, 72.9, COST, COST, limit)

    assert forecast_lines(found, seated=True)[1:] == [line, COUNTED]


def test_an_empty_docket_is_told_what_a_hearing_costs() -> None:
    nothing = "No case is on the docket yet."
    paid, free, unknown = (Forecast(0, 7, 0, cost, cost and Estimate()) for cost in (COST, Estimate(), None))

    assert forecast_lines(paid, seated=True) == [f"{nothing} A hearing costs at most $4.40 and usually about $1.10."]
    assert forecast_lines(free, seated=True) == [f"{nothing} Hearings cost nothing."]
    assert forecast_lines(unknown, seated=False) == [nothing]


async def test_an_admin_reads_it_when_the_schedule_is_shown_and_changed(town: Town) -> None:
    await town.docketed()

    shown = private_answer(await town.admin.slash(town.square, "setup schedule"))
    changed = private_answer(await town.admin.slash(town.square, "setup schedule", days=15))

    assert shown == "\n".join(
        [
            "Cases are heard again every 7 days.",
            "**1 case every 7 days ≈ 4 hearings a month**, at no cost.",
            COUNTED,
        ]
    )
    assert changed.split("\n")[3] == "**1 case every 15 days ≈ 2 hearings a month**, at no cost."


class TestWithoutAPrice:
    """The price of one of the jury's models is unknown."""

    @pytest.fixture
    def host(self) -> dict[str, object]:
        return {"unpriced": ["acme/model_1", "acme/model_2"]}

    async def test_it_says_that_the_cost_is_not_known(self, town: Town) -> None:
        await town.docketed()

        lines = private_answer(await town.admin.slash(town.square, "setup schedule")).split("\n")

        assert lines[1:3] == [
            "**1 case every 7 days ≈ 4 hearings a month**.",
            "What they may cost is not known, because no price is known for a model of the jury; `/setup budget` names "
            "it.",
        ]


class TestWithoutAJury:
    """The host has configured no models."""

    @pytest.fixture
    def host(self) -> dict[str, object]:
        return {"vacancy": "no jury: name two models in JURORS", "seats": 0}

    async def test_it_says_that_cases_wait_and_names_no_cost(self, town: Town) -> None:
        await town.docketed()

        lines = private_answer(await town.admin.slash(town.square, "setup schedule")).split("\n")

        assert lines[1] == "**1 case every 7 days ≈ 4 hearings a month**."
        assert lines[-1] == "⚠ Approved cases have to wait: no jury: name two models in JURORS"
        assert not any("cost" in line for line in lines)
