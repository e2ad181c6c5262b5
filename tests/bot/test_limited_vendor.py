"""Fifty hearings at a vendor that takes few requests at a time: they are all held, and no seat is lost to it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.jury import seat_jury
from court.models import CaseState, GuildSettings, Hearing, Outcome
from providers.registry import Models, VendorSettings
from tests.bot.running import voting
from tests.fakes.courier import FakeCourier
from tests.fakes.vendor import Api, LoopbackVendor, Reply, failing
from tests.records import url_of
from tests.settings import bare_settings

pytestmark = pytest.mark.slow

CASES = 50
AT_ONCE = 6
LATENCY = 0.02


class LimitedVendor(LoopbackVendor):
    """Refuses with 429 what comes while as many requests are under way as it takes."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__(self._respond)
        self._vote = voting()
        self._headers = headers
        self._busy = 0
        self.refused = 0

    def _respond(self, api: Api, body: dict[str, Any]) -> Reply:
        if self._busy >= AT_ONCE:
            self.refused += 1
            return failing(429, "slow down", self._headers)
        self._busy += 1
        asyncio.get_running_loop().call_later(LATENCY, self._end)
        return Reply(self._vote(api, body).text, latency=LATENCY)

    def _end(self) -> None:
        self._busy -= 1


@asynccontextmanager
async def court_at(vendor: LoopbackVendor, path: Path) -> AsyncIterator[App]:
    settings = bare_settings(
        database_url=url_of(path),
        jurors=",".join(f"acme/juror-{number}" for number in range(8)),
        background_days=0,
        vendors={"acme": VendorSettings("key", vendor.openai_url)},
    )
    models = Models(settings.vendors, timeout=settings.juror_timeout)
    try:
        async with App(settings, seat_jury(settings, models)) as app:
            yield app
    finally:
        await models.aclose()


async def file_all(app: App) -> list[int]:
    async with app.store.writing() as repos:
        await repos.guilds.put(GuildSettings(1, 2, 3, 4))
        cases = [await repos.cases.file(1, f"Can AI do thing {n}?", 1, app.clock.now()) for n in range(CASES)]
        for case in cases:
            number = f"{case.id:04X}"
            await repos.cases.decide(case.id, CaseState.DOCKETED, 1, app.clock.now(), docket_number=number)
            await repos.hearing_queue.schedule(case.id, app.clock.now())
    return [case.id for case in cases]


async def hearings_of(app: App, cases: list[int]) -> list[Hearing]:
    async with app.store.reading() as repos:
        found = [await repos.hearings.get(case, 1) for case in cases]
    return [hearing for hearing in found if hearing is not None]


@pytest.mark.parametrize("headers", [{}, {"retry-after-ms": "200"}], ids=["without a word", "with a time to wait"])
async def test_fifty_hearings_at_a_limited_vendor_are_held_and_lose_no_seat(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async with LimitedVendor(headers) as vendor, court_at(vendor, tmp_path / "court.sqlite3") as app:
        cases = await file_all(app)
        async with asyncio.timeout(90), app.running(FakeCourier()):
            while len(held := await hearings_of(app, cases)) < CASES:  # noqa: ASYNC110 - rows have no event
                await asyncio.sleep(0.1)

    outcomes = Counter(opinion.outcome for hearing in held for opinion in hearing.opinions)
    assert outcomes == {Outcome.BALLOT: 5 * CASES}
    assert not [hearing for hearing in held if hearing.replaced]
    assert 0 < vendor.refused < len(vendor.asked) / 2
