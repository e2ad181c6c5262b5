"""Reading the record: the case that somebody means, and everything that its card shows."""

from __future__ import annotations

from collections.abc import Sequence

from court.counting.emergence import emergence
from court.counting.verdicts import count
from court.docket.statements import as_docket_number
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
"""Sessions in the row of a card."""

SUGGESTIONS = 25
"""Autocomplete results that Discord takes."""

_DOCKETED = (CaseState.DOCKETED,)


class LookupService:
    """Finds cases and reads them out. Only docketed cases are on the record."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, guild_id: int, query: str) -> CaseOverview:
        """The record of a case by docket number or words, misspelt ones too.

        Raises:
            CaseNotFound: when nothing on the guild's docket is like `query`.
        """
        async with self._store.reading() as repos:
            case = await find_case(repos, guild_id, query)
            return await overview_of(repos, case)

    async def latest(self, guild_id: int) -> CaseOverview:
        """The record behind the guild's latest ruling.

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
        """Cases for autocomplete, at most 25: the newest for no text, else the likest first."""
        async with self._store.reading() as repos:
            # Every statement begins so: until the next word there is nothing to look for.
            if "can ai".startswith(text.strip().casefold()):
                return await repos.cases.newest(guild_id, _DOCKETED, SUGGESTIONS)
            found = await repos.cases.search(guild_id, text, _DOCKETED, SUGGESTIONS)
            exact = await _by_number(repos, guild_id, text)
            if exact is None:
                return found
            return [exact, *(case for case in found if case.id != exact.id)][:SUGGESTIONS]


async def find_case(repos: Repositories, guild_id: int, query: str) -> Case:
    """The docketed case that `query` means.

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
    """Everything a card shows: of `session`, or of the last one, with the sessions up to it."""
    shown = await repos.hearings.of_case(case.id, limit=HISTORY, until=session)
    about: Hearing | None = shown[-1] if shown else None
    return make_overview(
        case,
        shown,
        await repos.standings.get(case.id),
        await repos.votes.tally(case.id),
        await _background_of(repos, about),
        await _turn_of(repos, about),
    )


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
