"""What a schedule means, in words: how many hearings a month, and what they may cost."""

from __future__ import annotations

from cogs.server.about_card import schedule_words
from cogs.ui.texts import _, ngettext
from court.hearings.budget import Limit
from court.hearings.forecast import Forecast
from court.jury.costs import Estimate
from court.models import CapPeriod, dollars


def forecast_lines(forecast: Forecast, *, seated: bool) -> list[str]:
    """Say what the schedule means. `seated` says whether there is a jury; without one, no cost is named."""
    lines = [_expected(forecast, seated=seated)]
    if seated and forecast.month is None:
        lines.append(
            _(
                "What they may cost is not known, because no price is known for a model of the jury; "
                "`/setup budget` names it."
            )
        )
    if forecast.limit is not None:
        lines.append(_limit(forecast.limit))
    if forecast.cases:
        lines.append(_("-# A month is 30 days here. Retrials and other extra hearings are not counted."))
    return lines


def _expected(forecast: Forecast, *, seated: bool) -> str:
    if not forecast.cases:
        none = _("No case is on the docket yet.")
        if not seated or forecast.hearing is None:
            return none
        if not forecast.hearing.ceiling:
            return none + " " + _("Hearings cost nothing.")
        return none + " " + _("A hearing costs {cost}.").format(cost=_cost(forecast.hearing))
    sentence = _("**{cases} {schedule} ≈ {hearings} a month**")
    if forecast.interval_days is None:
        sentence = _("**{cases} by the court's own rule: about {hearings} a month**")
    told = sentence.format(
        cases=ngettext("{count} case", "{count} cases", forecast.cases).format(count=f"{forecast.cases:,}"),
        schedule=schedule_words(forecast.interval_days),
        hearings=_hearings(forecast.hearings),
    )
    return told + "." if forecast.month is None else f"{told}, {_cost(forecast.month)}."


def _hearings(number: float) -> str:
    whole = round(number)
    if whole < 1:
        return _("less than 1 hearing")
    return ngettext("{count} hearing", "{count} hearings", whole).format(count=f"{whole:,}")


def _cost(cost: Estimate) -> str:
    if not cost.ceiling:
        return _("at no cost")
    return _("at most {most} and usually about {usual}").format(most=dollars(cost.ceiling), usual=dollars(cost.usual))


def _limit(limit: Limit) -> str:
    if limit.period is CapPeriod.MONTH:
        sentence = _("The host's cap of {cap} a month is less. At the cap, hearings wait.")
        if not limit.of_host:
            sentence = _("The cap of {cap} a month is less. At the cap, hearings wait.")
    else:
        sentence = _("The host's cap of {cap} a day allows only {monthly} a month. At the cap, hearings wait.")
        if not limit.of_host:
            sentence = _("The cap of {cap} a day allows only {monthly} a month. At the cap, hearings wait.")
    return sentence.format(cap=dollars(limit.cap), monthly=dollars(limit.monthly))
