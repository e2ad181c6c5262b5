"""Announcements as people see them: one renderer per kind, and texts for the problems that can delay one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from discord.utils import format_dt

from cogs.docket.card import denial_card, filed_card, unruled_line
from cogs.faults import host_fault_card, models_out_card
from cogs.rulings.card import ruling_card
from cogs.rulings.inflection_card import turn_card
from cogs.ui.labels import BRASS
from cogs.ui.layout import Card, framed, text
from cogs.ui.notices import notice_card, settled_card
from cogs.ui.permissions import permission_names
from cogs.ui.texts import _, plain
from court.announcements.faults import HostFaultFound, ModelsOut
from court.announcements.kinds import (
    AdjournmentNotice,
    CardUpdate,
    DelayNotice,
    DelaySettled,
    Denial,
    Greeting,
    HalfSpent,
    HearingsCutOff,
    PlainNotice,
    RoleDeleted,
    RulingAnnouncement,
    ServerJoined,
    Settlement,
    StatementCard,
    TurnAnnouncement,
)
from court.models import CapPeriod, CaseOverview, Turn, dollars
from court.models.announcements import Announcement, Obstacle, Problem, Subject

NAME_LIMIT = 100
"""The most characters of a server's name: Discord's own limit."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a renderer can use besides the announcement itself."""

    subject: Subject
    dispatch_id: int
    """Hidden in a new message, so that it can be found again."""
    vacancy: str | None = None
    """Why no hearings are held, if there is no jury."""
    guild_name: str | None = None

    @property
    def overview(self) -> CaseOverview:
        """The case that the announcement is about. Only for kinds that are about a case."""
        assert self.subject.overview is not None  # noqa: S101 - delivery checks that it is there
        return self.subject.overview

    @property
    def turn(self) -> Turn:
        """The turn that the announcement is about. Only for announcements of turns."""
        assert self.overview.turn is not None  # noqa: S101 - delivery checks that it is there
        return self.overview.turn


Renderer: TypeAlias = Callable[[Any, Rendering], Card]


def render(announcement: Announcement, rendering: Rendering) -> Card:
    """Return the card of an announcement, in the current locale."""
    return RENDERERS[type(announcement)](announcement, rendering)


def problem_text(problem: Problem) -> str:
    """Say why something cannot be delivered, and who can do what about it."""
    place = _("a member's inbox") if problem.channel_id is None else f"<#{problem.channel_id}>"
    words = {
        Obstacle.NO_MOD_CHANNEL: _("no mod channel is set; an admin can choose one with `/setup channels`"),
        Obstacle.NO_VERDICT_CHANNEL: _("no verdict channel is set; an admin can choose one with `/setup channels`"),
        Obstacle.NO_HOST_CHANNEL: _("no host channel is set; the host of this bot can set `HOST_CHANNEL_ID`"),
        Obstacle.NO_CARD: _("its card has not been posted yet"),
        Obstacle.OFF_RECORD: _("it is no longer in the court's records"),
        Obstacle.SUPERSEDED: _("a newer one replaces it"),
        Obstacle.PERMISSIONS: _(
            "in {place} I am missing {permissions}; an admin can allow this in the channel's permission settings"
        ),
        Obstacle.FORBIDDEN: _(
            "I am not allowed to write in {place} ({detail}); an admin can check the channel with `/setup channels`"
        ),
        Obstacle.GONE: _(
            "{place} or the message in it no longer exists; an admin can choose a channel with `/setup channels`"
        ),
        Obstacle.INBOX_CLOSED: _("the member does not accept direct messages"),
        Obstacle.STATUS: _("Discord answered with error {status} for {place}"),
        Obstacle.UNREACHABLE: _("Discord could not be reached for {place}"),
        Obstacle.RATE_LIMIT: _("Discord accepts no more messages for {place} for a while"),
        Obstacle.SLOW: _("Discord did not answer in time for {place}"),
        Obstacle.FAULT: _("an error in the bot itself ({detail}); the host of this bot can find it in the log"),
    }[problem.obstacle]
    names = ", ".join(permission_names(problem.permissions))
    return words.format(place=place, permissions=names, detail=problem.detail or "", status=problem.status or "")


def _statement_card(_announcement: StatementCard, about: Rendering) -> Card:
    return filed_card(about.overview.case, dispatch_id=about.dispatch_id, vacancy=about.vacancy)


def _card_update(_announcement: CardUpdate, about: Rendering) -> Card:
    return filed_card(about.overview.case, vacancy=about.vacancy, unruled=unruled_line(about.overview))


def _ruling(_announcement: RulingAnnouncement, about: Rendering) -> Card:
    return ruling_card(about.overview, dispatch_id=about.dispatch_id)


def _turn(_announcement: TurnAnnouncement, about: Rendering) -> Card:
    return turn_card(about.overview, about.turn, dispatch_id=about.dispatch_id)


def _denial(_announcement: Denial, about: Rendering) -> Card:
    return denial_card(about.overview.case, about.guild_name)


def _adjournment(notice: AdjournmentNotice, about: Rendering) -> Card:
    facts = {
        "cap": dollars(notice.cap),
        "spent": dollars(notice.spent),
        "ceiling": dollars(notice.ceiling),
        "until": format_dt(notice.until, "f"),
    }
    if notice.ceiling > notice.cap:
        sentence = _(
            "A hearing may cost up to {ceiling}, which is more than {name} of {cap}. {remedy} Next try: {until}."
        )
    else:
        sentence = _(
            "Hearings are paused: {spent} of {name} of {cap} is spent, and the next hearing may cost up to "
            "{ceiling}. Due hearings go on from {until}."
        )
    return notice_card(sentence.format(name=_cap_name(notice), remedy=_remedy(notice), **facts), about.dispatch_id)


