"""The first lines of the log of `court run`."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal
from pathlib import Path

from bot.invite import invite_link
from bot.jury import no_jury, seat_jury
from bot.settings import Settings
from bot.start_log import start_lines
from bot.version import court_version
from court.jury.pool import Jury
from providers.registry import Models, VendorSettings
from storage.migrations.revisions import REVISION
from tests.bot.running import KEY
from tests.settings import bare_settings

VENDORS = {"openai": VendorSettings(KEY), "acme": VendorSettings(base_url="http://127.0.0.1:9/v1")}
TODAY = date(2026, 11, 24)


def seat(settings: Settings) -> Jury:
    return seat_jury(settings, Models(VENDORS, timeout=1))


def lines(settings: Settings, jury: Jury, application_id: int | None = 7, assumed: str | None = None) -> list[str]:
    told = start_lines(settings, jury, application_id, TODAY, assumed)
    return [f"{logging.getLevelName(level)} {line}" for level, line in told]


def test_the_facts_come_first_and_hints_after_them() -> None:
    settings = bare_settings(
        jurors="acme/a,acme/b,openai/gpt-6.2-sol",
        judge="openai/gpt-6.2-sol",
        prices="acme/a=1/1,acme/b=1/1",
        database_url=f"postgresql://me:{KEY}@host/court",
        daily_cap_usd=Decimal(1),
        monthly_cap_usd=Decimal(20),
        server_daily_cap_usd=Decimal("0.01"),
        allowed_guilds="1,2",
        panel_size=3,
        vendors=VENDORS,
    )
    told = lines(settings, seat(settings), assumed="prices are assumed")
    assert told[:7] == [
        f"INFO the Court of AI Capability {court_version()}",
        f"INFO record: postgresql+asyncpg://me:***@host/court, revision {REVISION}",
        "INFO jurors: acme/a, acme/b, openai/gpt-6.2-sol, in panels of 3",
        "INFO judge: openai/gpt-6.2-sol",
        "INFO caps: all servers together $1.00 a day and $20.00 a month; each server $0.01 a day",
        "INFO servers: only the servers that ALLOWED_GUILDS names are served (2)",
        f"INFO invite the bot to a server with {invite_link(7)}",
    ]
    assert told[7] == "WARNING prices are assumed"
    assert told[8].startswith("WARNING 3 models may sit on panels of 3")
    assert told[9].startswith("WARNING a hearing may cost up to")
    assert len(told) == 10
    assert KEY not in "".join(told)


def test_a_host_without_jury_and_caps_is_told_so(tmp_path: Path) -> None:
    settings = bare_settings(database_url=f"sqlite:///{tmp_path}/court.sqlite3")
    assert lines(settings, no_jury("nobody sits"), application_id=None)[1:] == [
        f"INFO record: {tmp_path}/court.sqlite3, revision {REVISION}",
        "INFO jurors: none",
        "INFO caps: none",
        "INFO servers: every server that invites the bot is served; set ALLOWED_GUILDS to limit it to yours",
        "WARNING no hearings are held and approved cases wait: nobody sits",
    ]


def test_a_single_juror_is_named_though_it_holds_no_hearing() -> None:
    settings = bare_settings(jurors="acme/a", vendors=VENDORS)
    told = lines(settings, seat(settings))
    assert "INFO jurors: acme/a, in panels of 1" in told
    assert "INFO judge: acme/a" in told
    assert told[-1].startswith("WARNING no hearings are held and approved cases wait: only one juror is configured")
