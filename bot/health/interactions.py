"""How long people wait for an answer, and what becomes of what they do, by what goes to Discord."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import discord

from cogs.ui.errors import OUTCOME

KINDS: Final = {
    discord.InteractionType.application_command: "command",
    discord.InteractionType.autocomplete: "autocomplete",
    discord.InteractionType.component: "button",
    discord.InteractionType.modal_submit: "form",
}

ANSWERED, UNANSWERED, TOO_LATE = "answered", "unanswered", "too_late"
"""Outcomes, besides those of `cogs.ui.errors`: a real answer went out; none did; Discord did not take it any more."""

FIRST_ANSWER = 15.0
"""Seconds after which an interaction without any answer is given up. Discord does so after three."""
LAST_ANSWER = 900.0
"""Seconds for which Discord takes an answer after “thinking …”."""
SETTLED_EVERY = 5.0
"""Seconds after which new interactions have the old ones counted, so that not many are kept."""

_FIRST = re.compile(r"/interactions/\d+/([^/]+)/callback$")
_LATER = re.compile(r"/webhooks/\d+/([^/]+)(?:/messages/[^/]+)?$")

Done = Callable[[str, str, float], None]
"""Told what somebody did, its outcome, and how many seconds passed until Discord had the first answer."""


class _Waiting:
    def __init__(self, interaction: discord.Interaction[Any], came: float) -> None:
        self.interaction = interaction
        self.came = came
        self.first: float | None = None
        self.status = 0
        self.later = False


class InteractionWatch:
    """Follows interactions until it is known what became of them."""

    def __init__(self, done: Done, clock: Callable[[], float] = time.monotonic) -> None:
        self._done = done
        self._clock = clock
        self._waiting: dict[str, _Waiting] = {}
        self._settled = clock()

    def came(self, interaction: object) -> None:
        """Follow an interaction that has just come."""
        if isinstance(interaction, discord.Interaction) and interaction.type in KINDS:
            self._waiting[interaction.token] = _Waiting(interaction, self._clock())
        if self._clock() - self._settled >= SETTLED_EVERY:
            self.settle()

    def trace(self) -> aiohttp.TraceConfig:
        """Return what tells this of every request to Discord that was answered."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._ended)
        return trace

    async def _ended(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        self.sent(params.url.path, params.response.status)

    def sent(self, path: str, status: int) -> None:
        """Note a request to this path of Discord's and the status of the answer."""
        if (found := _FIRST.search(path)) and (waiting := self._waiting.get(found[1])):
            waiting.first, waiting.status = self._clock(), status
        elif (found := _LATER.search(path)) and (waiting := self._waiting.get(found[1])):
            waiting.later = True

    def settle(self) -> None:
        """Count the interactions of which it is known by now what became of them."""
        self._settled = self._clock()
        for token, waiting in list(self._waiting.items()):
            if (outcome := self._outcome(waiting)) is not None:
                del self._waiting[token]
                took = FIRST_ANSWER if waiting.first is None else waiting.first - waiting.came
                self._done(KINDS[waiting.interaction.type], outcome, took)

    def _outcome(self, waiting: _Waiting) -> str | None:
        """Return the outcome of an interaction, or None if it is open."""
        age = self._clock() - waiting.came
        if waiting.first is None:
            return UNANSWERED if age >= FIRST_ANSWER else None
        if waiting.status >= 400:  # noqa: PLR2004 - where HTTP's errors begin
            return TOO_LATE
        thinking = waiting.interaction.response.type in {None, discord.InteractionResponseType.deferred_channel_message}
        if thinking and not waiting.later:
            return UNANSWERED if age >= LAST_ANSWER else None
        outcome: str = waiting.interaction.extras.get(OUTCOME, ANSWERED)
        return outcome
