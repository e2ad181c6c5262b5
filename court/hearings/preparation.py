"""Preparing a due hearing: reading the case with its past sessions, and why and how it is heard."""

from __future__ import annotations

from dataclasses import dataclass, replace

from court.counting.terms import Course, next_kind, trace
from court.hearings.bridges import LastHearing
from court.hearings.conduct import Conditions
from court.jury.panels import same_jury
from court.jury.pool import Jury
from court.models import Background, Ballot, Case, CaseState, GuildSettings, Hearing, HearingKind
from court.models.work import DueHearing
from court.ports import Repositories


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
    def ruled(self) -> bool:
        """Return whether a session before this one was no mistrial."""
        return any(held.tallied for held in self.past)

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
    held = next((held for held in reversed(past) if held.tallied), None)
    roster = None if held is None or held.roster is None else await repos.rosters.get(held.roster)
    found = Conditions(
        background=await repos.backgrounds.latest(case.id),
        last=None if held is None else LastHearing(held, roster),
        names={ref: served.name for ref, served in (await repos.served_models.all()).items() if ref in jury.pool},
    )
    course = trace(past)
    return PreparedHearing(
        due_hearing,
        case,
        await repos.guilds.get(case.guild_id),
        tuple(past),
        course,
        _conditions(course, found, jury),
    )


def _conditions(course: Course, found: Conditions, jury: Jury) -> Conditions:
    """Add to what was found why the case is heard, and by whom."""
    last = found.last
    if last is None:
        return found
    same = last.roster is not None and same_jury(last.roster, jury.roster_served(found.names))
    kind = next_kind(course, same_jury=same)
    if kind is HearingKind.BRIDGE:
        return replace(found, kind=kind, former=last.jury(found.names))
    sat = frozenset(opinion.model for opinion in last.hearing.opinions)
    return replace(found, kind=kind, avoid=sat if kind is HearingKind.RETRIAL else frozenset())
