"""Attempts at getting an answer: each one is paid for, so each is set aside before it is made and counted afterwards.

An attempt that the vendor may have billed without telling what it used counts at its ceiling. The ceiling of a
hearing, which is set aside before it, covers one attempt at each question; further ones need an allowance.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol

from court.errors import ModelError, ModelTimeout
from court.jury.costs import estimate, usage_of
from court.jury.limits import NO_TURN, VendorLimits
from court.jury.model import Completion, Model, Request
from court.models import Price, Usage

log = logging.getLogger(__name__)

RETRIES = 2
"""How often a model is asked again after a failure that may pass."""

LIMITED_RETRIES = 5
"""How often it is asked again in all if its vendor refuses because of too many requests, which costs nothing.

More often, because the vendor's limit is only learnt; not until the deadline, so that an alternate has time left.
"""

BACKOFF = 0.5
"""Seconds before the first retry, if the vendor names no time. Doubled before each further one."""


class Allowance(Protocol):
    """What may be spent beyond the ceiling of a hearing. Money is in millionths of a US dollar."""

    async def extend(self, amount: int) -> bool:
        """Set `amount` more aside. Return whether this was possible; if not, nothing may be spent on it."""
        ...


class Unlimited:
    """The allowance of hearings that no cap applies to."""

    async def extend(self, _amount: int) -> bool:
        return True


UNLIMITED = Unlimited()


async def ask_model(
    model: Model,
    request: Request,
    price: Price | None,
    *,
    deadline: float,
    seconds: float,
    allowance: Allowance,
    limits: VendorLimits,
) -> tuple[Completion, Usage]:
    """Ask a model, and after a failure that may pass some times again. Return its answer and what all attempts used.

    Args:
        model: the model to ask.
        request: the question.
        price: the price of the model, if it is known.
        deadline: when the answer must be there, in the event loop's time.
        seconds: the length of time that ends with the deadline, for the cause of a timeout.
        allowance: pays for another attempt if the one before it may have been billed.
        limits: how many attempts may be in flight at a vendor.

    Raises:
        ModelError: the last failure, with the usage of all attempts.
    """
    ceiling = estimate(price, request).ceiling
    used, retries = Usage(), 0
    while True:
        try:
            answer = await _attempt(model, request, deadline, seconds, limits)
        except ModelError as error:
            if error.billed:
                used += Usage(cost=ceiling)
            if retries >= (LIMITED_RETRIES if error.limited else RETRIES) or not await _may_retry(
                error, retries, deadline, allowance, ceiling
            ):
                error.usage = used
                raise
            log.info("%s is asked again (%s)", model.ref, error)
            retries += 1
        else:
            return answer, used + usage_of(price, request, answer)


async def _attempt(model: Model, request: Request, deadline: float, seconds: float, limits: VendorLimits) -> Completion:
    if asyncio.get_running_loop().time() >= deadline:
        raise ModelTimeout(f"no answer within {seconds:g} s", billed=False)
    ready = asked = False
    try:
        async with asyncio.timeout_at(deadline):
            await model.make_ready()
            ready = True
            async with limits.turn(model.ref.provider, deadline):
                asked = True
                return await model.complete(request)
    except TimeoutError:
        waited = ready and not asked
        raise ModelTimeout(NO_TURN if waited else f"no answer within {seconds:g} s", billed=asked) from None
    except ModelError:
        raise
    except Exception as error:
        # A bug in an adapter may cost its seat, but not the hearing.
        # Only the error's type is reported: the text that an SDK puts into it may contain a key.
        kind = type(error).__name__
        log.error("the adapter of %s failed with %s", model.ref, kind)  # noqa: TRY400
        raise ModelError(f"the adapter failed ({kind})") from error


async def _may_retry(error: ModelError, retries: int, deadline: float, allowance: Allowance, ceiling: int) -> bool:
    """Wait for as long as the vendor wants and set the next attempt's ceiling aside. Return whether it may be made."""
    if not error.transient:
        return False
    wait = BACKOFF * 2**retries if error.retry_after is None else error.retry_after
    if asyncio.get_running_loop().time() + wait >= deadline:
        return False
    await asyncio.sleep(wait)
    # An attempt that cost nothing has left its reserve unused.
    if not error.billed or not ceiling:
        return True
    try:
        async with asyncio.timeout_at(deadline):
            return await allowance.extend(ceiling)
    except TimeoutError:
        return False
