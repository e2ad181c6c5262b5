"""When the bot counts as well. It also does when a cap or a missing permission holds something up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.clock import TICK
from court.models.work import Backlog

HEARD_WITHIN = 90.0
"""Seconds without anything from Discord, or without a shard. Discord answers a heartbeat about every 41 seconds."""
TICK_WITHIN = 6 * TICK
"""Seconds without a tick."""
WRITTEN_WITHIN = 30.0
"""Seconds that a transaction may wait and write. Most take milliseconds."""
AFTER_A_FAILURE = 60.0
"""Seconds for which a failed write counts. If it goes on, the next one has failed by then."""
LATE = 600.0
"""Seconds after which work that is due must have been begun."""


class Status(StrEnum):
    """What the checks amount to."""

    OK = "ok"
    STARTING = "starting"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Signals:
    """What is seen of a running bot at one moment. Durations are in seconds."""

    now: datetime
    ready: bool = False
    """Whether Discord has greeted the bot."""
    heard: float | None = None
    """How long ago anything came from Discord; None if nothing ever did."""
    lost: float | None = None
    """For how long a shard has been without a connection; None if all have one."""
    since_tick: float | None = None
    """How long ago the bot looked for work; None if it has not begun."""
    writing: float = 0.0
    """How long the oldest transaction that writes has been under way."""
    write_failed: float | None = None
    """How long ago the record last failed to be written; None if it never did."""
    backlog: Backlog | None = None
    """None if the record cannot be read."""
    hears: bool = True
    """Whether there is a jury."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is checked, and what is the case."""

    ok: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """How the bot is."""

    status: Status
    checks: Mapping[str, Check]

    @property
    def ok(self) -> bool:
        return self.status is Status.OK

    @property
    def failing(self) -> str:
        """What is wrong, on one line."""
        return "; ".join(f"{name}: {check.reason}" for name, check in self.checks.items() if not check.ok)

    def as_json(self) -> dict[str, object]:
        checks = {name: {"ok": check.ok, "reason": check.reason} for name, check in self.checks.items()}
        return {"status": str(self.status), "checks": checks}


def judge(signals: Signals) -> Report:
    """Return how a bot is of which this is seen."""
    checks = {
        "gateway": _gateway(signals),
        "tick": _tick(signals),
        "writer": _writer(signals),
        "hearings": _hearings(signals),
        "messages": _messages(signals),
    }
    if not signals.ready:
        status = Status.STARTING
    else:
        status = Status.OK if all(check.ok for check in checks.values()) else Status.FAILING
    return Report(status, checks)


def _gateway(signals: Signals) -> Check:
    if not signals.ready or signals.heard is None:
        return Check(False, "starting: the bot waits for Discord")
    if signals.heard > HEARD_WITHIN:
        return Check(False, f"nothing came from Discord for {_long(signals.heard)}; check the network")
    if signals.lost is not None and signals.lost > HEARD_WITHIN:
        return Check(False, f"a connection to Discord has been lost for {_long(signals.lost)}")
    return Check(True, f"Discord was heard {_long(signals.heard)} ago")


def _tick(signals: Signals) -> Check:
    if signals.since_tick is None:
        return Check(False, "starting: the bot has not looked for work yet")
    if signals.since_tick > TICK_WITHIN:
        return Check(False, f"the bot has not looked for work for {_long(signals.since_tick)}; restart it")
    return Check(True, f"the bot looked for work {_long(signals.since_tick)} ago")


def _writer(signals: Signals) -> Check:
    if signals.writing > WRITTEN_WITHIN:
        return Check(False, f"a write has hung for {_long(signals.writing)}; check the disk, restart the bot")
    if signals.write_failed is not None and signals.write_failed <= AFTER_A_FAILURE:
        return Check(False, f"a write failed {_long(signals.write_failed)} ago; the log says why")
    return Check(True, "the record can be written")


def _hearings(signals: Signals) -> Check:
    backlog = signals.backlog
    if backlog is None:
        return _unread()
    if not signals.hears:
        return Check(True, "none is held, because no jury is configured")
    waited = _since(backlog.hearing_since, signals.now)
    if waited is None:
        return Check(True, "none is late")
    waiting = f"{backlog.hearings_late} due, the first for {_long(waited)}"
    if waited > LATE and signals.ready and not backlog.hearings_under_way:
        return Check(False, f"{waiting}, and none is held; see the log")
    return Check(True, f"{waiting}; {backlog.hearings_under_way} under way")


def _messages(signals: Signals) -> Check:
    backlog = signals.backlog
    if backlog is None:
        return _unread()
    waited = _since(backlog.dispatch_since, signals.now)
    if waited is None:
        return Check(True, "none is late")
    if waited > LATE and signals.ready:
        return Check(False, f"one that could be sent waits for {_long(waited)}; see the log")
    return Check(True, f"the first waits for {_long(waited)}")


def _unread() -> Check:
    return Check(False, "the record cannot be read; see the log")


def _since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max((now - moment).total_seconds(), 0.0)


def _long(seconds: float) -> str:
    """Return a duration as `1 second`, `12 minutes` or `3 hours`."""
    for length, unit in ((3600.0, "hour"), (60.0, "minute")):
        if seconds >= 2 * length:
            return f"{int(seconds // length)} {unit}s"
    whole = int(seconds)
    return f"{whole} second{'' if whole == 1 else 's'}"
