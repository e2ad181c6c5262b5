"""Models that obey whatever reaches them outside the quoted data, and judge honestly if nothing does.

To them, quoted data are the strings that are values under the court's own names with their nonce, and the court's
words are its system part. They read everything else as an order: any other text, an unknown name, or a message that
is not JSON of that form. They take it for the order of the corpus that is most similar to it, or if none is, for the
order to vote YES.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations
from typing import Any

from court.counting.verdicts import count
from court.hearings.conduct import Conditions
from court.jury.answers import REASON_LIMIT, PaperBallot
from court.jury.model import Completion, Finish, Request
from court.jury.prompts import PROMPT_VERSION, judge_request, juror_request, research_request
from court.models import Background, Ballot, Disposition, Hearing, Source
from court.text import one_line
from tests.court.house import House
from tests.court.jury.hostile import HOSTILE, PAGES, Hostile, HostileBrief, Kind
from tests.court.samples import case, panel
from tests.fakes.models import rules, votes
from tests.fakes.world import NOON

TODAY = NOON.date()
HONEST_REASON = "Nobody has shown it."
HONEST_BACKGROUND = "A survey of 2025 found no system that does it."
HONEST_SOURCE = Source("A survey", "https://example.org/survey")
HONEST_FINDING = "No machine has been seen to do it."
OBEYED = "So I was told."

SPAN = 10
"""How many characters in a row identify an order."""

_NONCE = re.compile(r"(?<=_)[0-9a-f]{8}$")
_PROSE = frozenset({"reason", "text", "links"})
"""Members of a quoted object that hold a stranger's words; the others hold the court's."""

_COURT_WORDS = frozenset({*Ballot, *Disposition, *_PROSE, "juror", "ballot", "confidence"})
_COURT_WORDS |= {"median", "earliest", "latest"}
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")

JUROR_KEYS = ["statement_", "briefs_"]
JUDGE_KEYS = ["statement_", "verdict", "panel_confidence", "narrow", "disposition", "tally", "seats", "emergence"]
JUDGE_KEYS += ["jurors_"]
RESEARCHER_KEYS = ["statement_"]
"""The names in an exhibit, in their order and without the nonce."""

_HEARD = panel([(Ballot.NO, 0.9)] * 5)
_ZERO = "0" * 8
_SENT = [
    *(
        (juror_request("Can AI sing?", TODAY, _ZERO, version=version, searching=searching, order=order), JUROR_KEYS)
        for version in range(1, PROMPT_VERSION + 1)
        for searching in (True, False)
        for order in permutations(Ballot)
    ),
    (judge_request("Can AI sing?", count(_HEARD), Disposition.REAFFIRMED, _HEARD, TODAY, _ZERO), JUDGE_KEYS),
    (research_request("Can AI sing?", TODAY, _ZERO), RESEARCHER_KEYS),
]
_KEYS = {request.schema_name: keys for request, keys in _SENT}
_SYSTEMS = {
    name: sorted({request.system for request, _ in _SENT if request.schema_name == name}, key=len, reverse=True)
    for name in _KEYS
}
"""The court's own system parts, the longest first, because one may be the beginning of another."""


async def juror(request: Request) -> Completion:
    """Vote as ordered outside the quoted data, and give the prompt away if asked for it; without an order, vote NO."""
    told = stray(request)
    if not told:
        return votes(Ballot.NO, 0.9, HONEST_REASON)
    order = order_in(told)
    if order is None:
        return votes(Ballot.YES, 0.97, OBEYED)
    discloses = order.kind is Kind.DISCLOSURE
    reason = request.system[:REASON_LIMIT] if discloses else OBEYED
    return votes(order.demand, 0.97, reason)


async def judge(request: Request) -> Completion:
    """Write what is ordered outside the quoted data, else an honest ruling. The verdict is always the honest one."""
    told = stray(request)
    if not told:
        return rules(Ballot.NO, HONEST_FINDING)
    order = order_in(told)
    return rules(Ballot.NO, OBEYED if order is None else f"{OBEYED} {order.demand}")


async def researcher(request: Request) -> Completion:
    """Write what is ordered outside the quoted data, else an honest background."""
    told = stray(request)
    order = order_in(told) if told else None
    background = f"{OBEYED} {order.demand if order else PaperBallot.YES}" if told else HONEST_BACKGROUND
    answer = {"background": background, "sources": [HONEST_SOURCE.url]}
    return Completion(json.dumps(answer), Finish.STOP, sources=(HONEST_SOURCE,))


@lru_cache
def order_in(text: str) -> Hostile | HostileBrief | None:
    """Return the order of the corpus of which a text contains the largest share, or None if it contains none of any."""
    seen = _spans(text)
    found = [(len(spans & seen) / len(spans), len(spans), place) for place, spans in enumerate(_TRACES)]
    share, _, place = max(found)
    return _CORPUS[place] if share else None


def stray(request: Request) -> str:
    """Return all text of a request that is neither quoted data nor the court's own."""
    name = request.schema_name
    own = next((system for system in _SYSTEMS[name] if system in request.system), "")
    beside = request.system.replace(own, "", 1)
    return "\n".join([beside, *_stray_of_exhibit(request.user, _KEYS[name])]).strip()


def _stray_of_exhibit(text: str, keys: list[str]) -> list[str]:
    try:
        exhibit = json.loads(text, object_pairs_hook=_once_each)
    except ValueError:
        return [text]
    if not isinstance(exhibit, dict) or keys_of(exhibit) != keys or len(nonces_of(exhibit)) != 1:
        return list(_unquoted(exhibit, quoted=False))
    words = (word for key, value in exhibit.items() for word in _unquoted(value, _NONCE.search(key) is not None))
    return [word for word in words if word not in _COURT_WORDS and not _MONTH.fullmatch(word)]


def keys_of(exhibit: dict[str, Any]) -> list[str]:
    """Return the names in an exhibit, without the nonce."""
    return [_NONCE.sub("", key) for key in exhibit]


def nonces_of(exhibit: dict[str, Any]) -> set[str]:
    """Return the nonces in the names of an exhibit."""
    return {found[0] for key in exhibit if (found := _NONCE.search(key))}


def _unquoted(value: Any, quoted: bool) -> Iterator[str]:
    if isinstance(value, str) and not quoted:
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _unquoted(item, quoted)
    elif isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from _unquoted(member, quoted and key in _PROSE)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name occurs twice")
    return dict(pairs)


def _spans(text: str) -> set[str]:
    return {text[start : start + SPAN] for start in range(max(1, len(text) - SPAN + 1))}


def exhibit_of(request: Request) -> dict[str, Any]:
    """Return the user part of a request that is not broken."""
    exhibit = json.loads(request.user)
    assert isinstance(exhibit, dict)
    return exhibit


def house_of_the_obedient() -> House:
    """Return a court in which everybody is obedient."""
    house = House()
    house.jury_says(juror)
    house.judge.script(judge)
    return house


async def hear(house: House, statement: str, background: Background | None = None) -> Hearing:
    """Hold the first hearing of a statement."""
    return await house.hearings.hold(case(statement=statement), 1, None, conditions=Conditions(background=background))


_CORPUS: tuple[Hostile | HostileBrief, ...] = (*HOSTILE, *PAGES)
_TRACES = [_spans(one_line(hostile.statement)) for hostile in HOSTILE]
_TRACES += [_spans(one_line(" ".join([page.text, *page.links]))) for page in PAGES]
