"""Money as people read it, in the same form as in notices. Amounts are in millionths of a US dollar."""

from __future__ import annotations

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.ui.texts import _, ngettext, plain
from court.models import MICRO, ModelRef, dollars
from court.servers.statistics import BudgetReport, Spending

CENT = MICRO // 100

NAMED = 3
"""Models without a price that are named. The others are counted."""

NAME_LIMIT = 80


def budget_lines(budget: BudgetReport) -> list[str]:
    """Say what was spent today and this month, what is left of each cap, and how many hearings wait because of one."""
    lines = [
        _("Today: {spending}").format(spending=_spending(budget.today)),
        _("This month: {spending}").format(spending=_spending(budget.month)),
    ]
    if (held_up := budget.adjourned) is not None:
        waiting = ngettext("{count} hearing waits", "{count} hearings wait", held_up.hearings)
        lines.append(
            _("⏸ Paused by a cap: {waiting}. Next try: {when}").format(
                waiting=waiting.format(count=f"{held_up.hearings:,}"), when=format_dt(held_up.until, "R")
            )
        )
    return lines


def price_lines(budget: BudgetReport) -> list[str]:
    """Say for which models no price is known, and what follows from it. Return no lines if every price is known."""
    lines = []
    if budget.unpriced:
        sentence = _(
            "⚠ Caps cannot be kept: no price is known for {models}, so their cost is not counted. "
            "The host of this bot can set prices with `PRICES`."
        )
        lines.append(sentence.format(models=_names(budget.unpriced)))
    if budget.assumed:
        sentence = _(
            "No price is known for {models}; they count at the highest known prices, so the real cost may be lower. "
            "The host of this bot can set prices with `PRICES`."
        )
        lines.append(sentence.format(models=_names(budget.assumed)))
    return lines


def _names(models: Sequence[ModelRef]) -> str:
    named = [plain(str(ref), NAME_LIMIT) for ref in models[:NAMED]]
    if more := len(models) - len(named):
        named.append(ngettext("{count} more model", "{count} more models", more).format(count=more))
    return ", ".join(named)


def _spending(spending: Spending) -> str:
    spent = dollars(spending.spent)
    if spending.cap is None or spending.left is None:
        return _("{spent} spent, no cap").format(spent=spent)
    words = (
        _("{spent} of {cap} (the host's cap), {left} left") if spending.by_host else _("{spent} of {cap}, {left} left")
    )
    return words.format(spent=spent, cap=dollars(spending.cap), left=dollars(spending.left))
