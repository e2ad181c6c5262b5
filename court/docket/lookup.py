"""Reading the record: the case that somebody means, and everything that its card shows."""

from __future__ import annotations

from court.docket.statements import as_docket_number
from court.errors import CaseNotFound, NothingRuledYet
from court.models import Background, Case, CaseRecord, CaseState, Hearing, Turn
from court.ports import Records, Store

HISTORY = 12
"""Sessions in the row of a card."""

SUGGESTIONS = 25
"""Autocomplete results that Discord takes."""

_DOCKETED = (CaseState.DOCKETED,)


class RecordService:
    """Finds cases and reads them out. Only docketed cases are on the record."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, guild_id: int, query: str) -> CaseRecord:
        """The record of a case by docket number or words, misspelt ones too.

        Raises:
            CaseNotFound: when nothing on the guild's docket is like `query`.
        """
        async with self._store.reading() as records:
            case = await find_case(records, guild_id, query)
            return await record_of(records, case)

    async def latest(self, guild_id: int) -> CaseRecord:
        """The record behind the guild's latest ruling.

        Raises:
            NothingRuledYet: when there is none.
        """
        async with self._store.reading() as records:
            hearing = await records.hearings.latest_ruled(guild_id)
            case = None if hearing is None else await records.cases.get(hearing.case_id)
            if hearing is None or case is None:
                raise NothingRuledYet
            return await record_of(records, case, hearing.session)

    async def suggest(self, guild_id: int, text: str) -> list[Case]:
        """Cases for autocomplete, at most 25: the newest for no text, else the likest first."""
        async with self._store.reading() as records:
            # Every statement begins so: until the next word there is nothing to look for.
            if "can ai".startswith(text.strip().casefold()):
                return await records.cases.newest(guild_id, _DOCKETED, SUGGESTIONS)
            found = await records.cases.search(guild_id, text, _DOCKETED, SUGGESTIONS)
            exact = await _by_number(records, guild_id, text)
            if exact is None:
                return found
            return [exact, *(case for case in found if case.id != exact.id)][:SUGGESTIONS]


async def find_case(records: Records, guild_id: int, query: str) -> Case:
    """The docketed case that `query` means.

    Raises:
        CaseNotFound: when there is none.
    """
    exact = await _by_number(records, guild_id, query)
    if exact is not None:
        return exact
    found = await records.cases.search(guild_id, query, _DOCKETED, limit=1)
    if not found:
        raise CaseNotFound(query)
    return found[0]


async def record_of(records: Records, case: Case, session: int | None = None) -> CaseRecord:
    """Everything a card shows: of `session`, or of the last one, with the sessions up to it."""
    shown = await records.hearings.of_case(case.id, limit=HISTORY, until=session)
    about: Hearing | None = shown[-1] if shown else None
    return CaseRecord(
        case,
        about,
        tuple(shown),
        await records.standings.get(case.id),
        await records.votes.tally(case.id),
        await _background_of(records, about),
        await _turn_of(records, about),
    )


async def _background_of(records: Records, hearing: Hearing | None) -> Background | None:
    if hearing is None or hearing.background_id is None:
        return None
    found = await records.backgrounds.get(hearing.background_id)
    return found if found is not None and found.case_id == hearing.case_id else None


async def _turn_of(records: Records, hearing: Hearing | None) -> Turn | None:
    if hearing is None:
        return None
    turns = await records.turns.of_case(hearing.case_id)
    return next((turn for turn in turns if turn.session == hearing.session), None)


async def _by_number(records: Records, guild_id: int, text: str) -> Case | None:
    number = as_docket_number(text)
    case = await records.cases.by_docket_number(guild_id, number) if number else None
    return case if case is not None and case.state is CaseState.DOCKETED else None
