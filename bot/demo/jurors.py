"""The scripted jury of the demo. All that it says, says that it is a rehearsal."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.demo.tracks import MOODS, OUTAGE
from court.errors import ModelUnavailable
from court.jury.answers import PaperBallot
from court.jury.model import Completion, Finish, Request
from court.jury.pool import Jury
from court.jury.template import LABELS
from court.models import Ballot, Disposition, ModelRef, Outcome, Price
from providers.scripted import PROVIDER, Script, ScriptedModel

NAMES = ("prompter", "understudy", "chorus", "narrator", "stagehand", "dresser", "usher", "souffleur", "tenor", "mime")
"""Twice a panel, so that a retrial has other jurors."""
JUDGE = "playwright"
INDISPOSED = 0.5
"""How often one part or another abstains or refuses: never two in a session, so that only an outage is a mistrial."""
FAILS_IN_OUTAGE = 0.95

FINDINGS = {
    Disposition.FIRST_RULING: "In this rehearsal the scripted jury rules for the first time: “{label}”.",
    Disposition.REAFFIRMED: "In this rehearsal the scripted answer stays the same: “{label}”.",
    Disposition.OVERTURNED: "In this rehearsal the scripted jury has changed its mind: “{label}”.",
}
QUOTES = {
    Ballot.YES: "A rehearsal may say yes; only opening night can mean it.",
    Ballot.ALMOST: "In rehearsal, almost is the longest word in the script.",
    Ballot.IN_RESEARCH: "Every rehearsal is a laboratory with better lighting.",
    Ballot.NO: "A rehearsal is where no costs nothing.",
}

_TODAY = re.compile(r"Today is (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Part:
    """What a statement's jurors have learnt: the day of the first session and the moods by week."""

    opened: date
    moods: str

    def on(self, today: date) -> tuple[str, int]:
        """The mood of the day, and which day it is; after the last letter the last mood stays."""
        days = max((today - self.opened).days, 0)
        week = min(days // 7, len(self.moods) - 1)
        mood = self.moods[week]
        if mood == OUTAGE and days != week * 7:
            mood = next(earlier for earlier in reversed(self.moods[: week + 1]) if earlier != OUTAGE)
        return mood, days


Parts = Mapping[str, Part]
Pace = Callable[[], float]


def rehearsal_jury(parts: Parts, *, panel_size: int, timeout: float, pace: Pace) -> Jury:
    """Ten scripted jurors and a scripted judge; `pace` gives the seconds that each takes to answer."""
    refs = [ModelRef(PROVIDER, name) for name in NAMES]
    return Jury(
        pool={ref: ScriptedModel(ref, _juror(ref.model, parts, pace)) for ref in refs},
        judge=ScriptedModel(ModelRef(PROVIDER, JUDGE), _judge(pace)),
        panel_size=panel_size,
        timeout=timeout,
        rehearsal=True,
        tariff=lambda _ref: Price(0, 0),
    )


def _juror(name: str, parts: Parts, pace: Pace) -> Script:
    async def answer(request: Request) -> Completion:
        today = _today(request)
        statement = _exhibit(request, "statement_")
        learnt = parts.get(statement)
        mood, day = (learnt or Part(today, _improvised(statement))).on(today)
        chance = random.Random(f"{statement}|{name}|{day}")  # noqa: S311 - a play, not a secret
        await asyncio.sleep(pace() * (0.4 + chance.random()))
        if mood == OUTAGE and chance.random() < FAILS_IN_OUTAGE:
            raise ModelUnavailable("no connection (rehearsed)")
        # Asked what it has not learnt, every part holds something: a visitor's own question shall have its ruling.
        silence = None if learnt is None else _silence(statement, day, name)
        if silence is Outcome.REFUSED:
            return Completion("Rehearsal: this part refuses to answer.", Finish.REFUSAL)
        paper = _paper(mood, chance, abstains=silence is Outcome.ABSTAINED)
        return Completion(json.dumps(paper, ensure_ascii=False), Finish.STOP)

    return answer


def _silence(statement: str, day: int, name: str) -> Outcome | None:
    """How the part is silent on that day, if it is the one that is."""
    chance = random.Random(f"{statement}|{day}")  # noqa: S311
    if chance.random() >= INDISPOSED or chance.choice(NAMES) != name:
        return None
    return chance.choice((Outcome.ABSTAINED, Outcome.REFUSED))


def _paper(mood: str, chance: random.Random, *, abstains: bool) -> dict[str, object]:
    weights = MOODS["R" if mood == OUTAGE else mood]
    ballot = chance.choices(list(weights), list(weights.values()))[0]
    confidence = round(chance.uniform(0.74, 0.95), 2)
    if abstains:
        reason = "Rehearsal, no model's opinion: the script leaves this seat in doubt."
        return {"reason": reason, "ballot": PaperBallot.CANNOT_TELL, "confidence": 0.5, "emerged": None}
    reason = f"Rehearsal, no model's opinion: the script has this seat hold “{LABELS[ballot]}”."
    return {"reason": reason, "ballot": ballot, "confidence": confidence, "emerged": None}


def _judge(pace: Pace) -> Script:
    async def answer(request: Request) -> Completion:
        await asyncio.sleep(pace() * 0.5)
        matter = json.loads(request.user)
        verdict = Ballot(matter["verdict"])
        seats = sum(matter["tally"].values())
        label = LABELS[verdict]
        text = {
            "verdict": verdict,
            "finding": FINDINGS[Disposition(matter["disposition"])].format(label=label),
            "opinion": f"No model was asked: of {seats} ballots that were learnt by heart, {matter['tally'][verdict]} "
            f"say “{label}”. Seat real models (court demo with --live), and they will speak for themselves.",
            "quote": QUOTES[verdict],
        }
        return Completion(json.dumps(text, ensure_ascii=False), Finish.STOP)

    return answer


def _improvised(statement: str) -> str:
    """One clear mood for a statement that nobody has learnt, the same whenever it is asked."""
    return random.Random(statement).choice("YARN")  # noqa: S311


def _today(request: Request) -> date:
    found = _TODAY.search(request.system)
    if found is None:
        raise ValueError("the prompt names no date")
    return date.fromisoformat(found[1])


def _exhibit(request: Request, prefix: str) -> str:
    exhibits: dict[str, str] = json.loads(request.user)
    return next(value for name, value in exhibits.items() if name.startswith(prefix))
