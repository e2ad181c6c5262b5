"""The figures for Prometheus. No label holds an id, a name or a text of a server or a member."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.health.readings import Reading
from bot.health.rules import Report, Signals
from bot.version import court_version
from court.hearings.budget import Caps
from court.models import MICRO, Disposition, Hearing, HearingKind, ModelRef, Usage

INTERACTION_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Discord gives up after three."""
COMMIT_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of the bot when the figures are asked for."""

    report: Report
    signals: Signals
    reading: Reading | None
    write_failures: int


class Metrics:
    """Counts what happens, and writes it down together with a snapshot. It is a `court.ports.Meter`."""

    def __init__(self, caps: Caps) -> None:
        # When each figure began would double their number. This is a switch of the library, which nothing else uses.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has not typed it
        self._registry = CollectorRegistry()
        self._gauges = _Gauges(caps)
        self._registry.register(self._gauges)
        for of_process in (ProcessCollector, PlatformCollector, GCCollector):
            of_process(registry=self._registry)
        Info("court", "The court's version.", registry=self._registry).info({"version": court_version()})
        self._interactions = self._histogram(
            "court_interaction_seconds",
            "Seconds until Discord had the first answer to what a member did, by what became of it.",
            ("kind", "outcome"),
            INTERACTION_SECONDS,
        )
        self._commits = self._histogram(
            "court_commit_seconds", "Seconds that a commit to the record took.", (), COMMIT_SECONDS
        )
        self._events = self._counter("court_gateway_events", "Events of Discord's gateway.", "type")
        self._hearings = self._counter("court_hearings", "Hearings held.", "kind", "disposition")
        self._seats = self._counter("court_seats", "Seats of hearings, by what became of them.", "vendor", "outcome")
        self._tokens = self._counter("court_tokens", "Tokens that models read and wrote.", "vendor", "direction")
        self._cost = self._counter("court_cost_dollars", "What models cost, where their price is known.", "vendor")
        # A counter that first appears as 1 shows no increase, and of these few every combination is known.
        for kind, disposition in itertools.product(HearingKind, Disposition):
            self._hearings.labels(kind, disposition)

    def interaction(self, kind: str, outcome: str, seconds: float) -> None:
        """Count something that a member did, and how long the first answer took."""
        self._interactions.labels(kind, outcome).observe(seconds)

    def event(self, kind: str) -> None:
        """Count an event of the gateway."""
        self._events.labels(kind).inc()

    def commit(self, seconds: float) -> None:
        """Count a commit."""
        self._commits.observe(seconds)

    def held(self, hearing: Hearing) -> None:
        self._hearings.labels(hearing.kind, hearing.disposition).inc()
        for opinion in (*hearing.opinions, *hearing.replaced, *hearing.former):
            vendor = opinion.model.provider
            self._seats.labels(vendor, opinion.outcome).inc()
            self._use(vendor, Usage.of(opinion.tokens_in, opinion.tokens_out, opinion.cost))
        if (narrator := hearing.ruling.narrator) is not None:
            self._use(narrator.provider, hearing.judge_usage)

    def researched(self, researcher: ModelRef, usage: Usage) -> None:
        self._use(researcher.provider, usage)

    def written(self, snapshot: Snapshot) -> bytes:
        """Return all figures in Prometheus' text format."""
        self._gauges.snapshot = snapshot
        return generate_latest(self._registry)

    def _use(self, vendor: str, usage: Usage) -> None:
        self._tokens.labels(vendor, "in").inc(usage.tokens_in)
        self._tokens.labels(vendor, "out").inc(usage.tokens_out)
        self._cost.labels(vendor).inc(usage.cost / MICRO)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self._registry)

    def _histogram(self, name: str, meaning: str, labels: tuple[str, ...], buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, meaning, labels, buckets=buckets, registry=self._registry)


class _Gauges(Collector):
    """The figures of the moment. Those that are not known just now are left out."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self.snapshot: Snapshot | None = None

    def describe(self) -> Iterator[Metric]:
        return iter(())

    def collect(self) -> Iterator[Metric]:
        yield from self._of_caps()
        if self.snapshot is not None:
            yield from _of_bot(self.snapshot)
            if self.snapshot.reading is not None:
                yield from _of_record(self.snapshot.reading, self.snapshot.signals)

    def _of_caps(self) -> Iterator[Metric]:
        cap = GaugeMetricFamily(
            "court_cap_dollars",
            "What hearings may cost: those of all servers together, and those of each.",
            labels=("of", "period"),
        )
        caps = self._caps
        for of, period, amount in (
            ("all", "day", caps.daily),
            ("all", "month", caps.monthly),
            ("server", "day", caps.server_daily),
            ("server", "month", caps.server_monthly),
        ):
            if amount is not None:
                cap.add_metric((of, period), amount / MICRO)
        yield cap


def _of_bot(snapshot: Snapshot) -> Iterator[Metric]:
    ok = GaugeMetricFamily("court_ok", "1 for each check of /healthz that is passed, 0 for others.", labels=("check",))
    for name, check in snapshot.report.checks.items():
        ok.add_metric((name,), check.ok)
    yield ok
    signals = snapshot.signals
    for name, meaning, value in (
        ("court_ready", "1 once Discord has greeted the bot.", signals.ready),
        ("court_gateway_heard_seconds", "Seconds since anything came from Discord.", signals.heard),
        ("court_tick_seconds", "Seconds since the bot looked for work.", signals.since_tick),
        ("court_write_seconds", "Seconds for which the oldest write has been under way.", signals.writing),
    ):
        if value is not None:
            yield GaugeMetricFamily(name, meaning, value=value)
    failures = "Writes that the record failed to take."
    yield CounterMetricFamily("court_write_failures", failures, value=snapshot.write_failures)


def _of_record(reading: Reading, signals: Signals) -> Iterator[Metric]:
    spent = GaugeMetricFamily(
        "court_spent_dollars",
        "What hearings of all servers cost in this period (UTC), or may still cost.",
        labels=("period",),
    )
    spent.add_metric(("day",), reading.spent_today / MICRO)
    spent.add_metric(("month",), reading.spent_this_month / MICRO)
    yield spent
    backlog = reading.backlog
    queue = GaugeMetricFamily("court_hearing_queue", "Hearings to hold, by their state.", labels=("state",))
    for state, number in (
        ("later", backlog.hearings_waiting - backlog.hearings_late),
        ("due", backlog.hearings_late),
        ("under_way", backlog.hearings_under_way),
    ):
        queue.add_metric((state,), number)
    yield queue
    held_up = "Servers whose hearings a cap holds up."
    yield GaugeMetricFamily("court_servers_held_up", held_up, value=backlog.servers_held_up)
    outbox = "Messages to send, those that wait for a channel included."
    yield GaugeMetricFamily("court_outbox", outbox, value=backlog.dispatches_waiting)
    for name, meaning, since in (
        ("court_hearing_queue_seconds", "Seconds for which the first due hearing waits.", backlog.hearing_since),
        (
            "court_outbox_seconds",
            "Seconds that the first sendable message waits.",
            backlog.dispatch_since,
        ),
    ):
        waited = 0.0 if since is None else max((signals.now - since).total_seconds(), 0.0)
        yield GaugeMetricFamily(name, meaning, value=waited)
