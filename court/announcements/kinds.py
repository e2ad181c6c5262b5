"""Every kind of announcement, as data. To add one: a dataclass here, and its renderer in `cogs.announcements`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, get_args

from pydantic import TypeAdapter, ValidationError

from court.announcements.faults import HostFaultFound, ModelsOut
from court.models import CapPeriod
from court.models.announcements import REFERENCES, Announcement, Place, Problem, Subject


@dataclass(frozen=True)
class StatementCard(Announcement):
    """A new statement, as a card with buttons for the moderators."""

    kind = "card"
    place = Place.MOD_CHANNEL
    insistent = True
    is_card = True

    case_id: int


@dataclass(frozen=True)
class CardUpdate(Announcement):
    """An update of the moderators' card of a case, to show what became of it."""

    kind = "card_update"
    place = Place.CARD

    case_id: int


@dataclass(frozen=True)
class RulingAnnouncement(Announcement):
    """A session's ruling, with reactions to vote by."""

    kind = "ruling"
    place = Place.VERDICT_CHANNEL
    insistent = True
    docketed_only = True
    newest_only = True
    warns = True
    opens_vote = True

    case_id: int
    session: int


@dataclass(frozen=True)
class TurnAnnouncement(Announcement):
    """A turn: the standing has changed, or the jury has. `session` is the one that decided it."""

    kind = "turn"
    place = Place.VERDICT_CHANNEL
    insistent = True
    docketed_only = True
    warns = True

    case_id: int
    session: int

    def is_on_record(self, subject: Subject) -> bool:
        """Return whether the session decided a turn, which a recount may have taken back since."""
        turned = subject.overview is not None and subject.overview.turn is not None
        return turned and super().is_on_record(subject)


@dataclass(frozen=True)
class Denial(Announcement):
    """A message to the filer of a denied statement, with the reason."""

    kind = "denial"
    place = Place.INBOX

    case_id: int
    user_id: int


@dataclass(frozen=True)
class AdjournmentNotice(Announcement):
    """A notice to moderators that a cap holds up hearings. Money is in millionths of a US dollar."""

    kind = "adjournment"
    place = Place.MOD_CHANNEL

    period: CapPeriod
    of_host: bool
    """Whether the cap is on all servers together, not on this one alone."""
    by_admin: bool
    """Whether an admin of this server can raise it."""
    cap: int
    spent: int
    ceiling: int
    """What the next hearing may cost at most."""
    until: datetime


@dataclass(frozen=True)
class DelayNotice(Announcement):
    """A notice to moderators that a ruling or a turn waits because of a problem that somebody has to fix."""

    kind = "delay"
    place = Place.MOD_CHANNEL

    problem: Problem
    case_id: int | None = None
    announced: bool = False
    """Whether it has been announced and only its reactions are missing."""


class Settlement(StrEnum):
    """How a delay ended."""

    DELIVERED = "delivered"
    GIVEN_UP = "given up"
    """What was delayed is not announced any more."""
    CHANGED = "changed"
    """Something else is in the way now, and another notice says what."""


@dataclass(frozen=True)
class DelaySettled(Announcement):
    """An update of a notice of a delay: nobody has to do anything about it any more."""

    kind = "delay_settled"
    place = Place.NOTICE

    notice_id: int
    """The id of the notice's dispatch."""
    settlement: Settlement
    announced: bool
    """As in the notice."""
    case_id: int | None = None


@dataclass(frozen=True)
class RoleDeleted(Announcement):
    """A notice to moderators that their role was deleted."""

    kind = "role_deleted"
    place = Place.MOD_CHANNEL


@dataclass(frozen=True)
class Greeting(Announcement):
    """A greeting to a server that the bot has just joined, with the command that sets it up."""

    kind = "greeting"
    place = Place.GREETING_CHANNEL

    channel_id: int
    """Where it goes. It is chosen when the bot joins, so that a later attempt looks for it in the same channel."""


@dataclass(frozen=True)
class ServerJoined(Announcement):
    """A notice to the host that the bot is in a server that it did not know."""

    kind = "server_joined"
    place = Place.HOST_CHANNEL

    server_id: int
    name: str
    members: int
    allowed: bool
    """Whether it is served; otherwise `ALLOWED_GUILDS` leaves it out."""


@dataclass(frozen=True)
class HalfSpent(Announcement):
    """A notice to the host that a server has spent half of what it may. Money is in millionths of a US dollar."""

    kind = "half_spent"
    place = Place.HOST_CHANNEL

    server_id: int
    period: CapPeriod
    spent: int
    cap: int


@dataclass(frozen=True)
class HearingsCutOff(Announcement):
    """A notice to the host that the bot was killed again and again while it held hearings."""

    kind = "cut_off"
    place = Place.HOST_CHANNEL

    starts: int
    """How often it was killed in the last 24 hours, by the starts that followed."""
    hearings: int
    spent: int
    """What is counted as spent on them, in millionths of a US dollar. Less may have been paid."""


@dataclass(frozen=True)
class PlainNotice(Announcement):
    """A sentence for the moderators, written by an older version that stored sentences instead of facts."""

    kind = "notice"
    place = Place.MOD_CHANNEL

    text: str
    case_id: int | None = None


@dataclass(frozen=True)
class Unreadable(Announcement):
    """A stored announcement that this version of the court cannot read. It is dropped."""

    kind = "unreadable"
    place = Place.MOD_CHANNEL

    stored_as: str

    @property
    def label(self) -> str:
        """Return the kind under which it was stored, for the host who looks for the row."""
        return f"unreadable {self.stored_as}"

    def is_on_record(self, subject: Subject) -> bool:
        """Return False, because nobody knows what it reports."""
        return False


AnyAnnouncement: TypeAlias = (
    StatementCard
    | CardUpdate
    | RulingAnnouncement
    | TurnAnnouncement
    | Denial
    | AdjournmentNotice
    | DelayNotice
    | DelaySettled
    | RoleDeleted
    | Greeting
    | ServerJoined
    | HalfSpent
    | HearingsCutOff
    | ModelsOut
    | HostFaultFound
    | PlainNotice
)

KINDS: Mapping[str, type[Announcement]] = {one.kind: one for one in get_args(AnyAnnouncement)}


def facts_of(announcement: Announcement) -> dict[str, Any]:
    """Return what an announcement says besides its references, as JSON values."""
    fields = _adapter(type(announcement)).dump_python(announcement, mode="json")
    return {name: value for name, value in fields.items() if name not in REFERENCES}


def read(kind: str, references: Mapping[str, int | None], facts: object) -> Announcement:
    """Return the announcement that was stored under `kind`; `Unreadable` if it cannot be read."""
    given = {name: value for name, value in references.items() if value is not None}
    try:
        if kind in KINDS and isinstance(facts, Mapping):
            found: Announcement = _adapter(KINDS[kind]).validate_python({**facts, **given})
            return found
    except ValidationError:
        pass
    return Unreadable(kind)


# Each is built on first use, because building all of them would slow every start.
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
