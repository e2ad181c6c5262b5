"""Preparing a due hearing: reading the case with its past sessions, and why and how it is heard."""

from __future__ import annotations

from dataclasses import dataclass

from court.counting.terms import Course, next_kind, trace
from court.hearings.conduct import Conditions, Former
from court.jury.pool import Jury
from court.models import Background, Ballot, Case, CaseState, GuildSettings, Hearing, HearingKind, Roster
from court.models.work import DueHearing
from court.ports import Repositories

FIRST_PROMPT = 1
"""The prompt version of hearings held before juries were recorded."""


@dataclass(frozen=True, slots=True)
class PreparedHearing:
    """Everything needed to hold a hearing, as read in one transaction."""

    due_hearing: DueHearing
    case: Case
    settings: GuildSettings
    past: tuple[Hearing, ...]
    course: Course
    conditions: Conditions

    @property
    def session(self) -> int:
        return self.past[-1].session + 1 if self.past else 1

    @property
    def previous(self) -> Ballot | None:
        """Return the verdict of the last session that had one."""
        return next((held.verdict for held in reversed(self.past) if held.verdict is not None), None)

    @property
    def background(self) -> Background | None:
        return self.conditions.background


async def prepare(repos: Repositories, due_hearing: DueHearing, jury: Jury) -> PreparedHearing | None:
    """Read everything that the due hearing needs. Return None if its case is no longer on the docket."""
    case = await repos.cases.get(due_hearing.case_id)
    if case is None or case.state is not CaseState.DOCKETED:
        return None
    past = await repos.hearings.of_case(case.id)
    course = trace(past)
    last = next((held for held in reversed(past) if held.tallied), None)
    former = None if last is None or last.roster is None else await repos.rosters.get(last.roster)
    return PreparedHearing(
        due_hearing,
        case,
        await repos.guilds.get(case.guild_id),
        tuple(past),
        course,
        _conditions(course, last, former, jury, await repos.backgrounds.latest(case.id)),
    )


def _conditions(
    course: Course, last: Hearing | None, former: Roster | None, jury: Jury, background: Background | None
) -> Conditions:
    if last is None:
        return Conditions(background=background)
    sat = tuple(opinion.model for opinion in last.opinions)
    kind = next_kind(course, last.roster, jury.roster.fingerprint)
    if kind is HearingKind.BRIDGE:
        version, searching = (FIRST_PROMPT, False) if former is None else (former.prompt_version, former.searching)
        return Conditions(kind, former=Former(sat, version, searching), background=background)
    avoid = frozenset(sat) if kind is HearingKind.RETRIAL else frozenset()
    return Conditions(kind, avoid=avoid, background=background)
