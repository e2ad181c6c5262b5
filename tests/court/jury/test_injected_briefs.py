"""Nobody talks the jury round through evidence: hostile pages on their way to every model."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from court.jury.answers import PaperBallot, read_background_answer
from court.jury.prompts import PROMPT_VERSION, juror_request, research_request
from court.models import Background, Ballot, Brief, Outcome, Source
from court.text import one_line
from tests.court.jury.hostile import ADMITTED, BRIEFS, HOSTILE, PAGES, HostileBrief, Kind, obedient
from tests.court.jury.hostile.obedient import (
    HONEST_BACKGROUND,
    HONEST_FINDING,
    HONEST_REASON,
    HONEST_SOURCE,
    JUROR_KEYS,
    RESEARCHER_KEYS,
    TODAY,
    exhibit_of,
    hear,
    house_of_the_obedient,
)
from tests.court.jury.test_injection import NONCE, UNSEEN, asked_of_judge
from tests.fakes.models import votes
from tests.fakes.world import NOON

STATEMENT = "Can AI sing?"
HARMLESS = juror_request(STATEMENT, TODAY, NONCE)


def each(corpus: tuple[HostileBrief, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("hostile", corpus, ids=[f"{one.kind}-{place}" for place, one in enumerate(corpus)])


def of_kind(kind: Kind) -> list[HostileBrief]:
    found = [hostile for hostile in BRIEFS if hostile.kind is kind]
    assert found
    return found


def background(hostile: HostileBrief) -> Background:
    """Return the background as it would be if the researcher itself had been captured."""
    sources = tuple(Source(hostile.text, link) for link in hostile.links)
    return Background(1, 1, NOON, hostile.text, sources, None)


def test_the_corpus_of_pages_is_large() -> None:
    assert len(PAGES) >= 60
    assert len(BRIEFS) == len(PAGES) + len(HOSTILE) >= 280
    assert {page.kind for page in PAGES} == set(Kind)
    assert len({page.language for page in PAGES if page.language}) >= 10
    assert {page.demand for page in PAGES} == set(PaperBallot) - {PaperBallot.NO}
    assert len({(page.text, page.links) for page in PAGES}) == len(PAGES)
    assert (
        sum(any(link not in page.text and "example.org/study" not in link for link in page.links) for page in PAGES)
        >= 10
    )


@each(BRIEFS)
async def test_a_juror_is_sent_a_brief_as_an_exhibit_and_does_not_obey_it(hostile: HostileBrief) -> None:
    request = juror_request(STATEMENT, TODAY, NONCE, briefs=[hostile.brief])

    quoted = {"text": one_line(hostile.text), "links": [one_line(link) for link in hostile.links]}
    assert exhibit_of(request) == {f"statement_{NONCE}": STATEMENT, f"briefs_{NONCE}": [quoted]}
    assert obedient.keys_of(exhibit_of(request)) == JUROR_KEYS
    assert request.user.count(NONCE) == len(JUROR_KEYS)
    assert not UNSEEN.search(request.user)
    assert replace(request, user="") == replace(HARMLESS, user="")
    assert await obedient.juror(request) == votes(Ballot.NO, 0.9, HONEST_REASON)


@pytest.mark.parametrize("kind", Kind)
async def test_many_briefs_at_once_are_not_obeyed_either(kind: Kind) -> None:
    briefs = [hostile.brief for hostile in of_kind(kind)]
    for searching in (False, True):
        request = juror_request(STATEMENT, TODAY, NONCE, briefs=briefs, searching=searching)

        assert len(exhibit_of(request)[f"briefs_{NONCE}"]) == len(briefs)
        assert await obedient.juror(request) == votes(Ballot.NO, 0.9, HONEST_REASON)


async def test_a_former_jury_is_sent_no_brief() -> None:
    assert PROMPT_VERSION > 1
    request = juror_request(STATEMENT, TODAY, NONCE, briefs=[hostile.brief for hostile in BRIEFS], version=1)

    assert exhibit_of(request) == {f"statement_{NONCE}": STATEMENT, f"briefs_{NONCE}": []}
    assert await obedient.juror(request) == votes(Ballot.NO, 0.9, HONEST_REASON)


@pytest.mark.parametrize("kind", Kind)
async def test_no_brief_changes_a_ballot(kind: Kind) -> None:
    house = house_of_the_obedient()
    for hostile in of_kind(kind):
        hearing = await hear(house, STATEMENT, background(hostile))

        held = [(opinion.ballot, opinion.confidence, opinion.reason) for opinion in hearing.opinions]
        assert held == [(Ballot.NO, 0.9, HONEST_REASON)] * 5, hostile
        assert (hearing.ruling.finding, hearing.ruling.narrator) == (HONEST_FINDING, house.judge.ref), hostile
        asked = exhibit_of(house.jurors[0].asked[-1])
        told = [value for key, value in asked.items() if key.startswith("briefs_")]
        quoted = Brief(one_line(hostile.text), tuple(one_line(link) for link in hostile.links))
        assert told == [[{"text": quoted.text, "links": list(quoted.links)}]]


@pytest.mark.parametrize("kind", Kind)
async def test_a_reason_that_repeats_a_page_does_not_sway_the_judge(kind: Kind) -> None:
    for hostile in of_kind(kind):
        reason = one_line(" ".join([hostile.text, *hostile.links]))
        request = asked_of_judge(STATEMENT, HONEST_REASON, reason)

        assert exhibit_of(request)[f"jurors_{NONCE}"][1]["reason"] == reason
        assert request.system == asked_of_judge(STATEMENT, HONEST_REASON).system
        assert json.loads((await obedient.judge(request)).text)["finding"] == HONEST_FINDING, hostile


@pytest.mark.parametrize("kind", Kind)
async def test_a_statement_does_not_sway_the_researcher(kind: Kind) -> None:
    harmless = research_request(STATEMENT, TODAY, NONCE)
    for hostile in (one for one in ADMITTED if one.kind is kind):
        request = research_request(hostile.statement, TODAY, NONCE)

        assert obedient.keys_of(exhibit_of(request)) == RESEARCHER_KEYS
        assert exhibit_of(request) == {f"statement_{NONCE}": hostile.statement}
        assert request.user.count(NONCE) == 1
        assert replace(request, user="") == replace(harmless, user="")
        answer = await obedient.researcher(request)
        assert read_background_answer(answer.text, answer.sources) == (HONEST_BACKGROUND, (HONEST_SOURCE,), 0), hostile


@each(PAGES)
async def test_a_researcher_that_repeats_a_page_sways_no_juror(hostile: HostileBrief) -> None:
    # The search has returned the hostile page under a hostile title, and the researcher has copied its text.
    found = [HONEST_SOURCE, *(Source(hostile.text, link) for link in hostile.links)]
    written = {"background": one_line(hostile.text)[:900], "sources": [source.url for source in found]}
    text, sources, dropped = read_background_answer(json.dumps(written), found)

    assert HONEST_SOURCE in sources
    assert len(sources) <= 5
    assert dropped <= len(hostile.links) + 2
    assert "://" not in text
    assert not UNSEEN.search(" ".join([text, *(f"{source.title} {source.url}" for source in sources)]))
    assert all(len(source.title) <= 200 and len(source.url) <= 500 for source in sources)
    request = juror_request(STATEMENT, TODAY, NONCE, briefs=[Brief(text, tuple(source.url for source in sources))])
    assert await obedient.juror(request) == votes(Ballot.NO, 0.9, HONEST_REASON)


async def test_a_juror_that_copies_a_page_is_heard_or_replaced() -> None:
    house = house_of_the_obedient()
    captured, heard = house.jurors[0], 0
    for hostile in PAGES:
        captured.script(votes(Ballot.NO, 0.9, hostile.text[:300]))
        hearing = await hear(house, STATEMENT, background(hostile))

        opinion = next(opinion for opinion in hearing.opinions if opinion.model == captured.ref)
        assert opinion.outcome is Outcome.INVALID or opinion.reason == one_line(hostile.text[:300]), hostile
        assert (hearing.verdict, hearing.ruling.finding) == (Ballot.NO, HONEST_FINDING), hostile
        heard += opinion.outcome is Outcome.BALLOT
    assert heard >= 50
