"""The demo's scripted jury. Everything that it says is marked as a rehearsal."""

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
"""Enough for two panels of the default size, so that a retrial has other jurors."""
JUDGE = "playwright"
INDISPOSED = 0.5
"""The probability that one of the jurors abstains or refuses. Two never do, so only an outage causes a mistrial."""
FAILS_IN_OUTAGE = 0.95
"""The probability that a juror fails during an outage."""

CHANGE = {"would_change": "A rehearsal: another script would."}
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
    """The script for one statement: the day of its first session and a mood for each week."""

    opened: date
    moods: str

    def on(self, today: date) -> tuple[str, int]:
        """Return the mood of a day and its number, counted from `opened`. The last mood stays after the last week."""
        days = max((today - self.opened).days, 0)
        week = min(days // 7, len(self.moods) - 1)
        mood = self.moods[week]
        if mood == OUTAGE and days != week * 7:
            mood = next(earlier for earlier in reversed(self.moods[: week + 1]) if earlier != OUTAGE)
        return mood, days


Parts = Mapping[str, Part]
Pace = Callable[[], float]


def rehearsal_jury(parts: Parts, *, panel_size: int, timeout: float, pace: Pace) -> Jury:
    """Return a jury of ten scripted jurors and a scripted judge. `pace` sets how many seconds an answer takes."""
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
        statement = _quoted(request, "statement_")
        part = parts.get(statement)
        mood, day = (part or Part(today, _improvised(statement))).on(today)
        chance = random.Random(f"{statement}|{name}|{day}")  # noqa: S311 - a script, not a secret
        await asyncio.sleep(pace() * (0.4 + chance.random()))
        if mood == OUTAGE and chance.random() < FAILS_IN_OUTAGE:
            raise ModelUnavailable("no connection (rehearsed)")
        # A visitor's own question has no script: every juror votes on it, so that it gets a ruling.
        silence = None if part is None else _silence(statement, day, name)
        if silence is Outcome.REFUSED:
            return Completion("Rehearsal: this part refuses to answer.", Finish.REFUSAL)
        fields = _answer_fields(mood, chance, abstains=silence is Outcome.ABSTAINED)
        return Completion(json.dumps(fields, ensure_ascii=False), Finish.STOP)

    return answer


def _silence(statement: str, day: int, name: str) -> Outcome | None:
    """Return how this juror withholds its ballot on that day, or None if it votes."""
    chance = random.Random(f"{statement}|{day}")  # noqa: S311
    if chance.random() >= INDISPOSED or chance.choice(NAMES) != name:
        return None
    return chance.choice((Outcome.ABSTAINED, Outcome.REFUSED))


def _answer_fields(mood: str, chance: random.Random, *, abstains: bool) -> dict[str, object]:
    weights = MOODS["R" if mood == OUTAGE else mood]
    ballot = chance.choices(list(weights), list(weights.values()))[0]
    confidence = round(chance.uniform(0.74, 0.95), 2)
    if abstains:
        reason = "Rehearsal, no model's opinion: the script leaves this seat in doubt."
        return {"reason": reason, "ballot": PaperBallot.CANNOT_TELL, "confidence": 0.5, "emerged": None} | CHANGE
    reason = f"Rehearsal, no model's opinion: the script has this seat hold “{LABELS[ballot]}”."
    return {"reason": reason, "ballot": ballot, "confidence": confidence, "emerged": None} | CHANGE


def _judge(pace: Pace) -> Script:
    async def answer(request: Request) -> Completion:
        await asyncio.sleep(pace() * 0.5)
        counted = json.loads(request.user)
        verdict = Ballot(counted["verdict"])
        seats = sum(counted["tally"].values())
        label = LABELS[verdict]
        text = {
            "verdict": verdict,
            "finding": FINDINGS[Disposition(counted["disposition"])].format(label=label),
            "opinion": f"No model was asked: of {seats} ballots that were learnt by heart, {counted['tally'][verdict]} "
            f"say “{label}”. Seat real models (court demo with --live), and they will speak for themselves.",
            "quote": QUOTES[verdict],
        }
        return Completion(json.dumps(text, ensure_ascii=False), Finish.STOP)

    return answer


def _improvised(statement: str) -> str:
    """Return one clear mood for a statement without a script, the same at every session."""
    return random.Random(statement).choice("YARN")  # noqa: S311


def _today(request: Request) -> date:
    found = _TODAY.search(request.system)
    if found is None:
        raise ValueError("the prompt names no date")
    return date.fromisoformat(found[1])


def _quoted(request: Request, prefix: str) -> str:
    quoted: dict[str, str] = json.loads(request.user)
    return next(value for name, value in quoted.items() if name.startswith(prefix))
