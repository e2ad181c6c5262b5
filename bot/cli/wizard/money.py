"""Asks for the caps on what hearings may cost, and for the prices that a cap needs."""

from __future__ import annotations

from bot.cli.wizard.draft import Draft, problem_of
from bot.cli.wizard.jury import seated
from bot.clock import SystemClock
from bot.jury import low_cap, with_assumed_prices
from bot.settings import NO_CAP, Settings
from court.errors import ConfigurationError
from court.jury.pool import Jury
from court.models import ModelRef
from providers.pricing import parse_prices

PRICES = "PRICES"
DAILY, SERVER_DAILY = "DAILY_CAP_USD", "SERVER_DAILY_CAP_USD"


def ask_caps(draft: Draft) -> None:
    """Ask for the two caps that every host should know, until they can be kept."""
    draft.heading("What hearings may cost")
    draft.say("  In US dollars in a day (UTC). At a cap, hearings pause until the next day.\n  Write none for no cap.")
    jury = seated(draft)
    asked = {DAILY: "all servers together", SERVER_DAILY: "each server"}
    asked = {name: whose for name, whose in asked.items() if not draft.fixed(name)}
    while True:
        for name, whose in asked.items():
            _ask_cap(draft, name, whose)
        if draft.settings().sets_a_cap and jury.unpriced and not _ask_prices(draft, jury):
            draft.no("A cap cannot be kept without these prices. Write none, or the default for each server.")
        elif _is_high_enough(draft, jury):
            return
        if not asked:
            return


def _ask_cap(draft: Draft, name: str, whose: str) -> None:
    default = Settings.model_fields[name.lower()].default
    before = draft.get(name)
    while True:
        typed = draft.ask(f"  {name}, for {whose}", before or str(default or NO_CAP))
        if (problem := problem_of(name, typed)) is None:
            break
        draft.no(problem)
    if typed != str(default or NO_CAP) or before:
        draft.put(name, typed)


def _ask_prices(draft: Draft, jury: Jury) -> bool:
    """Ask for the prices that are not known. Return whether all of them are known now."""
    known = parse_prices(draft.get(PRICES))
    lacking = [ref for ref in jury.unpriced if ref not in known]
    if lacking and draft.fixed(PRICES):
        draft.no(f"{PRICES} lacks {', '.join(map(str, lacking))}.")
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
    return draft.agrees("Keep the caps all the same?")
