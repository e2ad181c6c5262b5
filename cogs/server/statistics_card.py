"""The card of `/court stats`: what the court of a guild has done, in numbers."""

from __future__ import annotations

from collections.abc import Mapping

from discord.utils import format_dt

from cogs.server.budget_text import budget_lines, price_lines
from cogs.ui.labels import BRASS, NO_BREAK, disposition_label, outcome_label
from cogs.ui.layout import Card, Item, framed, rule, text
from cogs.ui.texts import _, ngettext, plain
from court.models import Disposition, Outcome, Statistics, dollars
from court.servers.statistics import BudgetReport, Report

VENDORS = 12
"""Vendors listed on a card: those with the most seats."""

NAME_LIMIT = 40

GAVE_AN_ANSWER = frozenset({Outcome.BALLOT, Outcome.ABSTAINED})


def statistics_card(report: Report) -> Card:
    """Return a card with hearings, seats, failures by vendor, tokens and, if the report has a budget, money."""
    items: list[Item] = [text(*_heading(report)), text(*_hearings(report.statistics))]
    if seats := _seats(report.statistics):
        items += [rule(), text(*seats), text(*_vendors(report.statistics)), text(_tokens(report.statistics))]
    if report.budget is not None:
        items += [rule(), text(*_money(report.statistics, report.budget))]
    return Card(framed(*items, colour=BRASS))


def _heading(report: Report) -> list[str]:
    period = _("-# Since the beginning")
    if report.since is not None:
        period = _("-# Since {date}").format(date=format_dt(report.since, "D"))
    return [_("### The court in numbers"), period]


def _hearings(statistics: Statistics) -> list[str]:
    docket = ngettext("{count} case on the docket", "{count} cases on the docket", statistics.cases)
    held = ngettext("{count} hearing", "{count} hearings", statistics.heard)
    lines = [" · ".join([docket.format(count=_number(statistics.cases)), held.format(count=_number(statistics.heard))])]
    found = [
        f"{disposition_label(disposition)}{NO_BREAK}{_number(count)}"
        for disposition in Disposition
        if (count := statistics.hearings.get(disposition, 0))
    ]
    return [*lines, " · ".join(found)] if found else lines


def _seats(statistics: Statistics) -> list[str]:
    outcomes = {
        outcome: sum(of_vendor.get(outcome, 0) for of_vendor in statistics.seats.values()) for outcome in Outcome
    }
    total = sum(outcomes.values())
    if not total:
        return []
    seats = ngettext("**{count} seat**", "**{count} seats**", total).format(count=_number(total))
    return [seats, " · ".join(outcome_label(outcome, count) for outcome, count in outcomes.items() if count)]


def _vendors(statistics: Statistics) -> list[str]:
    by_size = sorted(statistics.seats.items(), key=lambda vendor: (-sum(vendor[1].values()), vendor[0]))
    lines = [
        _("**Failures by vendor**, out of its seats"),
        *(_vendor(name, outcomes) for name, outcomes in by_size[:VENDORS]),
    ]
    more = len(by_size) - VENDORS
    if more > 0:
        lines.append(ngettext("-# and {count} more vendor", "-# and {count} more vendors", more).format(count=more))
    return lines


def _vendor(name: str, outcomes: Mapping[Outcome, int]) -> str:
    failed = {outcome: count for outcome, count in outcomes.items() if count and outcome not in GAVE_AN_ANSWER}
    line = _("{vendor}: {failed} of {seats}").format(
        vendor=plain(name, NAME_LIMIT), failed=_number(sum(failed.values())), seats=_number(sum(outcomes.values()))
    )
    causes = ", ".join(outcome_label(outcome, failed[outcome]) for outcome in Outcome if outcome in failed)
    return f"{line} ({causes})" if causes else line


def _tokens(statistics: Statistics) -> str:
    usage = statistics.usage
    return _("**Tokens**: {read} read, {written} written").format(
        read=_number(usage.tokens_in), written=_number(usage.tokens_out)
    )


def _money(statistics: Statistics, budget: BudgetReport) -> list[str]:
    lines = [_("**Money**: {cost} for everything above").format(cost=dollars(statistics.usage.cost))]
    if unpriced := statistics.usage.unpriced:
        lines.append(
            ngettext(
                "⚠ {count} call has no known price and is not included",
                "⚠ {count} calls have no known price and are not included",
                unpriced,
            ).format(count=_number(unpriced))
        )
    lines += [*budget_lines(budget), *price_lines(budget)]
    return [*lines, _("-# Days and months are in UTC. Only moderators see the money.")]


def _number(count: int) -> str:
    return f"{count:,}"
