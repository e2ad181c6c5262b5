"""Cases, hearings and research to store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from court.models import (
    Background,
    Ballot,
    Case,
    CaseState,
    Disposition,
    Hearing,
    HearingKind,
    ModelRef,
    Opinion,
    Outcome,
    Roster,
    Ruling,
    Source,
    Usage,
)
from court.ports import Store

GUILD, OTHER_GUILD = 1_100_000_000_000_000_001, 1_100_000_000_000_000_002
FILER = 1_200_000_000_000_000_001
MODERATOR = 1_300_000_000_000_000_001
NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
DAY = timedelta(days=1)

RULING = Ruling(
    finding="The court finds that it can.",
    opinion="Two sentences. “Quoted”, with 日本語.",
    quote="A line to quote.",
    presiding="Grace",
    clerk="Ada",
    narrator=ModelRef("openrouter", "maker/model:free"),
    narrator_served="maker/model",
)

SEATS = (
    Opinion(
        1,
        ModelRef("openai", "gpt"),
        Outcome.BALLOT,
        ballot=Ballot.YES,
        confidence=0.95,
        reason="It does.",
        emerged=date(2024, 5, 1),
        tokens_in=900,
        tokens_out=120,
        latency=1.25,
        would_change="A failed replication. “Quoted”, with 日本語.",
        served="gpt-2026-03-01",
        system_fingerprint="fp_44709d6fcb",
        presented=(Ballot.NO, Ballot.YES, Ballot.IN_RESEARCH, Ballot.ALMOST),
    ),
    Opinion(2, ModelRef("anthropic", "claude"), Outcome.ABSTAINED, reason="I cannot tell."),
    Opinion(3, ModelRef("openrouter", "maker/model:free"), Outcome.REFUSED, cause="it refused"),
    Opinion(4, ModelRef("a", "b"), Outcome.TRUNCATED, cause="cut off", tokens_out=500),
    Opinion(5, ModelRef("a", "c"), Outcome.INVALID, cause="no JSON"),
    Opinion(6, ModelRef("a", "d"), Outcome.TIMEOUT, cause="no answer in 60 s", latency=60.0),
    Opinion(7, ModelRef("a", "e"), Outcome.UNAVAILABLE, cause="turned away (429)"),
)
"""One opinion of every outcome."""

ROSTER = Roster(
    fingerprint="0123456789abcdef",
    models=(ModelRef("openrouter", "maker/model:free"), ModelRef("anthropic", "claude"), ModelRef("openai", "gpt")),
    prompt_version=2,
    searching=True,
    served={ModelRef("openai", "gpt"): "gpt-2026-03-01", ModelRef("openrouter", "maker/model:free"): "maker/model"},
)

LARGEST_SEED = 2**63 - 1


def hearing(
    case_id: int,
    session: int = 1,
    *,
    verdict: Ballot | None = Ballot.YES,
    disposition: Disposition = Disposition.FIRST_RULING,
    closed_at: datetime | None = None,
    opinions: tuple[Opinion, ...] = SEATS,
    rehearsal: bool = False,
) -> Hearing:
    closed = closed_at or NOW + session * DAY
    return Hearing(
        case_id=case_id,
        session=session,
        opened_at=closed - timedelta(minutes=2),
        closed_at=closed,
        verdict=verdict,
        confidence=None if verdict is None else 0.83,
        margin=0.7,
        disposition=disposition,
        rule_version=1,
        opinions=opinions,
        ruling=RULING,
        rehearsal=rehearsal,
    )


def bridge(case_id: int, session: int = 1, *, background_id: int | None = None) -> Hearing:
    """Return a hearing with everything that one can have. `ROSTER` must be stored before it."""
    expensive, unpriced = replace(SEATS[0], cost=5_000_000_000), replace(SEATS[3], cost=None)
    return replace(
        hearing(case_id, session, opinions=(expensive, SEATS[1], unpriced)),
        kind=HearingKind.BRIDGE,
        roster=ROSTER.fingerprint,
        seed=LARGEST_SEED,
        replaced=(replace(SEATS[5], seat=1), replace(SEATS[6], seat=2, tokens_in=30)),
        former=(replace(SEATS[0], model=ModelRef("xai", "grok"), cost=7), replace(unpriced, seat=2)),
        background_id=background_id,
        judge_usage=Usage(tokens_in=400, tokens_out=90, cost=3_000_000_000, unpriced=1),
        recused=(ModelRef("xai", "grok"),),
    )


def background(case_id: int, at: datetime = NOW) -> Background:
    return Background(
        id=0,
        case_id=case_id,
        at=at,
        text="Two papers say so. “Quoted”, with 日本語.",
        sources=(
            Source("Zeta, a paper", "https://example.org/z?a=1", date(2025, 12, 24)),
            Source("Alpha, a page", "https://example.org/a"),
        ),
        researcher=ModelRef("openai", "gpt"),
        researcher_served="gpt-2026-03-01",
        dropped=2,
        usage=Usage(tokens_in=1_000, tokens_out=200, cost=40_000, unpriced=1),
    )


async def file_case(
    store: Store,
    guild_id: int,
    statement: str = "Can AI write a novel?",
    filed_at: datetime = NOW,
) -> Case:
    async with store.writing() as repos:
        return await repos.cases.file(guild_id, statement, FILER, filed_at)


async def docket_case(store: Store, guild_id: int, docket_number: str) -> Case:
    case = await file_case(store, guild_id)
    async with store.writing() as repos:
        docketed = await repos.cases.decide(case.id, CaseState.DOCKETED, MODERATOR, NOW, docket_number=docket_number)
    assert docketed is not None
    return docketed
