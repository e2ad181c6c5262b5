"""How many attempts may be in flight at a vendor: as many as it bears, which its refusals teach.

There is no bound until a vendor answers “too many requests”. Then half of what was in flight is allowed, and one more
for every round of answers without a refusal (additive increase, multiplicative decrease: Chiu and Jain, Computer
Networks and ISDN Systems 17, 1989). Times are those of the event loop, in seconds.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from court.errors import ModelError, ModelTimeout, ModelUnavailable

NO_BOUND = 512.0
"""A bound that has grown this far is dropped."""

NO_TURN = "rate limited: its vendor takes too few requests at once"


class VendorLimits:
    """The limits of all vendors in this process, by provider name."""

    def __init__(self) -> None:
        self._gates: dict[str, Gate] = {}

    @property
    def crowded(self) -> bool:
        """Whether attempts wait for their turn, so that another hearing had better not begin yet."""
        return any(gate.waiting for gate in self._gates.values())

    @asynccontextmanager
    async def turn(self, provider: str, deadline: float) -> AsyncIterator[None]:
        """Wait for a turn at the vendor, and learn from what becomes of the attempt in the block.

        Raises:
            ModelTimeout: when there is no turn before the deadline. Nothing is billed.
            ModelUnavailable: when it is known at once that there will be none. Nothing is billed.
        """
        gate = self._gates.setdefault(provider, Gate())
        await gate.enter(deadline)
        loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        try:
            yield
        except ModelError as error:
            if error.limited:
                gate.refused(began, loop.time(), error.retry_after or 0.0)
            raise
        else:
            gate.answered()
        finally:
            gate.leave()


class Gate:
    """The limit of one vendor."""

    def __init__(self) -> None:
        self.bound: float | None = None
        self.in_flight = 0
        self._closed_until = 0.0
        self._cut_at = float("-inf")
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        return sum(not one.done() for one in self._waiting)

    async def enter(self, deadline: float) -> None:
        """Wait until another attempt may be in flight, and count it as such. Those who wait enter in their order.

        Raises:
            ModelTimeout: when that is not before the deadline.
            ModelUnavailable: when the vendor wants to be left alone until then, so that there is time for another one.
        """
        loop = asyncio.get_running_loop()
        if self._closed_until >= deadline:
            raise ModelUnavailable(NO_TURN, billed=False)
        if not self.waiting and self._is_open(loop.time()):
            self.in_flight += 1
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        self._admit_later(loop)
        try:
            async with asyncio.timeout_at(deadline):
                await turn
        except TimeoutError:
            self._give_up(turn)
            raise ModelTimeout(NO_TURN, billed=False) from None
        except asyncio.CancelledError:
            self._give_up(turn)
            raise

    def leave(self) -> None:
        """Count an attempt as over, and admit those who wait."""
        self.in_flight -= 1
        self._admit()

    def answered(self) -> None:
        """Let the bound grow by one for as many answers as it allows at once."""
        if self.bound is not None:
            self.bound += 1 / self.bound
            if self.bound >= NO_BOUND:
                self.bound = None

    def refused(self, began: float, now: float, wait: float) -> None:
        """Halve the bound, and close for as long as the vendor wants.

        An attempt that began before the last cut belongs to the same burst: its refusal says nothing new.
        """
        self._closed_until = max(self._closed_until, now + wait)
        if began >= self._cut_at:
            self._cut_at = now
            self.bound = max(1.0, self.in_flight // 2)

    def _is_open(self, now: float) -> bool:
        return now >= self._closed_until and (self.bound is None or self.in_flight < int(self.bound))

    def _admit(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting and self._is_open(loop.time()):
            turn = self._waiting.popleft()
            if not turn.done():
                self.in_flight += 1
                turn.set_result(None)
        if self._waiting:
            self._admit_later(loop)

    def _admit_later(self, loop: asyncio.AbstractEventLoop) -> None:
        """Admit when the vendor may be asked again; before that, nobody's leaving opens the gate."""
        if loop.time() < self._closed_until:
            loop.call_at(self._closed_until, self._admit)

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        if turn.done() and not turn.cancelled():
            # It was admitted at the same moment.
            self.leave()
        else:
            turn.cancel()
