"""Who may sit: the pool that panels are drawn from, the judge that writes, and what asking them costs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from court.jury.attempts import UNLIMITED, Allowance, ask_model
from court.jury.limits import VendorLimits
from court.jury.model import Completion, Model, Request
from court.jury.panels import FEWEST_JURORS, roster
from court.jury.prompts import PROMPT_VERSION
from court.jury.reach import Reach
from court.models import ModelRef, Price, Roster, Usage

Finder = Callable[[ModelRef], Model | None]
Tariff = Callable[[ModelRef], Price | None]


def _unknown(_ref: ModelRef) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Jury:
    """Who may sit.

    `timeout` is in seconds, per seat and for the judge, including all retries and alternates.
    `rehearsal` marks a pool of scripted models.
    """

    pool: Mapping[ModelRef, Model]
    judge: Model | None
    panel_size: int
    timeout: float
    rehearsal: bool = False
    vacancy: str | None = None
    """Why there is no jury, in words for the host, if the pool is too small to hear anything."""
    searching: bool = False
    """Whether jurors are given their vendor's search tool, if it has one."""
    tariff: Tariff = _unknown
    """Gives the prices of models, including those that no longer sit."""
    assumed: tuple[ModelRef, ...] = ()
    """The models of today's jury whose price is unknown and for which `tariff` gives the highest known one."""
    finder: Finder | None = None
    """Finds models that no longer sit, for bridge hearings; None if only the pool can be asked."""
    reach: Reach | None = None
    """Knows which models cannot be asked; None if every one is asked each time."""
    limits: VendorLimits = field(default_factory=VendorLimits)
    """How many attempts may be in flight at each vendor."""

    @property
    def able(self) -> bool:
        return len(self.pool) >= FEWEST_JURORS

    @property
    def unpriced(self) -> tuple[ModelRef, ...]:
        """The models of today's jury whose price is unknown: their cost is in no total and under no cap."""
        judges = () if self.judge is None else (self.judge.ref,)
        return tuple(ref for ref in dict.fromkeys((*self.pool, *judges)) if self.tariff(ref) is None)

    @property
    def roster(self) -> Roster:
        """The jury as the record keeps it before any of its models has answered."""
        return self.roster_served({})

    def roster_served(self, names: Mapping[ModelRef, str]) -> Roster:
        """Return the jury as the record keeps it, with the names that answered for its models."""
        return roster(list(self.pool), PROMPT_VERSION, searching=self.searching, served=names)

    @property
    def researcher(self) -> Model | None:
        """The model that researches the background: the judge if it can search, else the first juror that can."""
        able = (model for model in (self.judge, *self.pool.values()) if model is not None and model.can_search)
        return next(able, None)

    def find(self, ref: ModelRef) -> Model | None:
        """Return a model of the pool, or one that sat before and can still be asked; otherwise None."""
        if ref in self.pool:
            return self.pool[ref]
        return None if self.finder is None else self.finder(ref)

    async def ask(
        self, model: Model, request: Request, deadline: float, allowance: Allowance = UNLIMITED
    ) -> tuple[Completion, Usage]:
        """Ask a model, with retries after failures that may pass. Return its answer and what all attempts used.

        Args:
            model: the model to ask.
            request: the question.
            deadline: when the answer must be there, in the event loop's time.
            allowance: what may be spent on retries.

        Raises:
            ModelError: for anything that goes wrong, with a cause fit for the record and the usage of all attempts.
        """
        price = self.tariff(model.ref)
        with self._reaching(model.ref):
            return await ask_model(
                model,
                request,
                price,
                deadline=deadline,
                seconds=self.timeout,
                allowance=allowance,
                limits=self.limits,
            )

    def in_doubt(self, models: Iterable[ModelRef]) -> bool:
        """Return whether one of the models is asked only to see whether it can be."""
        return self.reach is not None and any(map(self.reach.in_doubt, models))

    @property
    def out(self) -> frozenset[ModelRef]:
        """The jurors that a fault of the host keeps out."""
        reach = self.reach
        return frozenset() if reach is None else frozenset(ref for ref in self.pool if reach.outages_of(ref))

    def covers(self, ref: ModelRef) -> bool:
        """Return whether a model is part of today's jury, as a juror or as the judge."""
        return ref in self.pool or (self.judge is not None and ref == self.judge.ref)

    def _reaching(self, ref: ModelRef) -> AbstractContextManager[None]:
        return nullcontext() if self.reach is None else self.reach.asking(ref, ours=self.covers(ref))

    def deadline(self) -> float:
        """Return when a question asked now must be answered, in the event loop's time."""
        return asyncio.get_running_loop().time() + self.timeout
