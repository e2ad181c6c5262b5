"""An outbox in which exactly one dispatch waits."""

from __future__ import annotations

from court.announcements.kinds import CardUpdate, Denial, PlainNotice, RulingAnnouncement, StatementCard
from court.models import Case
from court.models.announcements import Announcement
from tests.court.house import GUILD, OWNER, House


async def waiting(house: House, kind: type[Announcement]) -> Case:
    """Have one dispatch of that kind wait, and no other. Return its case."""
    if kind in {RulingAnnouncement, CardUpdate}:
        case = await house.filed()
        await house.deliver_all()
        case = await house.moderation.approve(GUILD, case.id, OWNER)
        if kind is RulingAnnouncement:
            await house.deliver_all()
            await house.hold_all()
    elif kind is Denial:
        case = await house.filed()
        await house.deliver_all()
        case = await house.moderation.deny(GUILD, case.id, OWNER, "Too vague.")
        assert await house.announcements.deliver_next()  # the update of its card
    elif kind is StatementCard:
        case = await house.filed()
    else:
        case = await house.filed()
        await house.deliver_all()
        async with house.store.writing() as repos:
            await repos.outbox.add(PlainNotice("Something is amiss.", case.id), GUILD, house.clock.now())
    house.courier.called.clear()
    return case