def _cap_name(notice: AdjournmentNotice) -> str:
    if notice.of_host:
        return _("the host's daily cap") if notice.period is CapPeriod.DAY else _("the host's monthly cap")
    return _("this server's daily cap") if notice.period is CapPeriod.DAY else _("this server's monthly cap")


def _remedy(notice: AdjournmentNotice) -> str:
    if notice.by_admin:
        return _("An admin can raise the cap with `/setup budget`, or the host can choose cheaper models in `JURORS`.")
    return _("Only the host can raise the cap or choose cheaper models in `JURORS`.")


def _delay(notice: DelayNotice, about: Rendering) -> Card:
    if notice.announced:
        sentence = _(
            "A ruling was announced without its vote reactions: {problem}. Members can vote with the buttons, and I "
            "will add the reactions when I can."
        )
    else:
        sentence = _("A ruling could not be announced: {problem}. The ruling is kept, and I will try again.")
    return notice_card(sentence.format(problem=problem_text(notice.problem)), about.dispatch_id)


def _delay_settled(notice: DelaySettled, _about: Rendering) -> Card:
    if notice.settlement is Settlement.CHANGED:
        return settled_card(_("This was fixed, but something else is in the way now. A newer notice says what."))
    if notice.settlement is Settlement.GIVEN_UP:
        return settled_card(_("Nothing has to be done any more: the ruling is no longer announced."))
    if notice.announced:
        return settled_card(_("The missing vote reactions have been added to a ruling."))
    return settled_card(_("The ruling that could not be announced has been announced."))


def _role_deleted(_notice: RoleDeleted, about: Rendering) -> Card:
    sentence = _(
        "The moderator role was deleted. Only members with **Manage Server** can now approve or deny statements. "
        "An admin can choose another role with `/setup channels`."
    )
    return notice_card(sentence, about.dispatch_id)


def _greeting(_greeting: Greeting, about: Rendering) -> Card:
    lines = [
        _("### The Court of AI Capability is here"),
        _(
            "Ask it “Can AI …?”, and a jury of language models answers. It hears every question again from time to "
            "time, and keeps a record of when the answer changed."
        ),
        _(
            "**To start:** somebody with **Manage Server** runs `/setup channels` and chooses where rulings are "
            "announced and where moderators decide on questions."
        ),
    ]
    return Card(framed(text(*lines), colour=BRASS, dispatch_id=about.dispatch_id))


def _server_joined(notice: ServerJoined, about: Rendering) -> Card:
    if notice.allowed:
        sentence = _(
            "The bot is in a new server: **{name}** (`{id}`, {members} members). If it should not be there, remove it, "
            "or list the servers that you allow in `ALLOWED_GUILDS`."
        )
    else:
        sentence = _(
            "The bot is in a server that `ALLOWED_GUILDS` leaves out: **{name}** (`{id}`, {members} members). "
            "It refuses commands there and holds no hearings."
        )
    facts = {"name": plain(notice.name, NAME_LIMIT), "id": notice.server_id, "members": notice.members}
    return notice_card(sentence.format(**facts), about.dispatch_id)


def _half_spent(notice: HalfSpent, about: Rendering) -> Card:
    if notice.period is CapPeriod.DAY:
        sentence = _("Server `{id}` has spent {spent} today, half or more of its daily cap of {cap}.")
    else:
        sentence = _("Server `{id}` has spent {spent} this month, half or more of its monthly cap of {cap}.")
    facts = {"id": notice.server_id, "spent": dollars(notice.spent), "cap": dollars(notice.cap)}
    return notice_card(sentence.format(**facts), about.dispatch_id)


def _hearings_cut_off(notice: HearingsCutOff, about: Rendering) -> Card:
    sentence = _(
        "The bot was killed or crashed {starts} times in the last 24 hours while it held hearings. The full amount "
        "reserved for these {hearings} hearings, {spent}, counts towards the daily and monthly caps. Check the end of "
        "the bot's log and the system log for the reason."
    )
    facts = {"starts": notice.starts, "hearings": notice.hearings, "spent": dollars(notice.spent)}
    return notice_card(sentence.format(**facts), about.dispatch_id)


def _models_out(notice: ModelsOut, about: Rendering) -> Card:
    return models_out_card(notice, about.dispatch_id)


def _host_fault(notice: HostFaultFound, about: Rendering) -> Card:
    return host_fault_card(notice, about.dispatch_id)


def _plain_notice(notice: PlainNotice, about: Rendering) -> Card:
    return notice_card(notice.text, about.dispatch_id)


RENDERERS: Mapping[type[Announcement], Renderer] = {
    StatementCard: _statement_card,
    CardUpdate: _card_update,
    RulingAnnouncement: _ruling,
    TurnAnnouncement: _turn,
    Denial: _denial,
    AdjournmentNotice: _adjournment,
    DelayNotice: _delay,
    DelaySettled: _delay_settled,
    RoleDeleted: _role_deleted,
    Greeting: _greeting,
    ServerJoined: _server_joined,
    HalfSpent: _half_spent,
    HearingsCutOff: _hearings_cut_off,
    ModelsOut: _models_out,
    HostFaultFound: _host_fault,
    PlainNotice: _plain_notice,
}
