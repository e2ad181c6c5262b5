"""What can go wrong, as types that carry facts. The words that people read are chosen where they are shown."""

from __future__ import annotations

from datetime import datetime, timedelta

from court.models import Case, HostFault, Usage
from court.models.announcements import Problem


class CourtError(Exception):
    """The base of everything that the court itself refuses or fails to do."""


class StatementInvalid(CourtError):
    """A member's statement cannot be filed. `problem` is one of the codes below; `length` is in characters."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    NOT_CAN_AI = "not a question about what AI can do"

    def __init__(self, problem: str, length: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.length = length


class NotSetUp(CourtError):
    """The guild has no mod channel yet, so nobody could decide on a statement."""


class SharedChannel(CourtError):
    """One channel would be both the verdict channel and the mod channel, and nobody has confirmed that."""


class TooManyPending(CourtError):
    """As many statements wait for the moderators as may: `pending` of one member, or else of the whole guild."""

    def __init__(self, pending: int, *, of_member: bool) -> None:
        super().__init__(f"{pending} statements are pending")
        self.pending = pending
        self.of_member = of_member


class TooFast(CourtError):
    """A member does something faster than its pace. It may be done again at `allowed`."""

    def __init__(self, allowed: datetime) -> None:
        super().__init__(f"not before {allowed:%H:%M:%S} UTC")
        self.allowed = allowed


class DocketFull(CourtError):
    """No free docket number was found for a case."""


class CaseNotFound(CourtError):
    """No case on the docket matches the query."""

    def __init__(self, query: str) -> None:
        super().__init__("no such case")
        self.query = query


class NothingRuledYet(CourtError):
    """The guild has no ruling to show."""


class NotModerator(CourtError):
    """Only members with the moderator role or the permission Manage Server may do this."""

    def __init__(self, role_id: int | None) -> None:
        super().__init__("not a moderator")
        self.role_id = role_id


class AlreadyDecided(CourtError):
    """Another moderator decided first; `case` is as they left it."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"case {case.id} is already {case.state}")
        self.case = case


class AlreadyOnDocket(CourtError):
    """Another case asks the same question."""

    def __init__(self, case: Case) -> None:
        super().__init__(f"case {case.id} asks the same question")
        self.case = case


class ReasonMissing(CourtError):
    """A denial needs a reason that can be given to the filer."""


class ModelError(CourtError):
    """A model gave no answer. The message is the cause in a few words, without any key or response body.

    `billed` is false only if the vendor certainly did no work: it refused the request, or never received it.
    `transient` says that another attempt may succeed, and `retry_after` for how many seconds the vendor wants us to
    wait before it; None if it did not say. `fault` is set if the host has to do something before the model can answer.
    `limited` says that the vendor takes fewer requests. `usage` is what all attempts to get an answer used; `Jury.ask`
    sets it.
    """

    def __init__(
        self,
        cause: str,
        *,
        billed: bool = True,
        transient: bool = False,
        retry_after: float | None = None,
        fault: HostFault | None = None,
        limited: bool = False,
    ) -> None:
        super().__init__(cause)
        self.billed = billed
        self.transient = transient
        self.retry_after = retry_after
        self.fault = fault
        self.limited = limited
        self.usage = Usage()


class ModelUnavailable(ModelError):
    """The vendor could not be reached, turned us away, or returned something that is not a completion."""


class ModelTimeout(ModelError):
    """The vendor did not answer in time."""


class QuorumOutOfReach(CourtError):
    """Faults of the host keep a hearing from having a quorum, so nothing is ruled.

    The first juror that is out is tried again at `again`; `usage` is what those who were asked used.
    """

    def __init__(self, again: datetime, usage: Usage) -> None:
        super().__init__("too few jurors can be reached for a quorum")
        self.again = again
        self.usage = usage


class Undeliverable(CourtError):
    """Discord did not accept a message.

    `lasting` means that trying again soon is of no use: a channel is gone, a permission is missing, or
    an inbox is closed. `problem` names what somebody has to fix. `wait` is how long Discord wants us to
    send nothing more there, if it said so.
    """

    def __init__(self, problem: Problem, *, lasting: bool, wait: timedelta | None = None) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.lasting = lasting
        self.wait = wait


class StorageError(CourtError):
    """The record cannot be read or written; the message says what and where, in words for the host."""


class RowRefused(StorageError):
    """The record refuses a row for what is in it, so trying again is of no use."""


class ConfigurationError(CourtError):
    """The host's settings cannot work. The message has a line for each problem and contains no key."""
