"""Measures the overhead of a hearing over its lower bound, over loopback, with the real SDKs and adapters.

Wall time: jurors of two vendors and a judge answer after the same latency. In every round each juror and the
judge are first asked alone. The slowest juror plus the judge is the baseline of that round, and the wall time of
the hearing is divided by it. This is done for panels of 3, 5 and 7, and for 50 hearings at once; there the
baseline is the same number of bare conversations (all jurors, then the judge) at once.

CPU time: that of this process for hearings without latency, divided by that of the same calls made with the bare
SDK clients. The loopback vendor runs in a process of its own, so its work is in neither. It is measured for the
hearing alone, for a whole sitting (the due hearing is claimed, its money reserved, and the hearing recorded with all
that follows, in a record on the disk), and for the same by the worker, with as many hearings at once as by default.

    uv run python benchmarks/hearing.py [--rounds 5] [--latency 1.0] [--at-once 50]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import anthropic
import openai

from bot.app import App
from bot.clock import SystemClock
from bot.settings import HEARINGS_AT_ONCE, Settings
from court.hearings.conduct import HearingService
from court.jury.model import Model, Request
from court.jury.pool import Jury
from court.jury.prompts import juror_request
from court.models import Case, CaseState, GuildSettings, MessageRef, ModelRef, Price
from providers.anthropic import without_type_lists
from providers.registry import Models, VendorSettings
from tests.fakes.vendor import Api, LoopbackVendor, Reply, answer

GOAL = 1.05
CPU_GOAL = 1.5
PANELS = (3, 5, 7)
BALLOT = {"reason": "A benchmark shows it.", "ballot": "YES", "confidence": 0.9, "emerged": None}
RULING = {"verdict": "YES", "finding": "It does.", "opinion": "The jury agrees. It is so.", "quote": "It does."}
CASE = Case(1, 1, "1B0C", "Can AI write a novel?", CaseState.DOCKETED, 1, datetime.now(UTC))
ASKED = juror_request(CASE.statement, datetime.now(UTC).date(), "0badcafe")


@dataclass(frozen=True)
class Vendor:
    """Where the loopback vendor listens."""

    openai_url: str
    anthropic_url: str

    def models(self) -> Models:
        settings = {
            "openai": VendorSettings("key", self.openai_url),
            "anthropic": VendorSettings("key", self.anthropic_url),
        }
        return Models(settings, timeout=60)


def respond(latency: float) -> Callable[[Api, dict[str, Any]], Reply]:
    def respond_to(_api: Api, body: dict[str, Any]) -> Reply:
        judging = "presiding judge" in json.dumps(body)
        return answer(RULING if judging else BALLOT, latency=latency)

    return respond_to


def _serve(latency: float, line: Connection) -> None:
    async def listen() -> None:
        async with LoopbackVendor(respond(latency)) as vendor:
            line.send((vendor.openai_url, vendor.anthropic_url))
            await asyncio.to_thread(line.recv)

    asyncio.run(listen())


@contextmanager
def vendor_at(latency: float) -> Iterator[Vendor]:
    """Run a loopback vendor in another process, so that its work is not counted as the court's."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(latency, there), daemon=True)
    process.start()
    try:
        yield Vendor(*here.recv())
    finally:
        here.send(None)
        process.join(10)


def seat(models: Models, size: int) -> tuple[HearingService, list[Model], Model]:
    refs = [ModelRef(("openai", "anthropic")[seat % 2], f"juror-{seat}") for seat in range(size)]
    pool = {ref: models.get(ref) for ref in refs}
    judge = models.get(ModelRef("anthropic", "judge"))
    service = HearingService(Jury(pool, judge, size, 60), SystemClock(), random.Random(7))
    return service, list(pool.values()), judge


