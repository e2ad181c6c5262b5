"""The shared vocabulary of the court: plain, frozen values that all other packages use.

Times are aware UTC datetimes. Discord ids are plain integers. Nothing here validates what a
member or a model wrote; `court.docket.statements` and `court.jury.answers` do that.
"""

from court.models.ballots import AudienceTally, Ballot, Holding, Standing, Tally, Vote, VoteSource
from court.models.cases import Case, CaseState, GuildSettings, MessageRef
from court.models.counts import Count, Emergence
from court.models.evidence import Background, Brief, Source
from court.models.hearings import (
    Disposition,
    Hearing,
    HearingKind,
    ModelRef,
    Opinion,
    Outcome,
    Roster,
    Ruling,
    served_names,
    tally_of,
)
from court.models.juries import HostFault, ServedModel
from court.models.members import Member
from court.models.money import MICRO, CapPeriod, CutOff, Price, Usage, dollars
from court.models.overviews import CaseOverview
from court.models.servers import Arrival, Server
from court.models.statistics import Statistics
from court.models.terms import Turn, TurnKind

__all__ = [
    "MICRO",
    "Arrival",
    "AudienceTally",
    "Background",
    "Ballot",
    "Brief",
    "CapPeriod",
    "Case",
    "CaseOverview",
    "CaseState",
    "Count",
    "CutOff",
    "Disposition",
    "Emergence",
    "GuildSettings",
    "Hearing",
    "HearingKind",
    "Holding",
    "HostFault",
    "Member",
    "MessageRef",
    "ModelRef",
    "Opinion",
    "Outcome",
    "Price",
    "Roster",
    "Ruling",
    "ServedModel",
    "Server",
    "Source",
    "Standing",
    "Statistics",
    "Tally",
    "Turn",
    "TurnKind",
    "Usage",
    "Vote",
    "VoteSource",
    "dollars",
    "served_names",
    "tally_of",
]
