"""Notices to the host: a line in the log, and a message in the host's channel if one is set."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TypeAlias

from court.announcements.faults import HostFaultFound, line_of_fault
from court.announcements.kinds import HalfSpent, HearingsCutOff, ServerJoined
from court.models import dollars
from court.models.announcements import HOST_ID
from court.ports import Repositories

log = logging.getLogger(__name__)

HostNotice: TypeAlias = ServerJoined | HalfSpent | HearingsCutOff | HostFaultFound


class HostNotices:
    """Tells the host. `channel_id` is that of the host's channel, or None if none is set."""

    def __init__(self, channel_id: int | None) -> None:
        self.channel_id = channel_id

    async def add(self, repos: Repositories, notice: HostNotice, now: datetime) -> None:
        """Log a notice, and have it delivered if there is a channel for it."""
        self.log(notice)
        if self.channel_id is not None:
            await repos.outbox.add(notice, HOST_ID, now)

    def log(self, notice: HostNotice) -> None:
        """Log a notice without delivering it."""
        welcome = isinstance(notice, ServerJoined) and notice.allowed
        log.log(logging.INFO if welcome else logging.WARNING, "%s", line_of(notice))


def line_of(notice: HostNotice) -> str:
    """Return a notice as a line for the log. Servers are identified by id only: names do not belong in a log."""
    if isinstance(notice, ServerJoined):
        if notice.allowed:
            return f"the bot is in a new server: {notice.server_id} with {notice.members} members"
        return (
            f"the bot is in server {notice.server_id}, which ALLOWED_GUILDS leaves out: it refuses commands there and "
            "holds no hearings"
        )
    if isinstance(notice, HostFaultFound):
        return f"{line_of_fault(notice)}. It is tried again in minutes, and at once after a restart"
    if isinstance(notice, HalfSpent):
        return (
            f"server {notice.server_id} has spent {dollars(notice.spent)}, half or more of its cap of "
            f"{dollars(notice.cap)} per {notice.period}"
        )
    return (
        f"the bot was killed or crashed {notice.starts} times in the last 24 hours while it held hearings. "
        f"The full amount reserved for these {notice.hearings} hearings, {dollars(notice.spent)}, counts "
        "towards the daily and monthly caps. Check the end of the bot's log and the system log for the reason"
    )
