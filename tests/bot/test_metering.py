"""Caps against what vendors really bill: whatever goes wrong on the line, no cap is exceeded and nothing is forgotten.

The vendor keeps its own bill for every request that it worked on, and compares it with nothing.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.jury import seat_jury
from court.hearings.conduct import Conditions
from court.hearings.estimates import estimate_due_hearing
from court.models import MICRO
from providers.registry import Models, VendorSettings
from storage.database import Database
from tests.bot.running import voting
from tests.court.house import GUILD, MOD_CHANNEL, OWNER, ROLE, VERDICT_CHANNEL, IdleWorker
from tests.court.samples import case as sample
from tests.fakes import answers as shapes
from tests.fakes.vendor import DROP, Api, LoopbackVendor, Reply, failing, html
from tests.fakes.world import FakeClock
from tests.records import url_of
from tests.settings import bare_settings

pytestmark = pytest.mark.slow

READ, WRITTEN, SEARCH = 1_000, 5_000, 1.0
"""Dollars per million tokens, and per search: a hearing costs a few hundred dollars."""

PROVIDERS = ("anthropic", "openai", "mistral")
CAP = 2.5
"""Ceilings of a hearing. After two, there is money left for a few retries only."""

Fault = Callable[[Api, dict[str, Any], Reply, random.Random], Reply]


class BillingVendor:
    """Answers like an honest jury, but has a fault, and bills what it really read and wrote.

    Attributes:
        billed: millionths of a US dollar for all requests that it worked on.
        worked: how many those are.
    """

    def __init__(self, fault: Fault) -> None:
        self._fault = fault
        self._vote = voting()
        self._chance = random.Random(8)
        self.billed = 0
        self.worked = 0

    def __call__(self, api: Api, body: dict[str, Any]) -> Reply:
        read = len(json.dumps(body)) // 4
        written = next(int(body[name]) for name in body if name.startswith("max_") and name.endswith("tokens"))
        if "input" in body:
            body = {**body, "messages": [{"content": body["input"]}]}
        honest = replace(_voted(self._vote, api, body), tokens_in=read, tokens_out=written)
        reply = self._fault(api, body, honest, self._chance)
        # A refusal is the only answer for which nothing was done.
        if reply.status != 429:
            self.worked += 1
            self.billed += read * READ + written * WRITTEN
        return reply


def _voted(vote: Callable[[Api, dict[str, Any]], Reply], api: Api, body: dict[str, Any]) -> Reply:
    if "background" in json.dumps(body.get("text", body.get("output_config", {}))):
        return Reply(json.dumps({"background": "Nothing was found.", "sources": []}))
    return vote(api, body)


def reporting(**usage: Any) -> Fault:
    """Return the fault of a vendor that reports this usage in place of the true one, or none."""

    def fault(api: Api, body: dict[str, Any], honest: Reply, _chance: random.Random) -> Reply:
        shape: Callable[..., dict[str, Any]] = shapes.chat_completion
        if api == "anthropic":
            shape = shapes.message
        elif "input" in body:
            shape = shapes.response
        return Reply(body={**shape(body["model"], honest.text, "stop", (1, 1)), "usage": usage or None})

    return fault


def tokens(number: Any) -> dict[str, Any]:
    return dict.fromkeys(("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens"), number)


def always_is(reply: Reply) -> Fault:
    return lambda _api, _body, _honest, _chance: reply


def honestly(_api: Api, _body: dict[str, Any], honest: Reply, _chance: random.Random) -> Reply:
    return honest


def late(_api: Api, _body: dict[str, Any], honest: Reply, _chance: random.Random) -> Reply:
    return replace(honest, latency=3.0)


NOW = {"retry-after": "0"}
FAULTS: dict[str, Fault] = {
    "none": honestly,
    "no usage": reporting(),
    "negative usage": reporting(**tokens(-(10**9))),
    "huge usage": reporting(**tokens(10**30)),
    "usage that is no number": reporting(**tokens(True)),
    "late": late,
    "dropped": always_is(DROP),
    "500 after the work": always_is(failing(500, headers=NOW)),
    "503 after the work": always_is(failing(503, headers=NOW)),
    "web page": always_is(html()),
    "refused": always_is(failing(429, headers=NOW)),
    "redirected": always_is(Reply(status=307, headers={"location": "http://127.0.0.1:9/"}, body="")),
    "too large": always_is(Reply(body=" " * (1024 * 1024 + 1))),
}
LIST = list(FAULTS.values())


def mixed(api: Api, body: dict[str, Any], honest: Reply, chance: random.Random) -> Reply:
    fault = chance.choice([honestly, *LIST])
    return replace(fault(api, body, honest, chance), latency=0.0)


@asynccontextmanager
async def court(path: Path, vendor: LoopbackVendor, caps: float, **settings: Any) -> AsyncIterator[tuple[App, int]]:
    """Yield a court whose monthly cap is so many ceilings of a hearing, and that cap."""
    vendors = {name: VendorSettings("key", vendor.openai_url) for name in PROVIDERS}
    vendors["anthropic"] = VendorSettings("key", vendor.anthropic_url)
    names = [f"{name}/{name}-juror" for name in PROVIDERS]
    given: dict[str, Any] = {
        "vendors": vendors,
        "jurors": ",".join(names),
        "prices": ",".join(f"{name}={READ}/{WRITTEN}/{SEARCH}" for name in names),
        "panel_size": 3,
        "database_url": url_of(path),
        **settings,
    }
    models = Models(vendors, timeout=given["juror_timeout"])
    jury, clock = seat_jury(bare_settings(**given), models), FakeClock()
    ceiling = estimate_due_hearing(
        jury, sample(), Conditions(), clock.now().date(), researching=bool(given["background_days"])
    ).ceiling
    given["monthly_cap_usd"] = Decimal(int(ceiling * caps)) / MICRO
    app = App(
        bare_settings(**given),
        jury,
        store=Database(url_of(path)),
        clock=clock,
        randomness=random.Random(3),
        worker=IdleWorker(lambda: None),
    )
    await models.warm_up()
    try:
        async with app:
            yield app, int(ceiling * caps)
    finally:
        await models.aclose()


async def hold_until_the_cap(app: App) -> None:
    """Hold what is due, with four workers, day after day, and approve new cases in between."""
    await app.services.servers.change(
        GUILD, mod_channel_id=MOD_CHANNEL, verdict_channel_id=VERDICT_CHANNEL, mod_role_id=ROLE
    )

    async def work() -> None:
        while await app.queue.hold_next():
            pass

    for task in ("sing", "cook", "drive", "knit", "ski", "act"):
        filed = await app.services.intake.ask(GUILD, 11, f"Can AI {task}?")
        await app.services.moderation.approve(GUILD, filed.case.id, OWNER)
        await asyncio.gather(*(work() for _ in range(4)))
        assert isinstance(app.clock, FakeClock)
        app.clock.advance(days=1)


@pytest.mark.parametrize("fault", [*LIST, mixed], ids=[*FAULTS, "mixed"])
@pytest.mark.parametrize("searching", [False, True], ids=["asked", "searching"])
async def test_the_vendors_bill_is_within_the_cap_and_within_the_record(
    record: Path, fault: Fault, searching: bool
) -> None:
    bill = BillingVendor(fault)
    seconds, days = (0.2 if fault is late else 20.0), (30 if searching else 0)
    async with (
        LoopbackVendor(bill, searches=True) as vendor,
        court(record, vendor, CAP, juror_timeout=seconds, juror_search=searching, background_days=days) as (app, cap),
    ):
        await hold_until_the_cap(app)
        async with app.store.reading() as repos:
            spent = await repos.charges.spent(app.clock.now() - timedelta(days=99))
            open_still = await repos.charges.reserved(app.clock.now() - timedelta(days=99))
            recorded = (await repos.statistics.statistics(GUILD)).usage.cost

    assert bill.billed <= spent <= cap
    assert (recorded, open_still) == (spent, 0)
    assert vendor.asked
    if fault is FAULTS["refused"]:
        assert (bill.worked, spent) == (0, 0)
        assert len(vendor.asked) >= 3 * 3 * 6, "a refusal that costs nothing needs no money for another try"
    else:
        assert bill.billed > 0
