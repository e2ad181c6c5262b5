"""Sample cases, hearings and overviews for tests, and helpers that read their cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from simcord.components import walk_components

from cogs.ui.layout import Card
from court.docket.lookup import make_overview
from court.docket.statements import MAX_LENGTH
from court.jury.answers import CHANGE_LIMIT, FINDING_LIMIT, OPINION_LIMIT, QUOTE_LIMIT, REASON_LIMIT
from court.models import (
    AudienceTally,
    Background,
    Ballot,
    Case,
    CaseOverview,
    CaseState,
    Disposition,
    Hearing,
    HearingKind,
    Holding,
    ModelRef,
    Opinion,
    Outcome,
    Ruling,
    Source,
    Standing,
    Tally,
)
from tests.fakes.world import NOON

V2 = 1 << 15
TEXT_DISPLAY, CONTAINER, BUTTON = 10, 17, 2
Y, A, R, N = Ballot
RULING = Ruling("It does.", "Four saw it. One did not.", "So it is.", "Grace Hopper", "Alan Turing")
CASE = Case(1, 7, "1B0C", "Can AI write a publishable novel?", CaseState.DOCKETED, 99, NOON)


def seat(number: int, ballot: Ballot, confidence: float = 0.9, reason: str = "A study shows it.") -> Opinion:
    return Opinion(number, ModelRef("acme", f"model-{number}"), Outcome.BALLOT, ballot, confidence, reason)


def silent(number: int, outcome: Outcome) -> Opinion:
    return Opinion(number, ModelRef("acme", f"model-{number}"), outcome, cause="said nothing")


def held(
    session: int, verdict: Ballot | None, disposition: Disposition, *opinions: Opinion, ruling: Ruling = RULING
) -> Hearing:
    at = NOON + timedelta(days=7 * session)
    confidence = None if verdict is None else 0.934
    return Hearing(1, session, at, at, verdict, confidence, 0.5, disposition, 1, opinions, ruling)


def overview(
    *history: Hearing,
    standing: Standing | None = None,
    audience: AudienceTally | None = None,
    background: Background | None = None,
) -> CaseOverview:
    return make_overview(CASE, history, standing or Standing(), audience or AudienceTally(), background)


def found(*sources: Source) -> Background:
    """Return the background that the researcher found on the day of filing."""
    return Background(1, 1, NOON, "It is said so." if sources else "", sources, ModelRef("acme", "searcher"))


def sent(card: Card) -> list[dict[str, Any]]:
    """Return the components as they are sent to Discord."""
    components: list[dict[str, Any]] = card.to_components()  # type: ignore[no-untyped-call]
    return components


def parts(card: Card, kind: int) -> list[dict[str, Any]]:
    return [part for part in walk_components(sent(card)) if part["type"] == kind]


def lines(card: Card) -> list[str]:
    texts = [part["content"] for part in parts(card, TEXT_DISPLAY)]
    return "\n".join(texts).split("\n")


def buttons(card: Card) -> list[tuple[str, str]]:
    return [(part["label"], (part["emoji"] or {}).get("name", "")) for part in parts(card, BUTTON)]


def colour(card: Card) -> object:
    (container,) = parts(card, CONTAINER)
    return container["accent_color"]


def worst(words: str, kind: HearingKind = HearingKind.BRIDGE) -> CaseOverview:
    """Return a case whose texts all repeat `words` and are longer than the court allows."""

    def filled(limit: int) -> str:
        return (words * limit)[:limit]

    ruling = Ruling(filled(FINDING_LIMIT), filled(OPINION_LIMIT), filled(QUOTE_LIMIT), filled(60), filled(60))
    opinions = [replace(seat(year, Y, 0.999), emerged=date(2022 + year, 9, 1)) for year in (1, 2)]
    dissent = replace(seat(3, R, 0.888, filled(REASON_LIMIT)), would_change=filled(CHANGE_LIMIT))
    opinions += [replace(dissent, seat=number) for number in range(3, 8)]
    outcomes = (Outcome.ABSTAINED, Outcome.TRUNCATED, Outcome.UNAVAILABLE, Outcome.INVALID)
    opinions += [silent(number, outcome) for number, outcome in enumerate(outcomes, start=8)]
    history = [held(number, R, Disposition.FIRST_RULING, *opinions, ruling=ruling) for number in range(3_878, 3_890)]
    history[-1] = replace(history[-1], verdict=Y, rehearsal=True, kind=kind, replaced=(opinions[-1],) * 7)
    history[-1] = replace(history[-1], recused=(ModelRef("acme", "x"),))
    many = 99_999
    tally = Tally(many, many, many, many)
    return make_overview(
        replace(CASE, id=2**63 - 1, statement=filled(MAX_LENGTH)),
        history,
        Standing(Holding.DISPUTED, R, tally, tally, term=99, since=3_888, alarm=R),
        AudienceTally(many * 10, many * 10, many * 10),
        found(*[Source(filled(300), f"https://example.org/{'a' * 250}", date(2025, 9, 30))] * 5),
    )
