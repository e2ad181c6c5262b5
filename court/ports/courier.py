"""Messages to Discord."""

from __future__ import annotations

from typing import Protocol

from court.models import MessageRef
from court.models.announcements import Subject
from court.models.work import Dispatch


class Courier(Protocol):
    """Delivers announcements to Discord, whatever their kind. Every method raises `Undeliverable` when it fails.

    The id of the dispatch is hidden in the message, so that `find` can tell after a crash whether the
    message went out.
    """

    async def ready(self) -> None:
        """Wait until messages can be delivered, and it is known which servers are served."""
        ...

    async def post(self, channel_id: int, dispatch: Dispatch, subject: Subject) -> MessageRef:
        """Send a message to a channel."""
        ...

    async def edit(self, message: MessageRef, dispatch: Dispatch, subject: Subject) -> None:
        """Replace what one of the bot's messages shows."""
        ...

    async def react(self, message: MessageRef) -> None:
        """Add the reactions that members vote with to a message. Doing it again changes nothing."""
        ...

    async def tell(self, user_id: int, dispatch: Dispatch, subject: Subject) -> None:
        """Send a direct message."""
        ...

    async def find(self, channel_id: int, dispatch: Dispatch) -> MessageRef | None:
        """Return the message that carries the dispatch. It is looked for from its first attempt on."""
        ...
