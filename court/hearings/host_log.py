"""What the host reads in the log about hearings: what was held, who failed, and what holds hearings up."""

from __future__ import annotations

import logging
from collections.abc import Collection

from court.announcements.kinds import AdjournmentNotice
from court.hearings.preparation import PreparedHearing
from court.jury.polling import REPLACED
from court.models import Hearing, HearingKind, ModelRef, Outcome, Usage, dollars

log = logging.getLogger(__name__)

FAILED = REPLACED | {Outcome.TIMEOUT}
"""Outcomes whose causes a host can fix."""


def label_of(prepared: PreparedHearing, hearing: Hearing) -> str:
    """Return what log lines call a hearing."""
    return f"№ {prepared.case.number} session {hearing.session}"


def kind_of(hearing: Hearing) -> str:
    """Return in a word why a hearing was held. A case's first one is no routine."""
    return "first" if hearing.kind is HearingKind.ROUTINE and hearing.session == 1 else hearing.kind.value


def log_held(
    prepared: PreparedHearing, hearing: Hearing, used: Usage, *, capped: bool, out: Collection[ModelRef] = ()
) -> None:
    """Log a hearing that was held. If a cap is set, say how many of its answers no cap can count.

    Models that are `out` because of a fault of the host are left out: of that there is one line for all hearings.
    """
    held = label_of(prepared, hearing)
    log.info("%s (%s): %s, %s", held, kind_of(hearing), hearing.disposition, hearing.verdict)
    for opinion in (*hearing.opinions, *hearing.replaced, *hearing.former):
        if opinion.outcome in FAILED and opinion.model not in out:
            log.warning("%s: %s: %s: %s", held, opinion.model, opinion.outcome, opinion.cause)
    if used.unpriced and capped:
        log.warning("%s: no price is known for %d answers, so no cap covers them", held, used.unpriced)


def log_adjourned(guild_id: int, notice: AdjournmentNotice) -> None:
    """Log that a cap holds up the hearings of a guild."""
    whose = "the host's" if notice.of_host else "the server's"
    log.warning(
        "guild %d: hearings are adjourned until %s UTC; %s cap per %s is %s, %s is spent, the next may cost up to %s",
        guild_id,
        f"{notice.until:%Y-%m-%d %H:%M}",
        whose,
        notice.period,
        dollars(notice.cap),
        dollars(notice.spent),
        dollars(notice.ceiling),
    )
