"""Cases, their audience and their guilds, over the rows of `FakeStore`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from court.errors import DocketNumberTaken
from court.models import AudienceTally, Case, CaseState, GuildSettings, MessageRef, Vote, VoteSource
from storage.search.similarity import rank
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

    async def heard(self, *, after: int = 0, limit: int = 500) -> list[Case]:
        ids = {case_id for case_id, _ in self.rows.hearings if case_id > after}
        return [self.rows.cases[case_id] for case_id in sorted(ids)[:limit]]

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

    async def adjourn(self, guild_id: int, until: datetime) -> bool:
        noted = self.rows.adjournments.get(guild_id)
        if noted is not None and noted >= aware(until):
            return False
        self.rows.adjournments[guild_id] = aware(until)
        return True

    async def resume(self, guild_id: int | None = None) -> None:
        for noted in list(self.rows.adjournments) if guild_id is None else [guild_id]:
            self.rows.adjournments.pop(noted, None)
