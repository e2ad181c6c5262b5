"""What is heard from Discord's gateway, by the events of the client."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

TYPES = frozenset(
    {
        "READY",
        "RESUMED",
        "INTERACTION_CREATE",
        *(f"GUILD_{what}" for what in ("CREATE", "UPDATE", "DELETE", "ROLE_CREATE", "ROLE_UPDATE", "ROLE_DELETE")),
        *(f"CHANNEL_{what}" for what in ("CREATE", "UPDATE", "DELETE", "PINS_UPDATE")),
        *(f"THREAD_{what}" for what in ("CREATE", "UPDATE", "DELETE", "LIST_SYNC", "MEMBER_UPDATE", "MEMBERS_UPDATE")),
        *(f"MESSAGE_REACTION_{what}" for what in ("ADD", "REMOVE", "REMOVE_ALL", "REMOVE_EMOJI")),
    }
)
"""The gateway events that are counted by their own names; the rest are counted as `other`."""

RECEIVED, TYPE, INTERACTION = "socket_raw_receive", "socket_event_type", "interaction"
"""Events of the client: a frame came (acknowledged heartbeats too); a gateway event came; somebody used the bot."""


def _ignore(_of: object) -> None:
    pass


class GatewayWatch:
    """Notes when Discord was last heard, which shards have lost it, and whether the bot was ever ready."""

    def __init__(
        self,
        count: Callable[[str], None] = _ignore,
        came: Callable[[object], None] = _ignore,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin before the first connection.

        Args:
            count: told the type of each gateway event: one of `TYPES`, or `other`.
            came: given each interaction.
            clock: gives the time in seconds.
        """
        self._count = count
        self._came = came
        self._clock = clock
        self._heard: float | None = None
        self._lost: dict[object, float] = {}
        self.ready = False

    def noted(self, event: str, facts: Sequence[object]) -> None:
        """Note an event of the client. This is called for every frame, so it is quick."""
        if event == RECEIVED:
            self._heard = self._clock()
        elif event == TYPE:
            kind = facts[0]
            self._count(kind if isinstance(kind, str) and kind in TYPES else "other")
        elif event == INTERACTION:
            self._came(facts[0])
        elif event == "shard_disconnect":
            self._lost.setdefault(facts[0], self._clock())
        elif event in {"shard_connect", "shard_resumed"}:
            self._lost.pop(facts[0], None)
        elif event == "ready":
            self.ready = True

    def heard(self) -> float | None:
        """Return how many seconds ago anything came from Discord, or None if nothing ever did."""
        return None if self._heard is None else self._clock() - self._heard

    def lost(self) -> float | None:
        """Return for how many seconds a shard has been without its connection, or None if all have theirs."""
        return self._clock() - min(self._lost.values()) if self._lost else None
