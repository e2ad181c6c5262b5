"""`/setup schedule` and `/setup budget`: an admin sets how often cases are heard and what that may cost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from discord.utils import format_dt
from simcord import Env

from court.models import GuildSettings
from tests.discord.town import House, Town, private_answer, read, shown
from tests.fakes.world import LEASE

AUTOMATIC = "Cases are heard again within about three months, sooner if the jury was less sure."
NO_CASES = "No case is on the docket yet. Hearings cost nothing."
IN_UTC = "-# Days and months are in UTC. At a cap, hearings pause and later resume by themselves."


async def settings(town: Town) -> GuildSettings:
    return await town.house.services.servers.show(town.guild.id)


async def schedule(town: Town, **options: int) -> str:
    return private_answer(await town.admin.slash(town.square, "setup schedule", **options))


async def budget(town: Town, **options: float) -> str:
    return private_answer(await town.admin.slash(town.square, "setup budget", **options))


async def test_schedule_shows_what_is_set(empty_town: Town) -> None:
    assert await schedule(empty_town) == f"{AUTOMATIC}\n{NO_CASES}"

    await empty_town.house.services.servers.fix_interval(empty_town.guild.id, 30)

    assert await schedule(empty_town) == f"Cases are heard again every 30 days.\n{NO_CASES}"


@pytest.mark.parametrize(("days", "words"), [(1, "every day"), (2, "every 2 days"), (90, "every 90 days")])
async def test_schedule_is_fixed_and_says_when_it_starts_to_apply(town: Town, days: int, words: str) -> None:
    assert await schedule(town, days=days) == (
        f"**Saved.** Cases are heard again {words}.\n"
        "This counts from each case's next hearing. Hearings that are already scheduled keep their dates.\n"
        f"Retrials, and new hearings after a mistrial, can come sooner.\n{NO_CASES}"
    )
    assert (await settings(town)).interval_days == days


async def test_schedule_goes_back_to_the_courts_own_rule(town: Town) -> None:
    assert f"**Saved.** {AUTOMATIC}\n" in await schedule(town, days=0)
    assert (await settings(town)).interval_days is None


async def test_automatic_is_suggested_by_its_name(town: Town) -> None:
    everything = await town.admin.autocomplete(town.square, "setup schedule", "days", "")
    automatic = await town.admin.autocomplete(town.square, "setup schedule", "days", "Auto")
    fortnight = await town.admin.autocomplete(town.square, "setup schedule", "days", "14")

    other = await town.admin.autocomplete(town.square, "setup schedule", "days", "3")
    nonsense = await town.admin.autocomplete(town.square, "setup schedule", "days", "99")

    assert other == [{"name": "every 3 days", "value": 3}, {"name": "every 30 days", "value": 30}]
    assert nonsense == []
    assert everything[:2] == [{"name": "automatic", "value": 0}, {"name": "every day", "value": 1}]
    assert automatic == [{"name": "automatic", "value": 0}]
    assert fortnight == [{"name": "every 14 days", "value": 14}]


async def test_budget_shows_what_is_set_and_spent(town: Town) -> None:
    await town.filed()
    await town.spend(1_200_000)
    town.house.clock.advance(days=1)
    await town.spend(423_000)

    assert await budget(town) == "\n".join(
        [
            "**What hearings may cost here**",
            "Today: $0.42 spent, no cap",
            "This month: $1.62 spent, no cap",
            IN_UTC,
        ]
    )


async def test_budget_says_what_waits_for_tomorrow(town: Town) -> None:
    case = await town.filed()
    tomorrow = town.house.clock.now() + timedelta(days=1)
    async with town.house.store.writing() as repos:
        await repos.hearing_queue.schedule(case.id, town.house.clock.now())
        due_hearing = await repos.hearing_queue.claim(town.house.clock.now(), LEASE)
        assert due_hearing is not None
        await repos.hearing_queue.adjourn(due_hearing.id, tomorrow)

    assert f"⏸ Paused by a cap: 1 hearing waits. Next try: {format_dt(tomorrow, 'R')}" in await budget(town)


async def test_caps_are_set_one_by_one_and_removed(town: Town) -> None:
    assert await budget(town, daily_usd=0.5, monthly_usd=10) == "\n".join(
        [
            "**Saved. What hearings may cost here:**",
            "Today: $0.00 of $0.50, $0.50 left",
            "This month: $0.00 of $10.00, $10.00 left",
            IN_UTC,
            "Hearings that a cap had paused are tried again now.",
        ]
    )
    assert ((await settings(town)).daily_cap, (await settings(town)).monthly_cap) == (500_000, 10_000_000)

    assert "Today: $0.00 spent, no cap\nThis month: $0.00 of $10.00" in await budget(town, daily_usd=0)


@pytest.mark.parametrize(
    ("usd", "millionths"), [(0.01, 10_000), (0.07, 70_000), (0.29, 290_000), (1.1, 1_100_000), (1e6, 10**12)]
)
async def test_cents_are_kept_to_the_cent(town: Town, usd: float, millionths: int) -> None:
    await budget(town, daily_usd=usd)

    assert (await settings(town)).daily_cap == millionths


@pytest.mark.parametrize(
    "options", [{"daily_usd": 0.001}, {"monthly_usd": 0.505}, {"daily_usd": 1, "monthly_usd": 1e-9}]
)
async def test_fraction_of_a_cent_is_refused_and_nothing_is_changed(town: Town, options: dict[str, Any]) -> None:
    before = await settings(town)

    assert await budget(town, **options) == "Nothing was changed: write caps in dollars and whole cents, such as 0.50."
    assert await settings(town) == before


async def test_hearing_that_a_cap_adjourned_is_held_once_the_cap_is_raised(town: Town) -> None:
    await town.docketed()
    async with town.house.store.writing() as repos:
        due_hearing = await repos.hearing_queue.claim(town.house.clock.now(), LEASE)
        assert due_hearing is not None
        await repos.hearing_queue.adjourn(due_hearing.id, town.house.clock.now() + timedelta(hours=12))
    assert not await town.house.queue.hold_next()

    await budget(town, daily_usd=5)

    assert await town.house.queue.hold_next()


class TestWithAHostWhoCaps:
    """The host lets every server spend one dollar per day."""

    @pytest.fixture
    def host(self) -> dict[str, Any]:
        return {"server_caps": (Decimal(1), None)}

    async def test_hosts_cap_is_named_if_it_is_the_lower_one(self, simcord_env: Env, house: House) -> None:
        town = Town(simcord_env, house)

        assert "Today: $0.00 of $1.00 (the host's cap), $1.00 left" in await budget(town, daily_usd=5)
        assert "Today: $0.00 of $0.20, $0.20 left" in await budget(town, daily_usd=0.2)


class TestWithAModelWithoutAPrice:
    """The prices of four of the jury's models are unknown."""

    @pytest.fixture
    def host(self) -> dict[str, Any]:
        return {"unpriced": [f"acme/judge_{number}" for number in range(1, 5)]}

    async def test_admin_and_moderator_see_that_caps_cannot_be_kept(self, simcord_env: Env, house: House) -> None:
        town = Town(simcord_env, house)
        await town.set_up()
        warning = (
            "⚠ Caps cannot be kept: no price is known for acme/judge\\_1, acme/judge\\_2, acme/judge\\_3, 1 more model"
            ", so their cost is not counted. The host of this bot can set prices with `PRICES`."
        )

        assert (await budget(town, daily_usd=5)).split("\n")[-1] == warning
        assert warning in private_answer(await town.moderator.slash(town.square, "court stats"))
        assert "price" not in read(shown(await town.member.slash(town.square, "court stats")))


class TestAssumedPrices:
    """Two of the jury's models count at the highest known prices."""

    @pytest.fixture
    def host(self) -> dict[str, Any]:
        return {"assumed": 2}

    async def test_admin_and_moderator_see_that_the_real_cost_may_be_lower(
        self, simcord_env: Env, house: House
    ) -> None:
        town = Town(simcord_env, house)
        await town.set_up()
        line = (
            "No price is known for vendor1/model, vendor2/model; they count at the highest known prices, so the real "
            "cost may be lower. The host of this bot can set prices with `PRICES`."
        )

        assert (await budget(town)).split("\n")[-1] == line
        assert line in private_answer(await town.moderator.slash(town.square, "court stats"))
        assert "price" not in read(shown(await town.member.slash(town.square, "court stats")))
