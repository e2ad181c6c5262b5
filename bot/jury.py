"""From settings to a jury: which models may sit, and who judges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bot.settings import Settings, model_ref
from court.errors import ConfigurationError
from court.hearings.budget import Caps
from court.jury.model import Model
from court.jury.panels import FEWEST_JURORS, SMALLEST_PANEL
from court.jury.pool import Jury
from court.models import ModelRef
from providers.pricing import parse_prices, price_of
from providers.registry import DEFAULT_JURORS, VENDORS, Models, default_jurors, key_variable

NO_JUROR = "no juror is configured: the host sets a vendor's key (OPENAI_API_KEY, say) or JURORS, and starts again"
ONE_JUROR = (
    "one juror is configured and a panel needs at least two: the host names more in JURORS or sets another "
    "vendor's key, and starts again"
)
UNPRICED = (
    "a cap is set, but no price is known for {refs}: write PRICES={prices} (US dollars per million tokens read "
    "and written), or take the caps off"
)
NO_DEFAULT = "no juror is configured: {key} alone chooses no model; the host names some in JURORS, and starts again"
FEW_OTHERS = (
    "{models} models may sit on panels of {seats}: fewer than {other} others are left for a retrial, and few or no "
    "alternates for a juror that fails; name {lacking} more in JURORS"
)


def seat_jury(settings: Settings, models: Models, jurors: Sequence[ModelRef] | None = None) -> Jury:
    """The jury of `jurors`, of `JURORS`, or of the default list of every vendor whose key is set.

    A pool that is too small gives a jury that hears nothing and says why in `vacancy`.

    Raises:
        ConfigurationError: when a model is named whose vendor is unknown or has no key, or a cap is set
            that could not be kept because no price is known for a model.
    """
    refs = tuple(jurors) if jurors is not None else settings.juror_refs or default_jurors(settings.vendors)
    pool = {ref: models.get(ref, "JURORS") for ref in refs}
    judge = model_ref(settings.judge, "JUDGE") if settings.judge else next(iter(refs), None)
    vacancy = None
    if len(pool) < FEWEST_JURORS:
        vacancy = ONE_JUROR if pool else _nobody(settings)
    jury = Jury(
        pool=pool,
        judge=models.get(judge, "JUDGE") if judge is not None else None,
        panel_size=settings.panel_size,
        timeout=settings.juror_timeout,
        vacancy=vacancy,
        searching=settings.juror_search,
        tariff=partial(price_of, named=parse_prices(settings.prices or "")),
        finder=_finder(models),
    )
    if jury.unpriced and settings.caps != Caps():
        names = [str(ref) for ref in jury.unpriced]
        prices = ",".join(f"{name}=IN/OUT" for name in names)
        raise ConfigurationError(UNPRICED.format(refs=" and ".join(names), prices=prices))
    return jury


def _finder(models: Models) -> Callable[[ModelRef], Model | None]:
    def find(ref: ModelRef) -> Model | None:
        try:
            return models.get(ref)
        except ConfigurationError:
            # Its vendor's key is gone: it can be asked no more, and a bridge goes on without it.
            return None

    return find


def _nobody(settings: Settings) -> str:
    for provider in VENDORS:
        named = settings.vendors.get(provider)
        if provider not in DEFAULT_JURORS and named is not None and named.api_key:
            return NO_DEFAULT.format(key=key_variable(provider))
    return NO_JUROR


def few_others(jury: Jury) -> str | None:
    """What a host should know of a pool that is hardly larger than a panel; none where it is large enough."""
    lacking = jury.panel_size + SMALLEST_PANEL - len(jury.pool)
    if jury.vacancy is not None or lacking <= 0:
        return None
    seats = min(jury.panel_size, len(jury.pool))
    return FEW_OTHERS.format(models=len(jury.pool), seats=seats, other=SMALLEST_PANEL, lacking=lacking)


def require_jury(jury: Jury) -> Jury:
    """The jury, if it can hear anything.

    Raises:
        ConfigurationError: with the vacancy.
    """
    if jury.vacancy is not None:
        raise ConfigurationError(jury.vacancy)
    return jury
