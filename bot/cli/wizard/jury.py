"""Asks who may sit, and for the keys and addresses of vendors that are named for the first time."""

from __future__ import annotations

from bot.cli.checks import models as asking
from bot.cli.checks.findings import Result
from bot.cli.wizard.accounts import ask_key, ask_model
from bot.cli.wizard.draft import Draft
from bot.jury import RESTART, few_others, seat_jury, to_host
from bot.naming import models_named
from court.errors import ConfigurationError
from court.jury.pool import Jury
from court.models import ModelRef
from court.web import read_address
from providers.registry import VENDORS, Models, VendorSettings, base_url_variable, default_jurors, key_variable

JURORS = "JURORS"
DEFAULT = "default"
UNCAPPED = {f"{whose}{period}_cap_usd": None for whose in ("", "server_") for period in ("daily", "monthly")}
"""Lets a jury be seated whose prices are asked for later."""


def ask_jurors(draft: Draft) -> None:
    """Ask for the models that may sit, until the court can use them."""
    draft.heading("The jury")
    if draft.fixed(JURORS):
        return
    defaults = default_jurors(draft.settings().vendors)
    _introduce(draft, defaults)
    while True:
        before, changes = draft.get(JURORS), dict(draft.changes)
        typed = draft.ask(f"  {JURORS}", before or DEFAULT)
        draft.put(JURORS, "" if typed.lower() == DEFAULT else typed)
        try:
            if typed != before:
                _complete(draft)
            jury = seated(draft)
        except ConfigurationError as error:
            draft.no(str(error))
        else:
            if typed.lower() == DEFAULT or typed == before or not _unknown(draft, jury, defaults):
                _tell(draft, jury)
                return
        # An address that was asked for is of no use without the model.
        draft.changes = changes


def _introduce(draft: Draft, defaults: tuple[ModelRef, ...]) -> None:
    if defaults:
        draft.say("  By default these sit, the models of the vendors whose keys are set:")
        for ref in defaults:
            draft.say(f"    {ref}")
    draft.say(
        "  Enter keeps what is in brackets. Or name models yourself, as provider/model,\n"
        "  separated by commas, for example anthropic/claude-sonnet-5-5,ollama/llama3.3.\n"
        "  For a server of your own, type any name: its address is asked for next."
    )


def _complete(draft: Draft) -> None:
    """Ask for what the vendors of the named models still need.

    Raises:
        ConfigurationError: when a name cannot be read.
    """
    for vendor in dict.fromkeys(ref.provider for ref in models_named(draft.get(JURORS), JURORS)):
        details = VENDORS.get(vendor)
        if details is None and not draft.get(base_url_variable(vendor)):
            _ask_address(draft, vendor)
        elif details is not None and details.needs_key and not draft.get(key_variable(vendor)):
            ask_key(draft, vendor)


def _ask_address(draft: Draft, vendor: str) -> None:
    name = base_url_variable(vendor)
    while typed := draft.ask(f"  {name} (like https://host/v1)"):
        if read_address(typed) is not None:
            draft.put(name, typed)
            ask_key(draft, vendor)
            return
        draft.no("write an address like https://host/v1, without a password")


def seated(draft: Draft) -> Jury:
    """Return the jury of the settings as they will be, whatever is known of its prices.

    Raises:
        ConfigurationError: when a model cannot be asked.
    """
    settings = draft.settings().model_copy(update=UNCAPPED)
    return seat_jury(settings, Models(settings.vendors, timeout=1))


def _unknown(draft: Draft, jury: Jury, asked: tuple[ModelRef, ...]) -> bool:
    """Ask the models that were typed. Say which of them cannot be asked, and return whether there are any."""
    if draft.offline:
        return False
    wrong = False
    vendors = draft.settings().vendors
    for ref in (one for one in jury.pool if one not in asked):
        named = {key_variable(name): vendor for name, vendor in vendors.items()}
        error = ask_model(draft, ref, named.get(key_variable(ref.provider), VendorSettings()))
        if error is None:
            draft.yes(f"{ref} answered.")
            continue
        result, advice = asking.explain(error, ref)
        wrong = wrong or result is Result.FAILED
        (draft.no if result is Result.FAILED else draft.hint)(f"{ref}: {error}. {advice}")
    return wrong and not draft.agrees("Name them all the same?")


def _tell(draft: Draft, jury: Jury) -> None:
    if jury.vacancy is not None:
        draft.hint(f"Nothing can be heard yet: {to_host(jury.vacancy).removesuffix(RESTART)}.")
    elif (hint := few_others(jury)) is not None:
        draft.hint(f"{hint}.")
    else:
        draft.yes(f"{len(jury.pool)} models may sit on panels of {jury.panel_size}.")
