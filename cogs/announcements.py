"""Announcements as people see them: one renderer per kind, and the problems that can delay one, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from discord.utils import format_dt

from cogs.docket.card import denial_card, filed_card
from cogs.rulings.card import ruling_card
from cogs.rulings.inflection_card import turn_card
from cogs.ui.layout import Card
from cogs.ui.notices import notice_card
from cogs.ui.permissions import permission_names
from cogs.ui.texts import _
from court.announcements.kinds import (
    AdjournmentNotice,
    CapPeriod,
    CardUpdate,
    DelayNotice,
    Denial,
    PlainNotice,
    RulingAnnouncement,
    StatementCard,
    TurnAnnouncement,
)
from court.models import CaseOverview, Turn, dollars
from court.models.announcements import Announcement, Obstacle, Problem, Subject


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a renderer may use besides the announcement itself."""

    subject: Subject
    dispatch_id: int
    """To be hidden in a new message, by which it is found again."""
    vacancy: str | None = None
    """Why nothing is heard, in a host's words, if there is no jury."""
    guild_name: str | None = None

    @property
    def overview(self) -> CaseOverview:
        """The case that the announcement is about, for the kinds that are about one."""
        assert self.subject.overview is not None  # noqa: S101 - delivery checks that it is on the record
        return self.subject.overview

    @property
    def turn(self) -> Turn:
        """The turn that the announcement is about."""
        assert self.overview.turn is not None  # noqa: S101 - delivery checks that it is on the record
        return self.overview.turn


Renderer: TypeAlias = Callable[[Any, Rendering], Card]


def render(announcement: Announcement, rendering: Rendering) -> Card:
    """Return the card of an announcement, in the current locale."""
    return RENDERERS[type(announcement)](announcement, rendering)


def problem_text(problem: Problem) -> str:
    """Say what hinders a delivery, and what somebody can do about it."""
    place = _("a member's inbox") if problem.channel_id is None else f"<#{problem.channel_id}>"
    words = {
        Obstacle.NO_MOD_CHANNEL: _("no mod channel is set; an admin can choose one with `/setup channels`"),
        Obstacle.NO_VERDICT_CHANNEL: _("no verdict channel is set; an admin can choose one with `/setup channels`"),
        Obstacle.NO_CARD: _("its card is not posted yet"),
        Obstacle.OFF_RECORD: _("it is not on the record any more"),
        Obstacle.PERMISSIONS: _("in {place} I lack {permissions}"),
        Obstacle.FORBIDDEN: _("I may not write in {place} ({detail})"),
        Obstacle.GONE: _("{place} or the message in it does not exist any more"),
        Obstacle.INBOX_CLOSED: _("the member takes no direct messages"),
        Obstacle.STATUS: _("Discord answered {status} for {place}"),
        Obstacle.UNREACHABLE: _("Discord could not be reached for {place}"),
        Obstacle.FAULT: _("an error of the bot itself ({detail}); the host finds it in the log"),
    }[problem.obstacle]
    names = ", ".join(permission_names(problem.permissions))
    return words.format(place=place, permissions=names, detail=problem.detail or "", status=problem.status or "")


def _statement_card(_told: StatementCard, about: Rendering) -> Card:
    return filed_card(about.overview.case, dispatch_id=about.dispatch_id, vacancy=about.vacancy)


def _card_update(_told: CardUpdate, about: Rendering) -> Card:
    return filed_card(about.overview.case, vacancy=about.vacancy)


def _ruling(_told: RulingAnnouncement, about: Rendering) -> Card:
    return ruling_card(about.overview, dispatch_id=about.dispatch_id)


def _turn(_told: TurnAnnouncement, about: Rendering) -> Card:
    return turn_card(about.overview, about.turn, dispatch_id=about.dispatch_id)


def _denial(_told: Denial, about: Rendering) -> Card:
    return denial_card(about.overview.case, about.guild_name)


def _adjournment(told: AdjournmentNotice, about: Rendering) -> Card:
    until = format_dt(told.until, "f")
    facts = {"cap": dollars(told.cap), "spent": dollars(told.spent), "ceiling": dollars(told.ceiling), "until": until}
    if told.ceiling > told.cap:
        sentence = _(
            "A hearing may cost up to {ceiling}, which is more than {name} of {cap}. {remedy} Next try: {until}."
        )
    else:
        sentence = _(
            "Hearings are adjourned: {spent} of {name} of {cap} are spent, and the next hearing may cost up to "
            "{ceiling}. Hearings that are due go on {until}."
        )
    return notice_card(sentence.format(name=_cap_name(told), remedy=_remedy(told), **facts), about.dispatch_id)


def _cap_name(told: AdjournmentNotice) -> str:
    if told.of_host:
        return _("the host's daily cap") if told.period is CapPeriod.DAY else _("the host's monthly cap")
    return _("this server's daily cap") if told.period is CapPeriod.DAY else _("this server's monthly cap")


def _remedy(told: AdjournmentNotice) -> str:
    if told.by_admin:
        return _("An admin can raise the cap with `/setup budget`, or the host can seat cheaper jurors.")
    return _("Only the host can raise the cap or seat cheaper jurors.")


def _delay(told: DelayNotice, about: Rendering) -> Card:
    sentence = _("A ruling could not be announced: {problem}. It waits, and is tried again.")
    return notice_card(sentence.format(problem=problem_text(told.problem)), about.dispatch_id)


def _plain_notice(told: PlainNotice, about: Rendering) -> Card:
    return notice_card(told.text, about.dispatch_id)


RENDERERS: Mapping[type[Announcement], Renderer] = {
    StatementCard: _statement_card,
    CardUpdate: _card_update,
    RulingAnnouncement: _ruling,
    TurnAnnouncement: _turn,
    Denial: _denial,
    AdjournmentNotice: _adjournment,
    DelayNotice: _delay,
    PlainNotice: _plain_notice,
}
