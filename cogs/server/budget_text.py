"""Money as people read it, in the same form as in the budget's notices. It is kept in millionths of a US dollar."""

from __future__ import annotations

from discord.utils import format_dt

from cogs.ui.texts import _, ngettext, plain
from court.models import MICRO, dollars
from court.servers.statistics import BudgetReport, Spending

CENT = MICRO // 100

NAMED = 3
"""Models without a price that are named; the others are counted."""

NAME_LIMIT = 80


def budget_lines(budget: BudgetReport) -> list[str]:
    """What was spent today and this month, of which cap, what is left, and what waits for the next day or month."""
    lines = [
        _("Today: {spending}").format(spending=_spending(budget.today)),
        _("This month: {spending}").format(spending=_spending(budget.month)),
    ]
    if (held_up := budget.adjourned) is not None:
        waiting = ngettext("{count} hearing waits", "{count} hearings wait", held_up.hearings)
        lines.append(
            _("⏸ Adjourned by a cap: {waiting}, to be tried again {when}").format(
                waiting=waiting.format(count=f"{held_up.hearings:,}"), when=format_dt(held_up.until, "R")
            )
        )
    return lines


def unpriced_line(budget: BudgetReport) -> list[str]:
    """That no cap can be kept, where models sit of which nobody knows what they cost."""
    if not budget.unpriced:
        return []
    named = [plain(str(ref), NAME_LIMIT) for ref in budget.unpriced[:NAMED]]
    if more := len(budget.unpriced) - len(named):
        named.append(ngettext("{count} more model", "{count} more models", more).format(count=more))
    return [
        _(
            "⚠ No cap can be kept: no price is known for {models}, and what they cost is in no figure. "
            "The host of this bot can name prices with `PRICES`."
        ).format(models=", ".join(named))
    ]


def _spending(spending: Spending) -> str:
    spent = dollars(spending.spent)
    if spending.cap is None or spending.left is None:
        return _("{spent} spent, no cap").format(spent=spent)
    words = (
        _("{spent} of {cap} (the host's cap), {left} left") if spending.by_host else _("{spent} of {cap}, {left} left")
    )
    return words.format(spent=spent, cap=dollars(spending.cap), left=dollars(spending.left))
