"""`/court` tells members what the court is and what it has done, and moderators what it cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from simcord import Env

from cogs.server.statistics_card import VENDORS, statistics_card
from court.errors import StorageError
from court.models import Disposition, Outcome, Statistics, Usage
from court.servers.statistics import BudgetReport, Report, Spending
from tests.discord.rulings.samples import lines
from tests.discord.town import House, Town, private_answer, read, shown
from tests.fakes.models import refuses, votes
from tests.fakes.world import NOON

YES = votes()


async def about(town: Town) -> str:
    return private_answer(await town.member.slash(town.square, "court about"))


async def test_about_tells_how_a_case_goes_and_what_the_answers_mean(town: Town) -> None:
    text = await about(town)

    assert text.startswith("### The Court of AI Capability\n")
    for words in ("`/ask`", "**Yes**", "**Almost**", "**In research**", "**No**"):
        assert words in text
    for words in ("**Panel confidence**", "**Standing**", "**Inflection**", "**Jury changed**"):
        assert words in text
    assert "**What the court cannot promise**" in text
    assert "`docs/methodology.md`" in text
    assert "http" not in text


async def test_about_counts_who_sits_and_names_nobody(town: Town) -> None:
    text = await about(town)

    assert "**Who is on the jury**\n5 jurors, drawn at random for each hearing from 5 models of 5 families." in text
    assert "vendor" not in text


async def test_about_tells_moderators_alone_which_names_float(town: Town) -> None:
    for juror in town.house.jurors[:2]:
        juror.script(replace(votes(), served="model-`2026`-01"))
    town.house.jurors[2].script(replace(votes(), served="model"))
    await town.heard()

    told = private_answer(await town.moderator.slash(town.square, "court about"))

    assert "**Names that float** (only moderators see this)" in told
    first = town.house.jurors[0].ref
    assert rf"- {first}: model-\`2026\`-01 has answered since <t:{NOON.timestamp():.0f}:D>" in told
    assert str(town.house.jurors[2].ref) not in told
    assert "float" not in await about(town)


async def test_about_tells_when_cases_are_heard_again_here(empty_town: Town) -> None:
    town = empty_town
    assert "5. The case is heard again within about three months, sooner if the jury was less sure." in await about(
        town
    )

    await town.house.services.servers.fix_interval(town.guild.id, 14)

    assert "5. The case is heard again every 14 days." in await about(town)


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ({"seats": 0}, "Nobody at the moment. Approved cases wait until the host of this bot has set up a jury."),
        (
            {"rehearsal": True},
            "🎭 This is a rehearsal: the jurors are scripted, and nothing here is an AI model's opinion.",
        ),
    ],
    ids=["vacancy", "rehearsal"],
)
async def test_about_says_when_no_models_sit(simcord_env: Env, house: House, words: str) -> None:
    assert f"**Who is on the jury**\n{words}" in await about(Town(simcord_env, house))


async def test_numbers_are_private_once_the_channel_has_had_ten_cards(town: Town) -> None:
    for member in (town.member, town.other):
        for _ in range(5):
            assert not shown(await member.slash(town.square, "court stats")).ephemeral
    newcomer = town.guild.add_member(town.env.create_user("kathleen"))

    assert shown(await newcomer.slash(town.square, "court stats")).ephemeral
    assert private_answer(await town.member.slash(town.square, "court stats")).startswith("Not so fast")
    assert town.refusals() == ["TooFast"]


async def test_members_see_public_numbers_and_no_money(town: Town) -> None:
    await town.heard()
    await town.docketed("Can AI drive a taxi?")

    result = await town.member.slash(town.square, "court stats")

    assert not shown(result).ephemeral
    (hearing,) = await town.sessions()
    assert hearing.usage.tokens_in > 0
    assert read(shown(result)).split("\n") == [
        "### The court in numbers",
        "-# Since the beginning",
        "2 cases on the docket · 1 hearing",
        "first ruling\xa01",
        "**5 seats**",
        "5 voted",
        "**Failures by vendor**, out of its seats",
        *(f"vendor{number}: 0 of 1" for number in range(1, 6)),
        f"**Tokens**: {hearing.usage.tokens_in:,} read, {hearing.usage.tokens_out:,} written",
    ]


@pytest.mark.parametrize("who", ["moderator", "admin"])
async def test_only_moderators_and_admins_see_the_money(town: Town, who: str) -> None:
    await town.heard()
    await town.spend(1_234_567)
    await town.house.services.servers.cap(town.guild.id, daily=2_000_000)

    result = await getattr(town, who).slash(town.square, "court stats")

    text = private_answer(result)
    assert "**Money**: " in text
    assert "Today: $1.23 of $2.00, $0.77 left\nThis month: $1.23 spent, no cap" in text
    assert town.square.history(viewer=town.member) == []


async def test_before_the_first_hearing_there_is_little_to_count(town: Town) -> None:
    assert read(shown(await town.member.slash(town.square, "court stats"))).split("\n") == [
        "### The court in numbers",
        "-# Since the beginning",
        "0 cases on the docket · 0 hearings",
    ]


async def test_only_the_given_days_are_counted(town: Town) -> None:
    await town.heard()
    town.house.clock.advance(days=30)

    text = read(shown(await town.member.slash(town.square, "court stats", days=7)))

    since = int(town.house.clock.now().timestamp()) - 7 * 86_400
    assert f"-# Since <t:{since}:D>\n1 case on the docket · 0 hearings" in text
    assert "seats" not in text


async def test_failures_are_counted_by_vendor(town: Town) -> None:
    await town.heard()
    await town.hear_again(YES, refuses(), YES, YES, YES)

    text = read(shown(await town.member.slash(town.square, "court stats")))

    assert "9 voted · 1 refused" in text
    assert text.count(": 1 of 2 (1 refused)") == 1
    assert text.count(": 0 of 2") == 4


async def test_failing_database_is_reported_in_private(town: Town) -> None:
    town.house.store.fail("statistics.statistics", StorageError("disk gone"))

    assert "cannot be read or written" in private_answer(await town.member.slash(town.square, "court stats"))
    assert town.refusals() == ["StorageError"]


async def test_slow_money_is_never_public(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogs.ui.replies.PATIENCE", 0.0)
    await town.heard()

    result = await town.moderator.slash(town.square, "court stats")

    assert "**Money**" in private_answer(result)
    assert town.square.history(viewer=town.member) == []


def report(statistics: Statistics, budget: BudgetReport | None = None, since: datetime | None = None) -> list[str]:
    return lines(statistics_card(Report(statistics, since, budget)))


def test_calls_without_a_price_are_mentioned() -> None:
    budget = BudgetReport(Spending(0, None), Spending(5_000, 1_000_000, by_host=True))
    statistics = Statistics(1, {Disposition.MISTRIAL: 1}, {"ollama": {Outcome.BALLOT: 3}}, Usage(1, 2, 420_000, 3))

    assert report(statistics, budget)[-5:] == [
        "**Money**: $0.42 for everything above",
        "⚠ 3 calls have no known price and are not included",
        "Today: $0.00 spent, no cap",
        "This month: $0.005 of $1.00 (the host's cap), $0.99 left",
        "-# Days and months are in UTC. Only moderators see the money.",
    ]
    assert not any("$" in line or "price" in line for line in report(statistics))


def test_vendors_are_listed_by_size_and_their_failures_by_cause() -> None:
    seats = {
        "small": {Outcome.TIMEOUT: 1},
        "big": {Outcome.BALLOT: 1_500, Outcome.ABSTAINED: 9, Outcome.TIMEOUT: 2, Outcome.INVALID: 1},
    }
    text = report(Statistics(0, {Disposition.REAFFIRMED: 500, Disposition.HUNG_JURY: 2}, seats))

    assert text[2:] == [
        "0 cases on the docket · 502 hearings",
        "reaffirmed\xa0500 · hung jury\xa02",
        "**1,513 seats**",
        "1,500 voted · 9 abstained · 1 was unreadable · 3 timed out",
        "**Failures by vendor**, out of its seats",
        "big: 3 of 1,512 (1 was unreadable, 2 timed out)",
        "small: 1 of 1 (1 timed out)",
        "**Tokens**: 0 read, 0 written",
    ]


def test_longest_statistics_fit() -> None:
    many = 10**9
    outcomes = dict.fromkeys(Outcome, many)
    seats = {f"{'*' * 60}{number}": outcomes for number in range(VENDORS + 7)}
    statistics = Statistics(many, dict.fromkeys(Disposition, many), seats, Usage(*[10**15] * 4))
    spending = Spending(10**15, 10**15, by_host=True)

    card = statistics_card(Report(statistics, NOON, BudgetReport(spending, spending)))

    assert card.content_length() <= 4_000
    assert "-# and 7 more vendors" in lines(card)
