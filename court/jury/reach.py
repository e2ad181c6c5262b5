"""Which models can be asked: what a fault of the host keeps out, since when, and when it is tried again.

A fault of the host, such as a refused key, concerns a whole vendor or one model; what it concerns is its subject. What
is out is not asked, until one question tries it again: first after `FIRST_TRY`, then after twice as long each time, up
to `LONGEST_WAIT`. All of it is kept in memory, so that everything is tried at once after a restart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from court.errors import ModelError, ModelTimeout, ModelUnavailable
from court.models import HostFault, ModelRef
from court.models.work import backoff
from court.ports import Clock

FIRST_TRY = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(slots=True, eq=False)
class Outage:
    """A vendor or a single model that cannot be asked because of a fault of the host."""

    model: ModelRef
    """The model that found it out. If the fault concerns it alone, no other model is out."""
    fault: HostFault
    since: datetime
    again: datetime
    """When it is tried again."""
    tries: int = 1
    """The questions that found the fault, not counting those that were under way at the same time."""

    @property
    def subject(self) -> str:
        """The vendor, or the address of the model if the fault concerns it alone."""
        return str(self.model) if self.fault.of_one_model else self.model.provider

    def covers(self, ref: ModelRef) -> bool:
        """Return whether it keeps that model out."""
        return ref == self.model if self.fault.of_one_model else ref.provider == self.model.provider


@dataclass(frozen=True, slots=True)
class News:
    """What has changed: the outages that were found, and the subjects that answer again."""

    found: tuple[Outage, ...] = ()
    ended: frozenset[str] = frozenset()


class Reach:
    """Knows what cannot be asked. One object serves the whole process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._outages: dict[str, Outage] = {}
        self._doubted: set[str] = set()
        self._found: list[Outage] = []
        self._ended: set[str] = set()

    @property
    def outages(self) -> tuple[Outage, ...]:
        """Everything that is out, the longest first."""
        return tuple(self._outages.values())

    @property
    def news(self) -> News:
        """What has changed and is not forgotten yet."""
        return News(tuple(self._found), frozenset(self._ended))

    def forget(self, news: News) -> None:
        """Drop news that has been told."""
        self._found = [outage for outage in self._found if outage not in news.found]
        self._ended -= news.ended

    def doubt(self, subjects: Iterable[str]) -> None:
        """Report as news when these answer: the record says that they could not be asked once."""
        self._doubted |= set(subjects)

    def try_all(self) -> None:
        """Try everything again with the next question, because the clock was wrong when it was put off."""
        for outage in self._outages.values():
            outage.again = self._clock.now()

    def outages_of(self, ref: ModelRef) -> tuple[Outage, ...]:
        """Return what keeps a model out: nothing, an outage of its vendor, one of its own, or both."""
        return tuple(found for subject in _subjects(ref) if (found := self._outages.get(subject)) is not None)

    def fault_of(self, ref: ModelRef) -> HostFault | None:
        """Return the fault because of which a model may not be asked now, or None if it may."""
        now = self._clock.now()
        return next((outage.fault for outage in self.outages_of(ref) if outage.again > now), None)

    def in_doubt(self, ref: ModelRef) -> bool:
        """Return whether a model may be asked now only to see whether it still is out."""
        return bool(self.outages_of(ref)) and self.fault_of(ref) is None

    def next_quorum(self, models: Collection[ModelRef], needed: int) -> datetime | None:
        """Return when `needed` of the models may be asked; None if they may be asked now, or are fewer than that."""
        if not self._outages:
            return None
        now = self._clock.now()
        times = sorted(max((outage.again for outage in self.outages_of(ref)), default=now) for ref in models)
        until = times[needed - 1] if needed <= len(times) else now
        return until if until > now else None

    def next_try(self, models: Iterable[ModelRef]) -> datetime:
        """Return when the first of the models that are out is tried again; `FIRST_TRY` from now if none is."""
        now = self._clock.now()
        times = (outage.again for ref in models for outage in self.outages_of(ref) if outage.again > now)
        return min(times, default=now + FIRST_TRY)

    @contextmanager
    def asking(self, ref: ModelRef, *, ours: bool) -> Iterator[None]:
        """Ask a model inside the block. If it has been out, this is the one question that tries it again.

        `ours` is false for models that are no longer part of the jury. They try nothing, and their faults are not the
        host's to put right.

        Raises:
            ModelUnavailable: when the model is out. Nothing was asked.
            ModelError: whatever the block raises.
        """
        tried = self.outages_of(ref)
        if (fault := tried[0].fault if tried and not ours else self.fault_of(ref)) is not None:
            raise ModelUnavailable(f"not asked: {fault}", billed=False, fault=fault)
        for outage in tried:
            # Until it has answered it is out for everybody else.
            outage.tries += 1
            outage.again = self._clock.now() + backoff(FIRST_TRY, outage.tries, LONGEST_WAIT)
        try:
            yield
        except ModelError as error:
            if ours:
                self._failed(ref, error, tried)
            raise
        if ours:
            self._answered(ref, tried)

    def _failed(self, ref: ModelRef, error: ModelError, tried: Iterable[Outage]) -> None:
        fault = error.fault
        if fault is None:
            # Any other answer shows that it can be asked again; silence shows nothing.
            if not isinstance(error, ModelTimeout):
                self._end(outage.subject for outage in tried)
            return
        outage = Outage(ref, fault, self._clock.now(), self._clock.now() + FIRST_TRY)
        if fault.of_one_model:
            # The vendor itself has answered.
            self._end(other.subject for other in tried if not other.fault.of_one_model)
        known = self._outages.get(outage.subject)
        if known is None or known.fault is not fault:
            self._outages[outage.subject] = outage
            self._found.append(outage)

    def _answered(self, ref: ModelRef, tried: Iterable[Outage]) -> None:
        self._end(outage.subject for outage in tried)
        if self._doubted:
            over = self._doubted.intersection(_subjects(ref))
            self._doubted -= over
            self._ended |= over

    def _end(self, subjects: Iterable[str]) -> None:
        for subject in subjects:
            if self._outages.pop(subject, None) is not None:
                self._found = [outage for outage in self._found if outage.subject != subject]
                self._ended.add(subject)


def _subjects(ref: ModelRef) -> tuple[str, str]:
    return ref.provider, str(ref)
