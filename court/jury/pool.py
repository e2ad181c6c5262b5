"""Who may sit: the pool that panels are drawn from, the judge who writes, and what asking them costs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from court.errors import ModelError, ModelTimeout
from court.jury.costs import cost_of
from court.jury.model import Completion, Model, Request
from court.jury.panels import FEWEST_JURORS, roster
from court.jury.prompts import PROMPT_VERSION
from court.models import ModelRef, Price, Roster, Usage

log = logging.getLogger(__name__)

Finder = Callable[[ModelRef], Model | None]
Tariff = Callable[[ModelRef], Price | None]


def _unknown(_ref: ModelRef) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Jury:
    """Who may sit.

    `timeout` is in seconds for each seat and for the judge, all retries and alternates included.
    `rehearsal` marks a pool of scripted models.
    """

    pool: Mapping[ModelRef, Model]
    judge: Model | None
    panel_size: int
    timeout: float
    rehearsal: bool = False
    vacancy: str | None = None
    """Why there is no jury, in a host's words, where the pool is too small to hear anything."""
    searching: bool = False
    """Whether jurors are given their vendor's search tool, where it has one."""
    tariff: Tariff = _unknown
    """What models cost, those that sit no more included."""
    finder: Finder | None = None
    """Finds models that sit no more, for bridge hearings; none where only the pool can be asked."""

    @property
    def able(self) -> bool:
        return len(self.pool) >= FEWEST_JURORS

    @property
    def unpriced(self) -> tuple[ModelRef, ...]:
        """The models of today's jury for which no price is known: what they cost is in no figure and under no cap."""
        judges = () if self.judge is None else (self.judge.ref,)
        return tuple(ref for ref in dict.fromkeys((*self.pool, *judges)) if self.tariff(ref) is None)

    @property
    def roster(self) -> Roster:
        """The jury as the record keeps it."""
        return roster(list(self.pool), PROMPT_VERSION, searching=self.searching)

    @property
    def researcher(self) -> Model | None:
        """The model that searches for the clerk: the judge if it can, else the first juror that can."""
        able = (model for model in (self.judge, *self.pool.values()) if model is not None and model.can_search)
        return next(able, None)

    def find(self, ref: ModelRef) -> Model | None:
        """A model of the pool, or one that sat before and can still be asked."""
        if ref in self.pool:
            return self.pool[ref]
        return None if self.finder is None else self.finder(ref)

    async def ask(self, model: Model, request: Request, deadline: float) -> Completion:
        """Ask once.

        Args:
            model: whom.
            request: what.
            deadline: by when, in the loop's time.

        Raises:
            ModelError: for whatever goes wrong, with a cause fit for the record.
        """
        try:
            async with asyncio.timeout_at(deadline):
                return await model.complete(request)
        except TimeoutError:
            raise ModelTimeout(f"no answer within {self.timeout:g} s") from None
        except ModelError:
            raise
        except Exception as error:
            # An adapter's own fault must cost its seat, not the hearing.
            # Only its type is told: what an SDK puts into the text may hold a key.
            kind = type(error).__name__
            log.error("the adapter of %s failed with %s", model.ref, kind)  # noqa: TRY400
            raise ModelError(f"the adapter failed ({kind})") from error

    def usage_of(self, ref: ModelRef, answer: Completion) -> Usage:
        """What an answer of that model took."""
        return Usage.of(answer.tokens_in, answer.tokens_out, cost_of(self.tariff(ref), answer))

    def deadline(self) -> float:
        """When a question that is asked now must be answered, in the loop's time."""
        return asyncio.get_running_loop().time() + self.timeout