async def timed(work: Awaitable[Any]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def hear(service: HearingService, size: int) -> None:
    hearing = await service.hold(CASE, 1, None)
    assert hearing.tally.yes == size, hearing.opinions
    assert hearing.ruling.narrator is not None


async def converse(jurors: list[Model], judge: Model, request: Request = ASKED) -> None:
    """Make the calls of a hearing, and nothing else."""
    await asyncio.gather(*(juror.complete(request) for juror in jurors))
    await judge.complete(request)


async def one_at_a_time(vendor: Vendor, size: int, rounds: int) -> list[float]:
    models = vendor.models()
    service, jurors, judge = seat(models, size)
    await hear(service, size)  # imports the SDKs and opens the connections
    ratios = []
    for _ in range(rounds):
        slowest = max([await timed(juror.complete(ASKED)) for juror in jurors])
        baseline = slowest + await timed(judge.complete(ASKED))
        ratios.append(await timed(hear(service, size)) / baseline)
    await models.aclose()
    return ratios


async def many_at_once(vendor: Vendor, size: int, at_once: int, rounds: int) -> list[float]:
    models = vendor.models()
    service, jurors, judge = seat(models, size)

    async def all_at_once(work: Callable[[], Awaitable[None]]) -> None:
        await asyncio.gather(*(work() for _ in range(at_once)))

    await all_at_once(lambda: converse(jurors, judge))  # opens the connections
    ratios = []
    for _ in range(rounds):
        baseline = await timed(all_at_once(lambda: converse(jurors, judge)))
        ratios.append(await timed(all_at_once(lambda: hear(service, size))) / baseline)
    await models.aclose()
    return ratios


async def cpu(vendor: Vendor, size: int, rounds: int, hearings: int = 20) -> list[float]:
    models = vendor.models()
    service, _, _ = seat(models, size)
    bare = Bare(vendor, size)
    await hear(service, size)
    await bare.converse()
    ratios = []
    for _ in range(rounds):
        spent = []
        for work in (bare.converse, lambda: hear(service, size)):
            began = time.process_time()
            for _ in range(hearings):
                await work()
            spent.append(time.process_time() - began)
        ratios.append(spent[1] / spent[0])
        print(
            f"  CPU per hearing of {size}: {1e3 * spent[1] / hearings:.1f} ms, "
            f"bare SDK calls {1e3 * spent[0] / hearings:.1f} ms"
        )
    await models.aclose()
    await bare.aclose()
    return ratios


def sitting_of(models: Models, size: int, folder: Path) -> App:
    """Return a court with a record on the disk, whose jury is at the vendor."""
    service, _, _ = seat(models, size)
    tariff = partial(_priced, Price(1.0, 5.0))
    settings = Settings(database_url=f"sqlite:///{folder}/court.sqlite3", background_days=0, daily_cap_usd=1_000)
    return App(settings, replace(service.jury, tariff=tariff))


def _priced(price: Price, _ref: ModelRef) -> Price:
    return price


async def file_all(app: App, cases: int) -> None:
    """Docket so many cases, and make them due."""
    async with app.store.writing() as repos:
        await repos.guilds.put(GuildSettings(1, 2, 3, 4))
        for number in range(cases):
            case = await repos.cases.file(1, f"Can AI do thing number {number}?", 1, app.clock.now())
            await repos.cases.decide(case.id, CaseState.DOCKETED, 1, app.clock.now(), docket_number=f"{number:04X}")
            await repos.hearing_queue.schedule(case.id, app.clock.now())


async def make_due(app: App) -> None:
    async with app.store.writing() as repos:
        for case in await repos.cases.newest(1, [CaseState.DOCKETED], limit=1_000):
            await repos.hearing_queue.schedule(case.id, app.clock.now())


class SilentCourier:
    """Takes every announcement at once: what Discord costs is not the hearing's."""

    def __init__(self) -> None:
        self._posted = 0

    async def ready(self) -> None:
        return None

    async def post(self, channel_id: int, _dispatch: object, _subject: object) -> MessageRef:
        self._posted += 1
        return MessageRef(channel_id, self._posted)

    async def edit(self, *_: object) -> None:
        return None

    async def react(self, *_: object) -> None:
        return None

    async def tell(self, *_: object) -> None:
        return None

    async def find(self, *_: object) -> None:
        return None


async def whole_sitting(vendor: Vendor, size: int, rounds: int, *, by_worker: bool, hearings: int = 20) -> list[float]:
    """Compare the CPU time of whole sittings with that of the bare calls."""
    models, bare, ratios = vendor.models(), Bare(vendor, size), []
    with tempfile.TemporaryDirectory() as folder:
        async with sitting_of(models, size, Path(folder)) as app:
            await file_all(app, hearings)

            async def hold_all() -> None:
                if not by_worker:
                    for _ in range(hearings):
                        assert await app.queue.hold_next()
                    return
                async with app.running(SilentCourier()):
                    while await due(app):  # noqa: ASYNC110 - rows have no event
                        await asyncio.sleep(0.02)

            async def converse() -> None:
                if not by_worker:
                    for _ in range(hearings):
                        await bare.converse()
                    return
                at_once = asyncio.Semaphore(HEARINGS_AT_ONCE)

                async def one() -> None:
                    async with at_once:
                        await bare.converse()

                await asyncio.gather(*(one() for _ in range(hearings)))

            await hold_all()
            await converse()
            for _ in range(rounds):
                await make_due(app)
                spent = [await cpu_of(work) for work in (converse, hold_all)]
                ratios.append(spent[1] / spent[0])
                print(
                    f"  CPU per sitting of {size}: {1e3 * spent[1] / hearings:.1f} ms, "
                    f"bare SDK calls {1e3 * spent[0] / hearings:.1f} ms"
                )
    await models.aclose()
    await bare.aclose()
    return ratios


async def due(app: App) -> bool:
    async with app.store.reading() as repos:
        cases = await repos.cases.newest(1, [CaseState.DOCKETED], limit=1_000)
        waits = [await repos.hearing_queue.next_due(case.id) for case in cases]
    return any(at is not None and at <= app.clock.now() for at in waits)


async def cpu_of(work: Callable[[], Awaitable[None]]) -> float:
    began = time.process_time()
    await work()
    return time.process_time() - began


class Bare:
    """The bare SDK clients, asked the same questions."""

    def __init__(self, vendor: Vendor, size: int) -> None:
        self._openai = openai.AsyncOpenAI(api_key="key", base_url=vendor.openai_url)
        self._anthropic = anthropic.AsyncAnthropic(
            api_key="key", base_url=vendor.anthropic_url.removesuffix("/v1"), open_telemetry=False
        )
        self._size = size

    async def converse(self) -> None:
        await asyncio.gather(*((self._chat, self._message)[seat % 2](ASKED.system) for seat in range(self._size)))
        await self._message(f"presiding judge {ASKED.system}")

    async def _chat(self, system: str) -> None:
        given = await self._openai.chat.completions.create(
            model="juror",
            messages=[{"role": "system", "content": system}, {"role": "user", "content": ASKED.user}],
            max_tokens=ASKED.max_tokens,
            response_format={
                "type": "json_schema",
                "json_schema": {"name": ASKED.schema_name, "schema": ASKED.schema, "strict": True},
            },
        )
        json.loads(given.choices[0].message.content or "")

    async def _message(self, system: str) -> None:
        schema = anthropic.transform_schema(without_type_lists(ASKED.schema))
        given = await self._anthropic.messages.create(
            model="juror",
            max_tokens=ASKED.max_tokens,
            system=system,
            messages=[{"role": "user", "content": ASKED.user}],
            output_config={"format": {"type": "json_schema", "schema": schema}},
        )
        json.loads(getattr(given.content[-1], "text", ""))

    async def aclose(self) -> None:
        await self._openai.close()
        await self._anthropic.close()


def report(name: str, ratios: list[float], goal: float | None = None) -> None:
    aim = "" if goal is None else f" (goal {goal})"
    print(
        f"{name}: ratio min {min(ratios):.3f}, median {statistics.median(ratios):.3f}, max {max(ratios):.3f}{aim}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency", type=float, default=1.0)
    parser.add_argument("--at-once", type=int, default=50)
    arguments = parser.parse_args()
    with vendor_at(arguments.latency) as vendor:
        for size in PANELS:
            ratios = asyncio.run(one_at_a_time(vendor, size, arguments.rounds))
            report(f"{size} jurors, {arguments.latency:g} s", ratios, GOAL)
        ratios = asyncio.run(many_at_once(vendor, 5, arguments.at_once, arguments.rounds))
        report(f"{arguments.at_once} hearings of 5 at once, {arguments.latency:g} s", ratios, GOAL)
    with vendor_at(0) as vendor:
        for size in PANELS:
            report(f"CPU, {size} jurors", asyncio.run(cpu(vendor, size, arguments.rounds)))
        for by_worker in (False, True):
            ratios = asyncio.run(whole_sitting(vendor, 5, arguments.rounds, by_worker=by_worker))
            who = f"by the worker, {HEARINGS_AT_ONCE} at once" if by_worker else "one after the other"
            report(f"CPU, whole sittings of 5 {who}", ratios, CPU_GOAL)


if __name__ == "__main__":
    main()
