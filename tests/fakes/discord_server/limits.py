"""Discord's limit of messages in a channel: five in five seconds, then 429 until the five seconds are over."""

from __future__ import annotations

from typing import Final

MESSAGES: Final = 5
WINDOW: Final = 5.0
"""Seconds."""

BUCKET: Final = "messages"


class MessageLimit:
    """Counts the messages of each channel. The times are those of one clock, in seconds."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, channel_id: str, now: float) -> float | None:
        """Count a message. Return None, or in how many seconds it may be tried again if there were too many."""
        began, taken = self._windows.get(channel_id, (now, 0))
        if now - began >= WINDOW:
            began, taken = now, 0
        if taken >= MESSAGES:
            return began + WINDOW - now
        self._windows[channel_id] = began, taken + 1
        return None

    def headers(self, channel_id: str, now: float) -> dict[str, str]:
        """Return the headers that say what is left of the channel's five seconds."""
        began, taken = self._windows.get(channel_id, (now, 0))
        return {
            "X-RateLimit-Limit": str(MESSAGES),
            "X-RateLimit-Remaining": str(MESSAGES - taken),
            "X-RateLimit-Reset-After": f"{max(0.0, began + WINDOW - now):.3f}",
            "X-RateLimit-Bucket": BUCKET,
        }
