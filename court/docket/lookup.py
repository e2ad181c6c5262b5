"""Looking up cases: finding the one that somebody means, and reading everything that its card shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from court.counting.emergence import emergence
from court.counting.verdicts import count
from court.docket.numbering import as_docket_number
from court.errors import CaseNotFound, NothingRuledYet
from court.models import (
    AudienceTally,
    Background,
    Ballot,
    Case,
    CaseOverview,
    CaseState,
    Hearing,
    Standing,
    Turn,
)
from court.ports import Repositories, Store

HISTORY = 12
"""The most sessions that the history on a card shows."""

SUGGESTIONS = 25
"""Discord's limit on autocomplete results."""

_DOCKETED = (CaseState.DOCKETED,)


class LookupService:
    """Finds cases and reads their overviews. `find` and `suggest` consider docketed cases only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, guild_id: int, query: str) -> CaseOverview:
        """Return the overview of a case, found by docket number or by words, even misspelt ones.

        Raises:
            CaseNotFound: when nothing on the guild's docket is similar to `query`.
        """
        async with self._store.reading() as repos:
            case = await find_case(repos, guild_id, query)
            return await overview_of(repos, case)

    async def latest(self, guild_id: int) -> CaseOverview:
        """Return the overview of the case with the guild's latest ruling, as of that session.

        Raises:
            NothingRuledYet: when there is none.
        """
        async with self._store.reading() as repos:
            hearing = await repos.hearings.latest_ruled(guild_id)
            case = None if hearing is None else await repos.cases.get(hearing.case_id)
            if hearing is None or case is None:
                raise NothingRuledYet
            return await overview_of(repos, case, hearing.session)

    async def suggest(self, guild_id: int, text: str) -> list[Case]:
        """Return at most 25 cases for autocomplete: the newest if there is no text, otherwise the most similar first.

        A case whose docket number `text` is comes before all others.
        """
        async with self._store.reading() as repos:
            # Every statement begins with “Can AI”: before the next word there is nothing to search for.
            if "can ai".startswith(text.strip().casefold()):
                return await repos.cases.newest(guild_id, _DOCKETED, SUGGESTIONS)
            found = await repos.cases.search(guild_id, text, _DOCKETED, SUGGESTIONS)
            exact = await _by_number(repos, guild_id, text)
            if exact is None:
                return found
            return [exact, *(case for case in found if case.id != exact.id)][:SUGGESTIONS]


async def find_case(repos: Repositories, guild_id: int, query: str) -> Case:
    """Return the docketed case that `query` means.

    Raises:
        CaseNotFound: when there is none.
    """
    exact = await _by_number(repos, guild_id, query)
    if exact is not None:
        return exact
    found = await repos.cases.search(guild_id, query, _DOCKETED, limit=1)
    if not found:
        raise CaseNotFound(query)
    return found[0]


async def overview_of(repos: Repositories, case: Case, session: int | None = None) -> CaseOverview:
    """Return everything a card shows as of `session`, or of the last one, with the sessions up to it."""
    shown = await repos.hearings.of_case(case.id, limit=HISTORY, until=session)
    about: Hearing | None = shown[-1] if shown else None
    overview = make_overview(
        case,
        shown,
        await repos.standings.get(case.id),
        await repos.votes.tally(case.id),
        await _background_of(repos, about),
        await _turn_of(repos, about),
    )
    if about is None or about.tallied or overview.standing.lifetime.total:
        return overview
    return replace(overview, heard_again_at=await repos.hearing_queue.next_due(case.id))


def make_overview(
    case: Case,
    history: Sequence[Hearing],
    standing: Standing,
    audience: AudienceTally,
    background: Background | None = None,
    turn: Turn | None = None,
) -> CaseOverview:
    """Put together what a card shows of the last session of `history`, and count what a hearing does not store."""
    about = history[-1] if history else None
    return CaseOverview(
        case,
        about,
        tuple(history),
        standing,
        audience,
        background,
        turn,
        emergence=emergence(about.opinions) if about is not None and about.verdict is Ballot.YES else None,
        former_verdict=count(about.former).verdict if about is not None else None,
    )


async def _background_of(repos: Repositories, hearing: Hearing | None) -> Background | None:
    if hearing is None or hearing.background_id is None:
        return None
    found = await repos.backgrounds.get(hearing.background_id)
    return found if found is not None and found.case_id == hearing.case_id else None


async def _turn_of(repos: Repositories, hearing: Hearing | None) -> Turn | None:
    if hearing is None:
        return None
    turns = await repos.turns.of_case(hearing.case_id)
    return next((turn for turn in turns if turn.session == hearing.session), None)


async def _by_number(repos: Repositories, guild_id: int, text: str) -> Case | None:
    number = as_docket_number(text)
    case = await repos.cases.by_docket_number(guild_id, number) if number else None
    return case if case is not None and case.state is CaseState.DOCKETED else None
