"""The jury that sat before: how it is asked again beside the present one, and when a name shows that it has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from court.jury.costs import Estimate, estimate
from court.jury.model import Request
from court.jury.panels import moved
from court.jury.polling import as_it_can
from court.jury.pool import Jury
from court.jury.prompts import PROMPT_VERSION, UNDRAWN, juror_request
from court.models import Ballot, Brief, Case, Hearing, ModelRef, Opinion, Outcome, Roster

FIRST_PROMPT = 1
"""The prompt version of hearings held before juries were recorded."""

ANOTHER_ANSWERS = "another model answers under its name now"
NO_MONEY = "a cap left no money to ask it"
NO_SUCH_PROMPT = "this court no longer has the prompt that it was asked with"


@dataclass(frozen=True, slots=True)
class Former:
    """The jury before the present one: who sat last, and how its members were asked."""

    models: tuple[ModelRef, ...]
    """By the names under which they can be asked today."""
    prompt_version: int
    searching: bool = False
    served: Mapping[ModelRef, str] = field(default_factory=dict)
    """The name that answered for each of them when it sat, as far as is known."""

    @property
    def can_be_asked(self) -> bool:
        """Whether this court has its prompt. A newer court, which has since been rolled back, may have asked it."""
        return self.prompt_version <= PROMPT_VERSION


@dataclass(frozen=True, slots=True)
class LastHearing:
    """The last tallied hearing of a case, with the jury that it drew from; None if that was not recorded."""

    hearing: Hearing
    roster: Roster | None

    def moved(self, served: Mapping[ModelRef, str]) -> bool:
        """Return whether another name has answered for a model since, according to `served`."""
        return self.roster is not None and moved(self.roster.served or {}, served)

    def jury(self, names: Mapping[ModelRef, str]) -> Former:
        """Return the jury that sat, to be asked again.

        `names` holds what answers today for the models that the host configured, as far as is known. A model behind
        whose alias another one answers today is asked by the name that answered then.
        """
        roster = self.roster
        version, searching = (FIRST_PROMPT, False) if roster is None else (roster.prompt_version, roster.searching)
        asked = {_address(opinion, names): opinion.served for opinion in self.hearing.opinions}
        return Former(tuple(asked), version, searching, {ref: name for ref, name in asked.items() if name is not None})


def _address(opinion: Opinion, names: Mapping[ModelRef, str]) -> ModelRef:
    if opinion.served is None or names.get(opinion.model, opinion.served) == opinion.served:
        return opinion.model
    return replace(opinion.model, model=opinion.served)


def only_former(opinions: Sequence[Opinion], former: Former) -> tuple[Opinion, ...]:
    """Return what the former jury said, without the words of models that took the place of its members."""
    return tuple(_unseated(one) if _is_another(one, former) else one for one in opinions)


def _is_another(opinion: Opinion, former: Former) -> bool:
    return opinion.served is not None and former.served.get(opinion.model, opinion.served) != opinion.served


def _unseated(opinion: Opinion) -> Opinion:
    return replace(
        opinion,
        outcome=Outcome.UNAVAILABLE,
        ballot=None,
        confidence=None,
        reason=None,
        emerged=None,
        would_change=None,
        cause=ANOTHER_ANSWERS,
    )


def not_asked(former: Former, cause: str) -> tuple[Opinion, ...]:
    """Return the seats of a former jury that nobody asked, with the cause."""
    return tuple(Opinion(seat, ref, Outcome.UNAVAILABLE, cause=cause) for seat, ref in enumerate(former.models, 1))


def former_request(
    former: Former,
    case: Case,
    today: date,
    nonce: str,
    known: Sequence[Brief],
    order: tuple[Ballot, ...] = tuple(Ballot),
) -> Request:
    """Return the request for a seat of a former jury that can be asked, with the prompt version that it had.

    `order` is that of the answers, for the versions that have one for each seat.
    """
    return juror_request(
        case.statement,
        today,
        nonce,
        briefs=known,
        version=former.prompt_version,
        searching=former.searching,
        order=order,
    )


def estimate_former(jury: Jury, former: Former, case: Case, today: date, known: Sequence[Brief]) -> Estimate:
    """Estimate what asking a former jury costs. A jury that cannot be asked costs nothing."""
    if not former.can_be_asked:
        return Estimate()
    request = former_request(former, case, today, UNDRAWN, known)
    asked = [estimate_juror(jury, ref, request) for ref in former.models]
    return Estimate(sum(one.usual for one in asked), sum(one.ceiling for one in asked))


def estimate_juror(jury: Jury, ref: ModelRef, request: Request) -> Estimate:
    """Estimate what asking a juror costs; nothing if it can no longer be asked."""
    model = jury.find(ref)
    return Estimate() if model is None else estimate(jury.tariff(ref), as_it_can(request, model))
