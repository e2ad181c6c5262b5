"""Discord, going out."""

from __future__ import annotations

from typing import Protocol

from court.models import (
    Case,
    CaseOverview,
    MessageRef,
    Turn,
)


class Courier(Protocol):
    """Brings what the outbox holds to Discord. Every method raises `Undeliverable` when it cannot.

    `dispatch_id` is the dispatch's id, hidden in the message, so that `find` can tell after a crash
    whether the message went out.
    """

    async def post_card(self, channel_id: int, case: Case, dispatch_id: int) -> MessageRef: ...

    async def update_card(self, card: MessageRef, case: Case) -> None: ...

    async def post_ruling(self, channel_id: int, record: CaseOverview, dispatch_id: int) -> MessageRef: ...

    async def post_turn(self, channel_id: int, record: CaseOverview, turn: Turn, dispatch_id: int) -> MessageRef:
        """Tell that the standing has turned, or the jury has; `record` is of the deciding session."""
        ...

    async def open_vote(self, ruling: MessageRef) -> None:
        """Put the three reactions under a ruling. Doing it again changes nothing."""
        ...

    async def tell_denial(self, user_id: int, case: Case) -> None: ...

    async def post_notice(self, channel_id: int, text: str, dispatch_id: int) -> MessageRef: ...

    async def find(self, channel_id: int, dispatch_id: int) -> MessageRef | None:
        """The message of ours with that mark among the latest of the channel."""
        ...
