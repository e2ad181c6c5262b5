"""An outbox in which exactly one thing waits."""

from __future__ import annotations

from court.models import Case
from court.models.work import DispatchKind
from tests.court.house import GUILD, OWNER, House


async def waiting(house: House, kind: DispatchKind) -> Case:
    """Have one dispatch of that kind wait, and no other."""
    if kind in {DispatchKind.RULING, DispatchKind.CARD_UPDATE}:
        case = await house.filed()
        await house.deliver_all()
        case = await house.moderation.approve(GUILD, case.id, OWNER)
        if kind is DispatchKind.RULING:
            await house.deliver_all()
            await house.hold_all()
    elif kind is DispatchKind.DENIAL:
        case = await house.filed()
        await house.deliver_all()
        case = await house.moderation.deny(GUILD, case.id, OWNER, "Too vague.")
        assert await house.announcements.deliver_next()  # the update of its card
    elif kind is DispatchKind.CARD:
        case = await house.filed()
    else:
        case = await house.filed()
        await house.deliver_all()
        async with house.store.writing() as repos:
            await repos.outbox.add(kind, GUILD, house.clock.now(), case_id=case.id, detail="Something is amiss.")
    house.courier.called.clear()
    return case
