"""Money as people read it. It is kept in whole millionths of a US dollar."""

from __future__ import annotations

from cogs.ui.texts import _
from court.models import MICRO
from court.services.annals import Budget, Purse

CENT = MICRO // 100


def dollars(amount: int) -> str:
    """`$0.42`, `$1,234.50`, and `< $0.01` for what is less than a cent."""
    if 0 < amount < CENT:
        return "< $0.01"
    cents = (amount + CENT // 2) // CENT
    return f"${cents // 100:,}.{cents % 100:02}"


def budget_lines(budget: Budget) -> list[str]:
    """What was spent today and this month, of which cap, and what is left."""
    return [
        _("Today: {spending}").format(spending=_spending(budget.today)),
        _("This month: {spending}").format(spending=_spending(budget.month)),
    ]


def _spending(purse: Purse) -> str:
    spent = dollars(purse.spent)
    if purse.cap is None or purse.left is None:
        return _("{spent} spent, no cap").format(spent=spent)
    words = _("{spent} of {cap} (the host's cap), {left} left") if purse.by_host else _("{spent} of {cap}, {left} left")
    return words.format(spent=spent, cap=dollars(purse.cap), left=dollars(purse.left))
