"""What the host reads in the log when the bot has logged in: what runs here, for whom, and what to correct."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date

from bot.invite import invite_link
from bot.jury import few_others, low_cap, to_host
from bot.settings import Settings
from bot.version import court_version
from court.hearings.budget import Caps
from court.jury.pool import Jury
from court.models import dollars
from storage.engine.location import locate
from storage.migrations.revisions import REVISION


def start_lines(
    settings: Settings, jury: Jury, application_id: int | None, today: date, assumed: str | None
) -> Iterator[tuple[int, str]]:
    """Yield the lines, each with its level: first what is so, then warnings of what holds hearings up.

    Args:
        settings: the host's.
        jury: the jury as it was seated.
        application_id: the bot's, which Discord tells at login.
        today: the date, for the ceiling of a hearing.
        assumed: what `bot.jury.with_assumed_prices` says about prices that are not known.
    """
    facts = [
        f"the Court of AI Capability {court_version()}",
        f"record: {locate(settings.database_url).name}, revision {REVISION}",
        *_of_jury(jury),
        f"caps: {_caps(settings.caps)}",
        f"servers: {_whom(settings)}",
    ]
    if application_id is not None:
        facts.append(f"invite the bot to a server with {invite_link(application_id)}")
    yield from ((logging.INFO, fact) for fact in facts)
    if jury.vacancy is not None:
        yield logging.WARNING, f"no hearings are held and approved cases wait: {to_host(jury.vacancy)}"
    for hint in (assumed, few_others(jury), low_cap(settings, jury, today)):
        if hint is not None:
            yield logging.WARNING, hint


def _of_jury(jury: Jury) -> list[str]:
    if not jury.pool:
        return ["jurors: none"]
    models = ", ".join(map(str, jury.pool))
    judge = [f"judge: {jury.judge.ref}"] if jury.judge is not None else []
    return [f"jurors: {models}, in panels of {min(jury.panel_size, len(jury.pool))}", *judge]


def _caps(caps: Caps) -> str:
    whose = {
        "all servers together": (caps.daily, caps.monthly),
        "each server": (caps.server_daily, caps.server_monthly),
    }
    parts = []
    for name, amounts in whose.items():
        each = [
            f"{dollars(cap)} a {span}" for cap, span in zip(amounts, ("day", "month"), strict=True) if cap is not None
        ]
        if each:
            parts.append(f"{name} {' and '.join(each)}")
    return "; ".join(parts) or "none"


def _whom(settings: Settings) -> str:
    allowed = settings.guilds_allowed
    if allowed is None:
        return "every server that invites the bot is served; set ALLOWED_GUILDS to limit it to yours"
    return f"only the servers that ALLOWED_GUILDS names are served ({len(allowed)})"
