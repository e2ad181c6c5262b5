"""Asks for the caps on what hearings may cost, and for the prices that a cap needs."""

from __future__ import annotations

from bot.cli.wizard.draft import Draft, problem_of
from bot.cli.wizard.jury import seated
from bot.clock import SystemClock
from bot.jury import low_cap, with_assumed_prices
from court.errors import ConfigurationError
from court.jury.pool import Jury
from court.models import ModelRef
from providers.pricing import parse_prices

PRICES = "PRICES"
DAILY, SERVER_DAILY = "DAILY_CAP_USD", "SERVER_DAILY_CAP_USD"
_NO_CAP = "none"


def ask_caps(draft: Draft) -> None:
    """Ask for the two caps that every host should know, until they can be kept."""
    draft.heading("What hearings may cost")
    draft.say("  In US dollars in a day (UTC). At a cap, hearings pause until the next day.\n  Write none for no cap.")
    jury = seated(draft)
    while True:
        _ask_cap(draft, DAILY, "all servers together", _NO_CAP)
        _ask_cap(draft, SERVER_DAILY, "each server", str(draft.settings().server_daily_cap_usd or _NO_CAP))
        if draft.settings().sets_a_cap and jury.unpriced and not _ask_prices(draft, jury):
            draft.no("A cap cannot be kept without these prices. Write none, or the default for each server.")
        elif _is_high_enough(draft, jury):
            return
        if draft.fixed(DAILY) and draft.fixed(SERVER_DAILY):
            return


def _ask_cap(draft: Draft, name: str, whose: str, default: str) -> None:
    if draft.fixed(name):
        draft.say(f"  {name} is set in the environment.")
        return
    before = draft.get(name)
    while True:
        typed = draft.ask(f"  {name}, for {whose}", before or default)
        if (problem := problem_of(name, typed)) is None:
            break
        draft.no(problem)
    if typed != default or before:
        draft.put(name, typed)


def _ask_prices(draft: Draft, jury: Jury) -> bool:
    """Ask for the prices that are not known. Return whether all of them are known now."""
    known = parse_prices(draft.get(PRICES))
    lacking = [ref for ref in jury.unpriced if ref not in known]
    if lacking and draft.fixed(PRICES):
        draft.no(f"{PRICES} is set in the environment and lacks {', '.join(map(str, lacking))}.")
        return False
    if lacking:
        draft.hint(
            "A cap needs the price of every model, and these are not known. Write US dollars per million tokens read "
            "and written, such as 3/15. Enter leaves one out."
        )
    return all(_ask_price(draft, ref) for ref in lacking)


def _ask_price(draft: Draft, ref: ModelRef) -> bool:
    while typed := draft.ask(f"  {ref}"):
        listed = ",".join(one for one in (draft.get(PRICES), f"{ref}={typed}") if one)
        try:
            parse_prices(listed)
        except ConfigurationError:
            draft.no("write two numbers with a slash between them, such as 3/15")
        else:
            draft.put(PRICES, listed)
            return True
    return False


def _is_high_enough(draft: Draft, jury: Jury) -> bool:
    """Say if no hearing could be held within the caps, and return whether they are to stay."""
    settings = draft.settings()
    priced, _ = with_assumed_prices(settings, seated(draft))
    hint = low_cap(settings, priced, SystemClock().now().date())
    if hint is None:
        return True
    draft.hint(f"{hint}.")
    return draft.ask("  Keep the caps all the same? (y/n)", "n").lower().startswith("y")
