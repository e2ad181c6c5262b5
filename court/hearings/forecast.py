"""What a server's schedule means: how many routine hearings a month, and what they may cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from court.counting.intervals import SHORTEST, usual_days
from court.hearings.budget import MONTH, HearingBudget, Limit
from court.hearings.estimates import highest_estimates
from court.jury.costs import Estimate
from court.jury.pool import Jury
from court.models import LastSession
from court.ports import Clock, Store

ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Forecast:
    """An estimate for `MONTH`, if every case keeps to its present interval. Money is in millionths of a US dollar.

    Retrials, hearings after a mistrial and repeated requests are not in it.
    """

    cases: int
    """Cases on the docket."""
    interval_days: int | None
    """As in the server's settings; None for the court's own rule."""
    hearings: float
    hearing: Estimate | None
    """One hearing with its research. None if there is no jury, or if the price of one of its models is not known."""
    month: Estimate | None
    """All hearings of the month. None as in `hearing`."""
    limit: Limit | None = None
    """The cap that allows less than they may cost, if there is one."""


class ForecastService:
    """Makes forecasts from what is on the docket, today's jury and the caps."""

    def __init__(self, store: Store, clock: Clock, jury: Jury, budget: HearingBudget, background_days: int) -> None:
        """Set up the service.

        Args:
            store: the record.
            clock: gives the time.
            jury: today's jury.
            budget: knows the caps.
            background_days: after how many days a case is researched again; 0 for never.
        """
        self._store = store
        self._clock = clock
        self._jury = jury
        self._budget = budget
        self._background_days = background_days

    async def forecast(self, guild_id: int) -> Forecast:
        """Return what the schedule that is set on a server means."""
        now = self._clock.now()
        async with self._store.reading() as repos:
            settings = await repos.guilds.get(guild_id)
            last = await repos.statistics.last_sessions(guild_id)
        rates = [MONTH.days / days for days in _intervals(last, settings.interval_days)]
        found = Forecast(len(last), settings.interval_days, sum(rates), None, None)
        if not self._jury.able or self._jury.unpriced:
            return found
        hearing, research = highest_estimates(self._jury, now.date(), researching=self._background_days > 0)
        month = _times(hearing, sum(rates)) + _times(research, self._researched(rates))
        limit = self._budget.limit(settings, now)
        if limit is not None and limit.monthly >= month.ceiling:
            limit = None
        return Forecast(found.cases, found.interval_days, found.hearings, hearing + research, month, limit)

    def _researched(self, rates: Sequence[float]) -> float:
        """Return how often something is researched in a month: at most before every hearing."""
        if not self._background_days:
            return 0.0
        return sum(min(rate, MONTH.days / self._background_days) for rate in rates)


def _intervals(last: Sequence[LastSession], fixed: int | None) -> list[float]:
    """Return the days from one hearing to the next, by case. Nothing is known yet of a case that was never heard."""
    if fixed is not None:
        return [float(fixed)] * len(last)
    return [SHORTEST if one.margin is None else usual_days(one.verdict, one.margin) for one in last]


def _times(one: Estimate, number: float) -> Estimate:
    # A part of a hearing cannot be held. What is left of rounding errors is none.
    whole = ceil(number - ROUNDING)
    return Estimate(ceil(one.usual * number), one.ceiling * whole)
