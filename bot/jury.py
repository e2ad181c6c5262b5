"""Builds the jury from the settings: which models may sit, and which one is the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial

from bot.naming import model_ref, models_named, read_models
from bot.settings import Settings
from court.errors import ConfigurationError
from court.hearings.budget import Caps
from court.hearings.estimates import highest_ceiling
from court.jury.model import Model
from court.jury.panels import FEWEST_JURORS, SMALLEST_PANEL
from court.jury.pool import Jury
from court.jury.served import Alias
from court.models import ModelRef, Price, dollars
from providers.pricing import DEAREST, parse_prices, price_of
from providers.registry import DEFAULT_JURORS, VENDORS, Models, default_jurors, key_variable

OF_HOST = "the host must "
RESTART = ", then restart"

NO_JUROR = (
    "no juror is configured: the host must set a vendor's API key (for example OPENAI_API_KEY) or JURORS, then restart"
)
ONE_JUROR = (
    "only one juror is configured, but a panel needs at least two: the host must name more in JURORS or set another "
    "vendor's API key, then restart"
)
UNPRICED = (
    "a cap is set, but no price is known for {refs}: set PRICES={prices} (US dollars per million tokens read "
    "and written), or remove the caps"
)
ASSUMED = (
    "no price is known for {refs}. To keep the default server cap, they are charged at the highest known prices "
    "(${read} and ${written} per million tokens read and written). Set PRICES={prices}, or SERVER_DAILY_CAP_USD=none "
    "to remove the cap"
)
TOO_LOW = (
    "a hearing may cost up to {ceiling}, which is more than {setting} of {cap}. A hearing that may cost more than a "
    "cap is never held: raise the cap, or name fewer or cheaper models in JURORS"
)
NO_DEFAULT = "no juror is configured: {key} alone selects no model; the host must name models in JURORS, then restart"
FEW_OTHERS = (
    "{models} models may sit on panels of {seats}: fewer than {other} others are left for a retrial, and few or no "
    "alternates for jurors that fail; name {lacking} more in JURORS"
)


def seat_jury(settings: Settings, models: Models, jurors: Mapping[ModelRef, str] | None = None) -> Jury:
    """Build a jury from `jurors`, else from `JURORS`, else from the default models of every vendor with a key.

    `jurors` says for each model where the host named it.

    If the pool is too small, the jury holds no hearings and its `vacancy` says why.

    Raises:
        ConfigurationError: when a named model cannot be read, or its vendor is unknown or has no key; when the prices
            cannot be read; or when a cap is set that cannot be kept because no price is known for a model. The message
            has a line for each problem.
    """
    named, problems = read_models(settings.jurors or "", "JURORS") if jurors is None else (jurors, [])
    judge: ModelRef | None = None
    prices: dict[ModelRef, Price] = {}
    with _collecting(problems):
        judge = model_ref(settings.judge, "JUDGE") if settings.judge else None
    with _collecting(problems):
        prices = parse_prices(settings.prices or "")
    refs = tuple(named) if named or jurors is not None else default_jurors(settings.vendors)
    problems += _unreachable({**dict.fromkeys(refs, ""), **({judge: "JUDGE"} if judge else {}), **named}, models)
    if problems:
        raise ConfigurationError("\n".join(problems))
    jury = _jury(settings, models, refs, judge or next(iter(refs), None), prices)
    if jury.unpriced and settings.sets_a_cap:
        names = [str(ref) for ref in jury.unpriced]
        missing = ",".join(f"{name}=IN/OUT" for name in names)
        raise ConfigurationError(UNPRICED.format(refs=" and ".join(names), prices=missing))
    return jury


def wrong_jury(settings: Settings, jurors: str | None = None) -> list[str]:
    """Return a line for each problem that keeps the models from being asked which the settings name.

    `jurors` is what the option `--jurors` names in the place of `JURORS`.
    """
    try:
        named = None if jurors is None else models_named(jurors, "--jurors")
        seat_jury(settings, Models(settings.vendors, timeout=settings.juror_timeout), named)
    except ConfigurationError as error:
        return str(error).splitlines()
    return []


@contextmanager
def _collecting(problems: list[str]) -> Iterator[None]:
    try:
        yield
    except ConfigurationError as error:
        problems.append(str(error))


def _unreachable(named: Mapping[ModelRef, str], models: Models) -> list[str]:
    """Return a line for each vendor that cannot be asked, at the first of its models."""
    problems: dict[str, str] = {}
    for ref, place in named.items():
        try:
            models.get(ref, place)
        except ConfigurationError as error:
            problems.setdefault(ref.provider, str(error))
    return list(problems.values())


def _jury(
    settings: Settings,
    models: Models,
    refs: Sequence[ModelRef],
    judge: ModelRef | None,
    prices: Mapping[ModelRef, Price],
) -> Jury:
    vacancy = None
    if len(refs) < FEWEST_JURORS:
        vacancy = ONE_JUROR if refs else _nobody(settings)
    return Jury(
        pool={ref: models.get(ref) for ref in refs},
        judge=models.get(judge) if judge is not None else None,
        panel_size=settings.panel_size,
        timeout=settings.juror_timeout,
        vacancy=vacancy,
        searching=settings.juror_search,
        tariff=partial(price_of, named=prices),
        finder=_finder(models),
    )


def with_assumed_prices(settings: Settings, jury: Jury) -> tuple[Jury, str | None]:
    """If there is a cap, charge models whose price is unknown at the highest known prices, so that the cap holds.

    This includes former jurors, whom a bridge hearing asks again. Return the jury, and a line for the host if a model
    of today's jury is charged so, or else None.
    """
    if settings.caps == Caps():
        return jury, None
    known, assumed = jury.tariff, jury.unpriced
    capped = replace(jury, tariff=lambda ref: known(ref) or DEAREST, assumed=assumed)
    if not assumed:
        return capped, None
    return capped, ASSUMED.format(
        refs=", ".join(str(ref) for ref in assumed),
        read=f"{DEAREST.tokens_in:g}",
        written=f"{DEAREST.tokens_out:g}",
        prices=",".join(f"{ref}=IN/OUT" for ref in assumed),
    )


def no_jury(vacancy: str) -> Jury:
    """Return a jury that hears nothing, and says why in `vacancy`."""
    return Jury(pool={}, judge=None, panel_size=SMALLEST_PANEL, timeout=0.0, vacancy=vacancy)


def _finder(models: Models) -> Callable[[ModelRef], Model | None]:
    def find(ref: ModelRef) -> Model | None:
        try:
            return models.get(ref)
        except ConfigurationError:
            # Its vendor's key is gone, so it cannot be asked any more. A bridge hearing goes on without it.
            return None

    return find


def _nobody(settings: Settings) -> str:
    for provider in VENDORS:
        named = settings.vendors.get(provider)
        if provider not in DEFAULT_JURORS and named is not None and named.api_key:
            return NO_DEFAULT.format(key=key_variable(provider))
    return NO_JUROR


def few_others(jury: Jury) -> str | None:
    """Return a hint for the host if the pool is hardly larger than a panel, or None if it is large enough."""
    lacking = jury.panel_size + SMALLEST_PANEL - len(jury.pool)
    if jury.vacancy is not None or lacking <= 0:
        return None
    seats = min(jury.panel_size, len(jury.pool))
    return FEW_OTHERS.format(models=len(jury.pool), seats=seats, other=SMALLEST_PANEL, lacking=lacking)


def line_of(alias: Alias) -> str:
    """Return a line for the host that says what floats: a juror's name, behind which its vendor may put other models.

    When another model answers, the next hearing of each case is a bridge, which asks the former jury as well.
    """
    if alias.served is None:
        return f"{alias.model} floats: its vendor may put another model behind this name; nothing has answered yet"
    if alias.served.name == alias.model.model:
        return f"{alias.model} floats, and its vendor does not say which model answers; a change would go unnoticed"
    return f"{alias.model} floats: {alias.served.name} has answered since {alias.served.since:%Y-%m-%d}"


def low_cap(settings: Settings, jury: Jury, today: date) -> str | None:
    """Return a hint for the host if a hearing of this jury may cost more than the lowest cap, or None if none may."""
    if jury.vacancy is not None or (lowest := settings.lowest_cap) is None:
        return None
    setting, cap = lowest
    ceiling = highest_ceiling(jury, today, researching=settings.background_days > 0)
    if ceiling <= cap:
        return None
    return TOO_LOW.format(ceiling=dollars(ceiling), setting=setting, cap=dollars(cap))


def require_jury(jury: Jury) -> Jury:
    """Return the jury if it can hold a hearing.

    Raises:
        ConfigurationError: when it cannot; the message is its `vacancy`, said to the host.
    """
    if jury.vacancy is not None:
        raise ConfigurationError(to_host(jury.vacancy).removesuffix(RESTART))
    return jury


def to_host(vacancy: str) -> str:
    """Return a vacancy in the words for the host, who reads what Discord's moderators are told about the host."""
    return vacancy.replace(OF_HOST, "")
