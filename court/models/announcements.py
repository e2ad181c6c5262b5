"""What all announcements have in common: where they go, how insistent they are, and what can prevent them.

The kinds of announcement are in `court.announcements.kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from court.models.cases import CaseState, GuildSettings
from court.models.overviews import CaseOverview

HOST_ID = 0
"""Stands for the host in place of a server, so that all notices to the host share one lane."""

REFERENCES = ("case_id", "session", "user_id")
"""The fields of announcements that refer to rows and members, and are stored as columns."""


class Lane(StrEnum):
    """The queue of a server in which an announcement waits: one per channel, so that none waits for another."""

    VERDICTS = "verdicts"
    MODERATORS = "moderators"
    INBOX = "inbox"
    GREETING = "greeting"
    HOST = "host"


class Place(StrEnum):
    """Where an announcement goes, and whether it is a new message there."""

    MOD_CHANNEL = "mod channel"
    VERDICT_CHANNEL = "verdict channel"
    CARD = "card"
    """The moderators' card of its case, which is edited."""
    NOTICE = "notice"
    """A notice to the moderators, which is edited."""
    INBOX = "inbox"
    """A direct message to one member."""
    GREETING_CHANNEL = "greeting channel"
    """The channel that the announcement itself names, because no channel has been chosen yet."""
    HOST_CHANNEL = "host channel"
    """Where the host of the bot is told of things that concern no server's moderators."""

    @property
    def lane(self) -> Lane:
        """Return the lane in which announcements for this place wait."""
        return _LANES[self]


_LANES = {
    Place.MOD_CHANNEL: Lane.MODERATORS,
    Place.CARD: Lane.MODERATORS,
    Place.NOTICE: Lane.MODERATORS,
    Place.VERDICT_CHANNEL: Lane.VERDICTS,
    Place.INBOX: Lane.INBOX,
    Place.GREETING_CHANNEL: Lane.GREETING,
    Place.HOST_CHANNEL: Lane.HOST,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an announcement is about, as the record has it when it is delivered."""

    settings: GuildSettings
    overview: CaseOverview | None = None


class Announcement:
    """Something to announce on Discord, as facts. `cogs.announcements` puts it into words.

    The class attributes say how a kind is delivered. Subclasses are frozen dataclasses. Their fields are
    either `REFERENCES` or facts that are stored as JSON.
    """

    kind: ClassVar[str]
    """The name under which it is stored: at most 16 characters, never reused."""
    place: ClassVar[Place]
    insistent: ClassVar[bool] = False
    """Whether it is tried until it is delivered. Others are dropped after a lasting failure or too many attempts."""
    docketed_only: ClassVar[bool] = False
    """Whether it is dropped if its case has left the docket."""
    newest_only: ClassVar[bool] = False
    """Whether it is dropped if a later one of its kind and case waits as well."""
    warns: ClassVar[bool] = False
    """Whether moderators are notified if it cannot be delivered."""
    opens_vote: ClassVar[bool] = False
    """Whether members can vote by reactions under it."""
    is_card: ClassVar[bool] = False
    """Whether its message becomes the moderators' card of its case."""

    @property
    def references(self) -> dict[str, int | None]:
        """Return the fields that refer to rows and members, with None for those that the kind does not have."""
        return {name: getattr(self, name, None) for name in REFERENCES}

    @property
    def label(self) -> str:
        """Return what logs call it."""
        return self.kind

    def is_on_record(self, subject: Subject) -> bool:
        """Return whether the record has what the announcement is about."""
        case_id, session = self.references["case_id"], self.references["session"]
        if case_id is None:
            return True
        if subject.overview is None:
            return False
        if self.docketed_only and subject.overview.case.state is not CaseState.DOCKETED:
            return False
        hearing = subject.overview.hearing
        return session is None or (hearing is not None and hearing.session == session)


class Obstacle(StrEnum):
    """Why an announcement could not be delivered. The values are stored."""

    NO_MOD_CHANNEL = "no_mod_channel"
    NO_VERDICT_CHANNEL = "no_verdict_channel"
    NO_HOST_CHANNEL = "no_host_channel"
    NO_CARD = "no_card"
    """The card to edit has not been posted yet."""
    OFF_RECORD = "off_record"
    """The record does not have what it is about, or this court does not know its kind."""
    SUPERSEDED = "superseded"
    """A later announcement of the same kind tells more about the case."""
    PERMISSIONS = "permissions"
    FORBIDDEN = "forbidden"
    """Discord refuses, although no permission is known to be missing."""
    GONE = "gone"
    """The channel, or the message in it, no longer exists."""
    INBOX_CLOSED = "inbox_closed"
    STATUS = "status"
    """Discord answered with an error."""
    UNREACHABLE = "unreachable"
    RATE_LIMIT = "rate_limit"
    """Discord takes nothing more for a while."""
    SLOW = "slow"
    """Discord did not answer in time."""
    FAULT = "fault"
    """A bug in the bot itself."""


@dataclass(frozen=True, slots=True)
class Problem:
    """An obstacle with its facts. `cogs.announcements` puts it into words for people; `str` is for logs."""

    obstacle: Obstacle
    channel_id: int | None = None
    """Where it happened; None for a member's inbox and for problems outside Discord."""
    permissions: tuple[str, ...] = ()
    """The missing permissions, by Discord's own names for them."""
    status: int | None = None
    """The HTTP status of Discord's answer."""
    detail: str | None = None
    """Discord's own words, or the type of an exception."""

    def __str__(self) -> str:
        facts = [
            "" if self.channel_id is None else f"channel {self.channel_id}",
            ", ".join(self.permissions),
            "" if self.status is None else f"HTTP {self.status}",
            self.detail or "",
        ]
        known = "; ".join(fact for fact in facts if fact)
        name = self.obstacle.replace("_", " ")
        return f"{name} ({known})" if known else name
