"""Checks of the jury: whether every model answers, what it costs, and whether there are enough of them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from bot.cli.checks.discord import printable
from bot.cli.checks.findings import PATIENCE, Finding, Result, failed, ok, refused, split_advice, warning
from bot.clock import SystemClock
from bot.jury import few_others, low_cap, seat_jury, with_assumed_prices
from bot.settings import Settings
from court.errors import ConfigurationError, ModelError, ModelTimeout
from court.jury.costs import cost_of
from court.jury.model import Completion, Model, Request
from court.jury.pool import Jury
from court.jury.served import floats
from court.models import ModelRef, dollars
from providers.registry import VENDORS, Models, base_url_variable, key_variable

QUESTION: Final = Request(
    system="You are asked whether you can be reached. Answer with JSON.",
    user="Set ok to true.",
    schema_name="reached",
    schema={
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    },
    # Enough for a model that thinks first. One that needs more is cut off, and has shown that it can be reached.
    max_tokens=256,
)
"""The question that costs least. What is answered does not matter."""

_ASKED_AT_ONCE: Final = 32
_STATUS: Final = re.compile(r"HTTP (\d{3})\b")


def seat(settings: Settings, models: Models) -> tuple[Jury | None, list[Finding]]:
    """Seat the jury as `court run` does. Return it, or None if the settings allow none, and what is to be said."""
    uncapped = dict.fromkeys((name for name in Settings.model_fields if name.endswith("_cap_usd")), None)
    try:
        jury = seat_jury(settings.model_copy(update=uncapped), models)
    except ConfigurationError as error:
        return None, refused("jury", error)
    return jury, [_pool(jury), *_unused(settings, jury), *_prices(settings, jury, models)]


def _pool(jury: Jury) -> Finding:
    if jury.vacancy is not None:
        return failed("jury", *split_advice(f"nothing can be heard: {jury.vacancy}", ": "))
    if (hint := few_others(jury)) is not None:
        return warning("jury", *split_advice(hint))
    return ok("jury", f"{len(jury.pool)} models may sit on panels of {jury.panel_size}")


def _unused(settings: Settings, jury: Jury) -> list[Finding]:
    used = {ref.provider for ref in _all(jury)}
    return [
        ok("keys", f"{key_variable(name)} is set, but no juror uses it; to seat its models, name them in JURORS")
        for name, vendor in settings.vendors.items()
        if (vendor.api_key or "").strip() and name not in used
    ]


def _prices(settings: Settings, jury: Jury, models: Models) -> list[Finding]:
    try:
        seat_jury(settings, models)
    except ConfigurationError as error:
        return [failed("prices", *split_advice(str(error), ": "))]
    if not jury.pool:
        return []
    charged, assumed = with_assumed_prices(settings, jury)
    unknown = jury.unpriced
    found = []
    if assumed is not None:
        found.append(warning("prices", *split_advice(assumed, ". ")))
    elif unknown:
        found.append(warning("prices", f"no price is known for {_list(unknown)}", f"Set PRICES={_lines(unknown)}."))
    else:
        found.append(ok("prices", "the price of every model is known"))
    if (hint := low_cap(settings, charged, SystemClock().now().date())) is not None:
        found.append(warning("prices", *split_advice(hint, ": ")))
    return found


def _list(refs: Sequence[ModelRef]) -> str:
    return ", ".join(str(ref) for ref in refs)


def _lines(refs: Sequence[ModelRef]) -> str:
    return ",".join(f"{ref}=IN/OUT" for ref in refs)


def _all(jury: Jury) -> list[ModelRef]:
    judges = () if jury.judge is None else (jury.judge.ref,)
    return list(dict.fromkeys((*jury.pool, *judges)))


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of one question: the result, and either what is told of the answer or why there was none."""

    ref: ModelRef
    result: Result
    told: str
    advice: str = ""
    served: str | None = None
    """The name of the model that answered, if it is known."""


async def ask_all(jury: Jury) -> list[Finding]:
    """Ask every model that may sit, and the judge, one tiny question each. A few are asked at once."""
    turns = asyncio.Semaphore(_ASKED_AT_ONCE)

    async def ask_one(ref: ModelRef) -> _Answer:
        model = jury.find(ref) or jury.judge
        assert model is not None  # noqa: S101 - every name comes from the jury
        async with turns:
            return await _ask(jury, model)

    answers = await asyncio.gather(*map(ask_one, _all(jury)))
    return [*_keys(answers), *_names({one.ref: one.served for one in answers})]


