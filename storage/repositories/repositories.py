"""The repositories of one transaction, together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.repositories.backgrounds import SqlBackgrounds
from storage.repositories.cases import SqlCases
from storage.repositories.charges import SqlCharges
from storage.repositories.guilds import SqlGuilds
from storage.repositories.hearing_queue import SqlHearingQueue
from storage.repositories.hearings import SqlHearings
from storage.repositories.outbox import SqlOutbox
from storage.repositories.rosters import SqlRosters
from storage.repositories.standings import SqlStandings
from storage.repositories.statistics import SqlServerStatistics
from storage.repositories.turns import SqlTurns
from storage.repositories.votes import SqlVotes


@dataclass(frozen=True, slots=True)
class SqlRepositories:
    """`court.ports.Repositories` over one connection, valid while its transaction is."""

    cases: SqlCases
    hearings: SqlHearings
    standings: SqlStandings
    votes: SqlVotes
    guilds: SqlGuilds
    hearing_queue: SqlHearingQueue
    outbox: SqlOutbox
    turns: SqlTurns
    rosters: SqlRosters
    backgrounds: SqlBackgrounds
    charges: SqlCharges
    statistics: SqlServerStatistics

    @classmethod
    def over(cls, connection: AsyncConnection) -> SqlRepositories:
        """Give every repository the same connection."""
        return cls(
            cases=SqlCases(connection),
            hearings=SqlHearings(connection),
            standings=SqlStandings(connection),
            votes=SqlVotes(connection),
            guilds=SqlGuilds(connection),
            hearing_queue=SqlHearingQueue(connection),
            outbox=SqlOutbox(connection),
            turns=SqlTurns(connection),
            rosters=SqlRosters(connection),
            backgrounds=SqlBackgrounds(connection),
            charges=SqlCharges(connection),
            statistics=SqlServerStatistics(connection),
        )
