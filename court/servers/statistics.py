"""What a guild's court has done, in numbers, and what it cost. The money is for moderators only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from court.hearings.budget import lower_cap, periods
from court.models import GuildSettings, Member, ModelRef, Statistics
from court.models.work import Adjourned
from court.ports import Clock, Repositories, Store


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent in a UTC day or month, and the cap on it, in millionths of a US dollar.

    What hearings under way have set aside counts as spent. `by_host` says that the cap is the host's,
    because the guild has set none or a higher one.
    """

    spent: int
    cap: int | None
    by_host: bool = False

    @property
    def left(self) -> int | None:
        """Return what may still be spent, or None without a cap."""
        return None if self.cap is None else max(0, self.cap - self.spent)


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """What was spent today and this month.

    `unpriced` names the models of the jury for which no price is known: what they cost is not counted,
    so no cap covers it. `assumed` names those that count at the highest known prices instead.
    """

    today: Spending
    month: Spending
    unpriced: tuple[ModelRef, ...] = ()
    assumed: tuple[ModelRef, ...] = ()
    adjourned: Adjourned | None = None
    """The hearings that a cap holds up now."""


@dataclass(frozen=True, slots=True)
class Report:
    """The statistics from `since` on, or of the whole record. `budget` is set for moderators only."""

    statistics: Statistics
    since: datetime | None
    budget: BudgetReport | None


class StatisticsService:
    """Reads statistics from the record.

    `server_caps` is what the host lets each server spend in a day and in a month, in millionths of a
    US dollar; the lower of a guild's own cap and the host's applies. `unpriced` and `assumed` are
    the jury's.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        server_caps: tuple[int | None, int | None] = (None, None),
        unpriced: tuple[ModelRef, ...] = (),
        assumed: tuple[ModelRef, ...] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._server_caps = server_caps
        self._unpriced = unpriced
        self._assumed = assumed

    async def report(self, guild_id: int, member: Member, days: int | None = None) -> Report:
        """Return the statistics of the last `days` days, or of all time, with the money if `member` is a moderator."""
        since = None if days is None else self._clock.now() - timedelta(days=days)
        async with self._store.reading() as repos:
            settings = await repos.guilds.get(guild_id)
            statistics = await repos.statistics.statistics(guild_id, since)
            if not member.moderates(settings.mod_role_id):
                return Report(statistics, since, None)
            return Report(statistics, since, await self._budget(repos, settings))

    async def budget(self, guild_id: int) -> BudgetReport:
        """Return what was spent and the caps on it. The caller makes sure that only admins see it."""
        async with self._store.reading() as repos:
            return await self._budget(repos, await repos.guilds.get(guild_id))

    async def _budget(self, repos: Repositories, settings: GuildSettings) -> BudgetReport:
        day, month = periods(self._clock.now())
        daily, monthly = self._server_caps
        return BudgetReport(
            await _spending(repos, settings.guild_id, day, settings.daily_cap, daily),
            await _spending(repos, settings.guild_id, month, settings.monthly_cap, monthly),
            self._unpriced,
            self._assumed,
            await repos.hearing_queue.adjourned(settings.guild_id),
        )


async def _spending(
    repos: Repositories, guild_id: int, since: datetime, own: int | None, of_host: int | None
) -> Spending:
    cap = lower_cap(own, of_host)
    return Spending(await repos.charges.spent(since, guild_id), cap, by_host=cap is not None and cap != own)
