"""Sessions and what follows from them, over the rows of `FakeStore`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from court.errors import StorageError
from court.models import (
    Background,
    CaseState,
    Hearing,
    Opinion,
    Outcome,
    Roster,
    Standing,
    Statistics,
    Turn,
    Usage,
)
from tests.fakes.rows import Rows, aware


@dataclass(frozen=True)
class FakeHearings:
    rows: Rows

    async def add(self, hearing: Hearing) -> None:
        self._check_references(hearing)
        if (hearing.case_id, hearing.session) in self.rows.hearings:
            raise StorageError(f"session {hearing.session} of case {hearing.case_id} is kept already")
        self.rows.hearings[hearing.case_id, hearing.session] = replace(
            hearing,
            opened_at=aware(hearing.opened_at),
            closed_at=aware(hearing.closed_at),
            opinions=_by_seat(hearing.opinions),
            replaced=_by_seat(hearing.replaced),
            former=_by_seat(hearing.former),
        )

    async def get(self, case_id: int, session: int) -> Hearing | None:
        return self.rows.hearings.get((case_id, session))

    async def of_case(self, case_id: int, *, limit: int | None = None, until: int | None = None) -> list[Hearing]:
        held = [
            hearing
            for hearing in self.rows.hearings.values()
            if hearing.case_id == case_id and (until is None or hearing.session <= until)
        ]
        held.sort(key=lambda hearing: hearing.session)
        return held if limit is None else held[max(0, len(held) - limit) :]

    async def correct(self, hearing: Hearing) -> None:
        kept = self.rows.hearings.get((hearing.case_id, hearing.session))
        if kept is not None:
            self.rows.hearings[hearing.case_id, hearing.session] = replace(
                kept,
                verdict=hearing.verdict,
                confidence=hearing.confidence,
                margin=hearing.margin,
                disposition=hearing.disposition,
                rule_version=hearing.rule_version,
            )

    async def latest_ruled(self, guild_id: int) -> Hearing | None:
        ruled = [
            hearing
            for hearing in self.rows.hearings.values()
            if hearing.verdict is not None and self.rows.cases[hearing.case_id].guild_id == guild_id
        ]
        return max(ruled, key=lambda held: (held.closed_at, held.case_id, held.session), default=None)

    def _check_references(self, hearing: Hearing) -> None:
        self.rows.refer_to(hearing.case_id)
        if hearing.roster is not None and hearing.roster not in self.rows.rosters:
            raise StorageError(f"there is no roster {hearing.roster}")
        if hearing.background_id is not None and hearing.background_id not in self.rows.backgrounds:
            raise StorageError(f"there is no background {hearing.background_id}")


def _by_seat(opinions: tuple[Opinion, ...]) -> tuple[Opinion, ...]:
    if len({opinion.seat for opinion in opinions}) < len(opinions):
        raise StorageError("a seat has two opinions")
    return tuple(sorted(opinions, key=lambda opinion: opinion.seat))


@dataclass(frozen=True)
class FakeStandings:
    rows: Rows

    async def get(self, case_id: int) -> Standing:
        return self.rows.standings.get(case_id, Standing())

    async def put(self, case_id: int, standing: Standing, at: datetime) -> None:
        self.rows.refer_to(case_id)
        aware(at)
        self.rows.standings[case_id] = standing


@dataclass(frozen=True)
class FakeTurns:
    rows: Rows

    async def put(self, case_id: int, turns: Sequence[Turn]) -> None:
        if len({turn.session for turn in turns}) < len(turns):
            raise StorageError(f"a session of case {case_id} decided two turns")
        for turn in turns:
            self.rows.refer_to(case_id, turn.session)
        kept = (replace(turn, at=aware(turn.at)) for turn in turns)
        self.rows.turns[case_id] = tuple(sorted(kept, key=lambda turn: turn.session))

    async def of_case(self, case_id: int) -> list[Turn]:
        return list(self.rows.turns.get(case_id, ()))


@dataclass(frozen=True)
class FakeRosters:
    rows: Rows

    async def put(self, roster: Roster) -> None:
        self.rows.rosters.setdefault(roster.fingerprint, roster)

    async def get(self, fingerprint: str) -> Roster | None:
        return self.rows.rosters.get(fingerprint)


@dataclass(frozen=True)
class FakeBackgrounds:
    rows: Rows

    async def add(self, background: Background) -> Background:
        self.rows.refer_to(background.case_id)
        kept = replace(background, id=len(self.rows.backgrounds) + 1, at=aware(background.at))
        self.rows.backgrounds[kept.id] = kept
        return kept

    async def get(self, background_id: int) -> Background | None:
        return self.rows.backgrounds.get(background_id)

    async def latest(self, case_id: int) -> Background | None:
        of_case = [background for background in self.rows.backgrounds.values() if background.case_id == case_id]
        return max(of_case, key=lambda background: (background.at, background.id), default=None)


@dataclass(frozen=True)
class FakeServerStatistics:
    rows: Rows

    async def statistics(self, guild_id: int, since: datetime | None = None) -> Statistics:
        cases = {case.id: case for case in self.rows.cases.values() if case.guild_id == guild_id}
        held = [
            hearing
            for hearing in self.rows.hearings.values()
            if hearing.case_id in cases and (since is None or hearing.closed_at >= aware(since))
        ]
        researched = [
            background
            for background in self.rows.backgrounds.values()
            if background.case_id in cases and (since is None or background.at >= aware(since))
        ]
        usages = [*(hearing.usage for hearing in held), *(background.usage for background in researched)]
        seats: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
        for hearing in held:
            for opinion in (*hearing.opinions, *hearing.replaced, *hearing.former):
                seats[opinion.model.provider][opinion.outcome] += 1
        return Statistics(
            cases=sum(case.state is CaseState.DOCKETED for case in cases.values()),
            hearings=dict(Counter(hearing.disposition for hearing in held)),
            seats={provider: dict(counted) for provider, counted in seats.items()},
            usage=sum(usages, start=Usage()),
        )