async def _ask(jury: Jury, model: Model) -> _Answer:
    try:
        # Importing an SDK takes seconds on a slow machine, and is not the model's time.
        await model.make_ready()
        began = time.monotonic()
        answer = await ask(model)
    except ModelError as error:
        result, advice = explain(error, model.ref)
        return _Answer(model.ref, result, f": {error}", advice)
    cost = cost_of(jury.tariff(model.ref), QUESTION, answer)
    paid = "" if cost is None else f" for {dollars(cost)}"
    return _Answer(model.ref, Result.OK, f" answered in {time.monotonic() - began:.1f} s{paid}", served=answer.served)


def _keys(answers: Sequence[_Answer]) -> list[Finding]:
    """Return a finding for each answer. What is wrong with several models alike is told once."""
    alike: dict[tuple[str, Result, str, str], list[ModelRef]] = {}
    for one in answers:
        alone = str(one.ref) if one.result is Result.OK else ""
        alike.setdefault((alone, one.result, one.told, one.advice), []).append(one.ref)
    return [
        Finding("keys", result, f"{_list(refs)}{told}", advice) for (_, result, told, advice), refs in alike.items()
    ]


def _names(served: Mapping[ModelRef, str | None]) -> list[Finding]:
    """Say which names are aliases, and what answers under each."""
    floating = {ref: name for ref, name in served.items() if floats(ref, name)}
    if not served:
        return []
    if not floating:
        return [ok("names", "no name is known to float, so that other models could answer under it")]
    listed = ", ".join(f"{ref}{f' (now {printable(name)})' if name else ''}" for ref, name in floating.items())
    return [
        warning(
            "names",
            f"these names float: their vendors may put other models behind {listed}",
            "The court notices it by the name that answers, and compares the new jury with the old one. To decide "
            "yourself when a juror changes, name the model itself in JURORS.",
        )
    ]


async def ask(model: Model) -> Completion:
    """Ask a model the question that costs least.

    Raises:
        ModelError: when it does not answer, or not within `PATIENCE` seconds.
    """
    await model.make_ready()
    try:
        async with asyncio.timeout(PATIENCE):
            return await model.complete(QUESTION)
    except TimeoutError:
        raise ModelTimeout(f"no answer within {PATIENCE:g} seconds") from None


def explain(error: ModelError, ref: ModelRef) -> tuple[Result, str]:
    """Return what it means for the host that a model does not answer: how grave it is, and what to do."""
    status = _status(error)
    key = key_variable(ref.provider)
    if status is None:
        return _without_status(error, ref)
    remedies: dict[int, str] = {
        HTTPStatus.UNAUTHORIZED: f"Set {key} to a key that this vendor accepts.",
        HTTPStatus.PAYMENT_REQUIRED: "Add credit to your account with this vendor.",
        HTTPStatus.FORBIDDEN: f"Allow the key in {key} to use this model, or name another model in JURORS.",
        HTTPStatus.NOT_FOUND: "Name a model in JURORS that this vendor has"
        + (f", or correct {base_url_variable(ref.provider)}." if ref.provider not in VENDORS else "."),
    }
    if (advice := remedies.get(status)) is not None:
        return Result.FAILED, advice
    if error.transient:
        return Result.WARNING, "Try again later. In a hearing, an alternate would take its seat."
    return Result.FAILED, "Name another model in JURORS, or ask the vendor what it means."


def is_about_the_key(error: ModelError) -> bool:
    """Return whether the vendor refused the key itself."""
    return _status(error) in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def _status(error: ModelError) -> int | None:
    found = _STATUS.match(str(error))
    return None if found is None else int(found[1])


def _without_status(error: ModelError, ref: ModelRef) -> tuple[Result, str]:
    if isinstance(error, ModelTimeout) and error.billed:
        return Result.WARNING, "A hearing waits for JUROR_TIMEOUT seconds; a model this slow may need more."
    own = VENDORS[ref.provider].needs_key if ref.provider in VENDORS else False
    if own:
        return Result.FAILED, f"Check the network, and {base_url_variable(ref.provider)} if it is set."
    return Result.FAILED, f"Start the server, or correct {base_url_variable(ref.provider)}."
