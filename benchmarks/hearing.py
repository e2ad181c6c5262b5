"""Wall time of a hearing against the least that it could take: the slowest juror, and then the judge.

Five jurors of two vendors and a judge answer over loopback, each after the same latency. In every
round each of them is first asked alone, through the same adapters; the slowest of the five plus the
judge is the baseline of that round, and the hearing's wall time is divided by it.

    uv run python benchmarks/hearing.py [--rounds 5] [--latency 0.5] [--jurors 5]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.clock import SystemClock
from court.asking import Model, Request
from court.models import Case, CaseState, ModelRef
from court.prompts import juror_request
from court.services.hearings import HearingService, Jury
from providers.registry import Models, VendorSettings
from tests.fakes.vendor import Api, LoopbackVendor, Reply, answer

GOAL = 1.1
BALLOT = {"reason": "It is in the brief.", "ballot": "YES", "confidence": 0.9, "emerged": None}
RULING = {"verdict": "YES", "finding": "It does.", "opinion": "The jury agrees. It is so.", "quote": "It does."}
CASE = Case(1, 1, "1B0C", "Can AI write a novel?", CaseState.DOCKETED, 1, datetime.now(UTC))


def respond(latency: float) -> Any:
    def respond_to(_api: Api, body: dict[str, Any]) -> Reply:
        judging = "presiding judge" in json.dumps(body)
        return answer(RULING if judging else BALLOT, latency=latency)

    return respond_to


async def timed(model: Model, request: Request) -> float:
    began = time.perf_counter()
    await model.complete(request)
    return time.perf_counter() - began


async def measure(rounds: int, latency: float, jurors: int) -> list[float]:
    async with LoopbackVendor(respond(latency)) as vendor:
        settings = {
            "openai": VendorSettings("key", vendor.openai_url),
            "anthropic": VendorSettings("key", vendor.anthropic_url),
        }
        models = Models(settings, timeout=60)
        refs = [ModelRef(("openai", "anthropic")[seat % 2], f"juror-{seat}") for seat in range(jurors)]
        pool = {ref: models.get(ref) for ref in refs}
        judge = models.get(ModelRef("anthropic", "judge"))
        service = HearingService(Jury(pool, judge, jurors, 60), SystemClock(), random.Random(7))
        alone = juror_request(CASE.statement, datetime.now(UTC).date(), "0badcafe")
        await service.hold(CASE, 1, None)  # imports the SDKs and opens the connections
        ratios = []
        for number in range(1, rounds + 1):
            slowest = max([await timed(model, alone) for model in pool.values()])
            baseline = slowest + await timed(judge, alone)
            began = time.perf_counter()
            hearing = await service.hold(CASE, 1, None)
            wall = time.perf_counter() - began
            assert hearing.tally.yes == jurors
            assert hearing.ruling.narrator is not None
            ratios.append(wall / baseline)
            print(
                f"round {number}: hearing {wall:.3f} s, slowest juror + judge {baseline:.3f} s, ratio {ratios[-1]:.3f}"
            )
        await models.aclose()
    return ratios


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--jurors", type=int, default=5)
    arguments = parser.parse_args()
    ratios = asyncio.run(measure(arguments.rounds, arguments.latency, arguments.jurors))
    print(f"ratio min {min(ratios):.3f}, median {statistics.median(ratios):.3f}, max {max(ratios):.3f} (goal {GOAL})")


if __name__ == "__main__":
    main()
