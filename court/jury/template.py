"""The plain template: the ruling that is used if the judge fails or there is no verdict to explain."""

from __future__ import annotations

from collections.abc import Sequence

from court.models import Ballot, Count, Disposition, Opinion, Outcome, Ruling, tally_of

_FINDINGS = {
    Ballot.YES: "AI available today does this reliably.",
    Ballot.ALMOST: "AI does this, but only with constraints, under supervision, or not reliably enough.",
    Ballot.IN_RESEARCH: "AI does this in papers and demonstrations, and not outside them.",
    Ballot.NO: "There is no credible demonstration of AI doing this.",
}
_NARROW_FINDINGS = {
    Ballot.YES: "By a narrow count, AI available today does this reliably.",
    Ballot.ALMOST: "By a narrow count, AI does this, but only with constraints, under supervision, or not reliably "
    "enough.",
    Ballot.IN_RESEARCH: "By a narrow count, AI does this in papers and demonstrations, and not outside them.",
    Ballot.NO: "By a narrow count, there is no credible demonstration of AI doing this.",
}
_QUOTES = {
    Ballot.YES: "The question is no longer whether, but how well.",
    Ballot.ALMOST: "Close enough to watch, not close enough to rely on.",
    Ballot.IN_RESEARCH: "Shown in the laboratory, awaited in the world.",
    Ballot.NO: "Not yet, on the evidence before the court.",
}
LABELS = {
    Ballot.YES: "Yes",
    Ballot.ALMOST: "Almost",
    Ballot.IN_RESEARCH: "In research",
    Ballot.NO: "No",
}


def template_ruling(
    counted: Count, disposition: Disposition, opinions: Sequence[Opinion], presiding: str, clerk: str
) -> Ruling:
    """Return a ruling made from the count alone, without any words from a model."""
    if counted.mistrial:
        finding = f"Too few jurors voted: {counted.valid} of {len(opinions)}, and {counted.quorum} were needed."
        opinion = "The session is a mistrial. None of it is tallied, and the case will be heard again."
        return Ruling(finding, opinion, "No quorum, no ruling.", presiding, clerk)
    votes = _count_line(opinions)
    if counted.verdict is None:
        opinion = f"The ballots were {votes}. No answer outweighed the others, and no ruling is changed by it."
        return Ruling(
            "The jury could not settle on an answer.",
            opinion,
            "A divided jury is an answer too.",
            presiding,
            clerk,
        )
    against = sum(1 for o in opinions if o.ballot is not None and o.ballot is not counted.verdict)
    dissent = "The jury was of one mind." if not against else f"The dissent: {against} of {counted.valid}."
    before = {
        Disposition.FIRST_RULING: "This is the first ruling in the case.",
        Disposition.REAFFIRMED: "The ruling before it is reaffirmed.",
        Disposition.OVERTURNED: "The ruling before it is overturned.",
    }[disposition]
    return Ruling(
        (_NARROW_FINDINGS if counted.narrow else _FINDINGS)[counted.verdict],
        " ".join(part for part in (f"The ballots were {votes}.", dissent, _dated(counted), before) if part),
        _QUOTES[counted.verdict],
        presiding,
        clerk,
    )


def _dated(counted: Count) -> str:
    """Return a sentence on when the ability emerged, according to the jurors who named a month; empty if none did."""
    found = counted.emergence
    if found is None:
        return ""
    median, earliest, latest = (f"{day:%B %Y}" for day in (found.median, found.earliest, found.latest))
    span = f" (from {earliest} to {latest})" if earliest != latest else ""
    return f"The Yes ballots date it to {median}{span}."


def _count_line(opinions: Sequence[Opinion]) -> str:
    tally = tally_of(opinions)
    line = ", ".join(f"{tally[ballot]} {LABELS[ballot]}" for ballot in Ballot if tally[ballot])
    silent = sum(1 for opinion in opinions if opinion.outcome is not Outcome.BALLOT)
    return f"{line} ({silent} without a ballot)" if silent else line
