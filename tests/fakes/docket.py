"""Cases and what is held of them, over the rows of `FakeStore`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from court.errors import DocketNumberTaken, StorageError
from court.models import AudienceTally, Case, CaseState, GuildSettings, Hearing, MessageRef, Standing, Vote, VoteSource
from storage.likeness import rank
from tests.fakes.rows import Rows, aware


@dataclass(frozen=True)
class FakeCases:
    rows: Rows

    async def file(self, guild_id: int, docket_number: str, statement: str, filed_by: int, filed_at: datetime) -> Case:
        if await self.by_docket_number(guild_id, docket_number) is not None:
            raise DocketNumberTaken(docket_number)
        case_id = len(self.rows.cases) + 1
        case = Case(case_id, guild_id, docket_number, statement, CaseState.FILED, filed_by, aware(filed_at))
        self.rows.cases[case_id] = case
        return case

    async def get(self, case_id: int) -> Case | None:
        return self.rows.cases.get(case_id)

    async def by_docket_number(self, guild_id: int, docket_number: str) -> Case | None:
        wanted = (guild_id, docket_number)
        return next((case for case in self.rows.cases.values() if (case.guild_id, case.docket_number) == wanted), None)

    async def decide(
        self, case_id: int, state: CaseState, by: int, at: datetime, *, reason: str | None = None
    ) -> Case | None:
        decision = {"state": state, "decided_by": by, "decided_at": aware(at), "decision_reason": reason}
        return self._change_filed(case_id, **decision)

    async def reword(self, case_id: int, statement: str) -> Case | None:
        return self._change_filed(case_id, statement=statement)

    async def set_card(self, case_id: int, card: MessageRef) -> None:
        if case_id in self.rows.cases:
            self.rows.cases[case_id] = replace(self.rows.cases[case_id], card=card)

    async def newest(self, guild_id: int, states: Collection[CaseState], limit: int) -> list[Case]:
        of_guild = [case for case in self.rows.cases.values() if case.guild_id == guild_id and case.state in states]
        return sorted(of_guild, key=lambda case: (case.filed_at, case.id), reverse=True)[:limit]

    async def search(self, guild_id: int, text: str, states: Collection[CaseState], limit: int) -> list[Case]:
        of_guild = await self.newest(guild_id, states, len(self.rows.cases))
        return [of_guild[position] for position in rank(text, [case.statement for case in of_guild], limit)]

    def _change_filed(self, case_id: int, **changes: object) -> Case | None:
        case = self.rows.cases.get(case_id)
        if case is None or case.state is not CaseState.FILED:
            return None
        self.rows.cases[case_id] = replace(case, **changes)  # type: ignore[arg-type]  # the callers name fields
        return self.rows.cases[case_id]


@dataclass(frozen=True)
class FakeHearings:
    rows: Rows

    async def add(self, hearing: Hearing) -> None:
        self.rows.refer_to(hearing.case_id)
        if (hearing.case_id, hearing.session) in self.rows.hearings:
            raise StorageError(f"session {hearing.session} of case {hearing.case_id} is kept already")
        aware(hearing.opened_at)
        aware(hearing.closed_at)
        self.rows.hearings[hearing.case_id, hearing.session] = hearing

    async def get(self, case_id: int, session: int) -> Hearing | None:
        return self.rows.hearings.get((case_id, session))

    async def of_case(self, case_id: int, *, limit: int | None = None) -> list[Hearing]:
        held = [hearing for hearing in self.rows.hearings.values() if hearing.case_id == case_id]
        held.sort(key=lambda hearing: hearing.session)
        return held if limit is None else held[max(0, len(held) - limit) :]

    async def latest_ruled(self, guild_id: int) -> Hearing | None:
        ruled = [
            hearing
            for hearing in self.rows.hearings.values()
            if hearing.verdict is not None and self.rows.cases[hearing.case_id].guild_id == guild_id
        ]
        return max(ruled, key=lambda held: (held.closed_at, held.case_id, held.session), default=None)


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
class FakeVotes:
    rows: Rows

    async def cast(self, case_id: int, user_id: int, vote: Vote, source: VoteSource, at: datetime) -> Vote | None:
        self.rows.refer_to(case_id)
        aware(at)
        replaced = await self.of_member(case_id, user_id)
        self.rows.votes[case_id, user_id] = (vote, source)
        return replaced

    async def withdraw(self, case_id: int, user_id: int, vote: Vote, source: VoteSource) -> bool:
        if self.rows.votes.get((case_id, user_id)) != (vote, source):
            return False
        del self.rows.votes[case_id, user_id]
        return True

    async def of_member(self, case_id: int, user_id: int) -> Vote | None:
        held = self.rows.votes.get((case_id, user_id))
        return None if held is None else held[0]

    async def tally(self, case_id: int) -> AudienceTally:
        held = [vote for (voted_on, _), (vote, _) in self.rows.votes.items() if voted_on == case_id]
        return AudienceTally(held.count(Vote.YES), held.count(Vote.MAYBE), held.count(Vote.NO))


@dataclass(frozen=True)
class FakeGuilds:
    rows: Rows

    async def get(self, guild_id: int) -> GuildSettings:
        return self.rows.guilds.get(guild_id, GuildSettings(guild_id))

    async def put(self, settings: GuildSettings) -> None:
        self.rows.guilds[settings.guild_id] = settings
