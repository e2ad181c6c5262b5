"""Asks for the bot's token and the vendors' keys, and checks each as soon as it is typed."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.cli.checks import discord as discords
from bot.cli.checks import models as asking
from bot.cli.checks.findings import PATIENCE, Result
from bot.cli.wizard.draft import Draft, problem_of
from bot.environment import TOKEN
from bot.login import LOGIN_REFUSED
from bot.settings import DISCORD_API_URL
from court.errors import ConfigurationError, ModelError
from court.models import ModelRef
from providers.pricing import price_of
from providers.registry import DEFAULT_JURORS, VENDORS, Models, VendorSettings, base_url_variable, key_variable

T = TypeVar("T")


def ask_token(draft: Draft) -> int | None:
    """Ask for the bot's token until it can be used or is left for later. Return the application's id, if known."""
    draft.heading("The bot")
    if draft.fixed(TOKEN):
        return _id_in(draft.get(TOKEN))
    if not draft.get(TOKEN):
        draft.say(
            "  At discord.com/developers/applications choose New Application, then Bot,\n"
            "  Reset Token. Leave all privileged intents off. Enter leaves it for later."
        )
    while True:
        typed = draft.ask_secret(TOKEN)
        token = typed or draft.get(TOKEN)
        if not token:
            draft.hint("`court run` needs it. You can add it later.")
            return None
        if (problem := problem_of(TOKEN, token)) is not None:
            draft.no(problem)
        elif draft.offline:
            draft.put(TOKEN, token)
            return _id_in(token)
        else:
            application_id, accepted = _known_to_discord(draft, token, typed=bool(typed))
            if accepted:
                draft.put(TOKEN, token)
                return application_id


def _known_to_discord(draft: Draft, token: str, *, typed: bool) -> tuple[int | None, bool]:
    """Ask Discord about a token. Return the application's id, if it is known, and whether the token is to be used.

    A token that Discord refuses is used only if it was there before and the host wants to keep it.
    """
    try:
        name, application_id = _waiting(draft, lambda: _bot_of(token, draft.get("DISCORD_API_URL") or DISCORD_API_URL))
    except (ConfigurationError, TimeoutError) as error:
        problem = str(error) or f"Discord did not answer within {PATIENCE:g} seconds"
    else:
        draft.yes(f"Discord knows the bot as “{name}”.")
        return application_id, True
    draft.no(problem)
    return _id_in(token), not (typed and problem == LOGIN_REFUSED) and draft.agrees("Keep it all the same?")


async def _bot_of(token: str, api_url: str) -> tuple[str, int | None]:
    async with asyncio.timeout(PATIENCE), discords.rest_client(api_url) as client:
        await discords.login(client, token, api_url)
        assert client.user is not None  # noqa: S101 - logged in
        return discords.printable(client.user.name), client.application_id


def _id_in(token: str) -> int | None:
    """Return the id that is the first part of a token: the bot's, which is nearly always the application's too."""
    part = token.partition(".")[0]
    try:
        return int(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        return None


def ask_keys(draft: Draft) -> None:
    """Ask for the keys of the vendors that we know."""
    draft.heading("The vendors' keys")
    draft.say(
        "  One key is enough to begin with; two or more make a better court. Enter skips\n"
        "  a vendor. What you type is not shown."
    )
    for vendor, details in VENDORS.items():
        if details.needs_key:
            ask_key(draft, vendor)


def ask_key(draft: Draft, vendor: str) -> None:
    """Ask for the key of one vendor until it can be used or is left out."""
    name = key_variable(vendor)
    if draft.fixed(name):
        return
    while typed := draft.ask_secret(name):
        model = _cheapest(draft, vendor)
        problem = _unusable(vendor, typed)
        if problem is None and model is not None and not draft.offline:
            problem = _answers(draft, model, typed)
        if problem is None:
            draft.put(name, typed)
            return
        draft.no(problem)


def _unusable(vendor: str, key: str) -> str | None:
    try:
        Models({vendor: VendorSettings(key, "https://localhost")}, timeout=1).get(ModelRef(vendor, "any"))
    except ConfigurationError as error:
        return str(error)
    return None


def _cheapest(draft: Draft, vendor: str) -> ModelRef | None:
    """Return the model that costs least to ask: of those that sit by default, else one that JURORS names."""
    refs = [ModelRef(vendor, model) for model in DEFAULT_JURORS.get(vendor, ())]
    if not refs:
        named = draft.settings().jurors_named
        return next((ref for ref in named if ref.provider == vendor), None)
    prices = {ref: price for ref in refs if (price := price_of(ref)) is not None}
    return min(prices, key=lambda ref: prices[ref].tokens_out) if prices else refs[-1]


def _answers(draft: Draft, ref: ModelRef, key: str) -> str | None:
    """Ask a model with that key. Return why the key cannot be used, or None. What may pass is only told."""
    address = draft.get(base_url_variable(ref.provider))
    error = ask_model(draft, ref, VendorSettings(key, address or None))
    if error is None:
        draft.yes(f"{ref} answered.")
        return None
    result, advice = asking.explain(error, ref)
    message = f"{ref}: {error}"
    if asking.is_about_the_key(error):
        return f"{message}. Type it again, or press Enter to leave it out."
    (draft.hint if result is Result.WARNING else draft.no)(f"{message}. The key is kept. {advice}")
    return None


def ask_model(draft: Draft, ref: ModelRef, vendor: VendorSettings) -> ModelError | None:
    """Ask a model the question that costs least. Return why it does not answer, or None if it does."""

    async def probe() -> ModelError | None:
        models = Models({ref.provider: vendor}, timeout=PATIENCE)
        try:
            await asking.ask(models.get(ref))
        except ModelError as error:
            return error
        finally:
            await models.aclose()
        return None

    return _waiting(draft, probe)


def _waiting(draft: Draft, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    with draft.console.status("  checking …"):
        return asyncio.run(work())
