"""The repositories of one transaction, together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.repositories.backgrounds import SqlBackgrounds
from storage.repositories.cases import SqlCases
from storage.repositories.charges import SqlLedger
from storage.repositories.guilds import SqlGuilds
from storage.repositories.hearing_queue import SqlSittings
from storage.repositories.hearings import SqlHearings
from storage.repositories.outbox import SqlOutbox
from storage.repositories.rosters import SqlRosters
from storage.repositories.standings import SqlStandings
from storage.repositories.statistics import SqlAnnals
from storage.repositories.turns import SqlTurns
from storage.repositories.votes import SqlVotes


@dataclass(frozen=True, slots=True)
class SqlRecords:
    """`court.ports.Records` over one connection, valid while its transaction is."""

    cases: SqlCases
    hearings: SqlHearings
    standings: SqlStandings
    votes: SqlVotes
    guilds: SqlGuilds
    sittings: SqlSittings
    outbox: SqlOutbox
    turns: SqlTurns
    rosters: SqlRosters
    backgrounds: SqlBackgrounds
    ledger: SqlLedger
    annals: SqlAnnals

    @classmethod
    def over(cls, connection: AsyncConnection) -> SqlRecords:
        """Give every repository the same connection."""
        return cls(
            cases=SqlCases(connection),
            hearings=SqlHearings(connection),
            standings=SqlStandings(connection),
            votes=SqlVotes(connection),
            guilds=SqlGuilds(connection),
            sittings=SqlSittings(connection),
            outbox=SqlOutbox(connection),
            turns=SqlTurns(connection),
            rosters=SqlRosters(connection),
            backgrounds=SqlBackgrounds(connection),
            ledger=SqlLedger(connection),
            annals=SqlAnnals(connection),
        )
