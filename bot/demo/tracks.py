"""The demo's docket: statements written for it, each with the scripted jury's mood in every week.

The moods are a script and make no claim about any model. What follows from them (verdicts, turns, disputes,
mistrials) is computed by the engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from court.models import Ballot

Mood = Mapping[Ballot, float]

OUTAGE = "x"
MOODS: Mapping[str, Mood] = {
    "Y": {Ballot.YES: 0.94, Ballot.ALMOST: 0.06},
    "v": {Ballot.YES: 0.70, Ballot.ALMOST: 0.3},
    "y": {Ballot.YES: 0.60, Ballot.ALMOST: 0.40},
    "a": {Ballot.ALMOST: 0.60, Ballot.YES: 0.40},
    "A": {Ballot.ALMOST: 0.86, Ballot.IN_RESEARCH: 0.07, Ballot.YES: 0.07},
    "R": {Ballot.IN_RESEARCH: 0.85, Ballot.NO: 0.10, Ballot.ALMOST: 0.05},
    "N": {Ballot.NO: 0.92, Ballot.IN_RESEARCH: 0.08},
}
"""The weights with which a juror's ballot is drawn, by mood.

In an `OUTAGE` the vendors do not answer on the day of the session.
"""


@dataclass(frozen=True, slots=True)
class Track:
    """One case of the docket: `moods` has one letter per week, oldest first."""

    statement: str
    category: str
    moods: str
    late: int | None = None
    """How many days ago the last of these sessions was, or None for one to six days ago."""


TRACKS = (
    Track("Can AI translate a restaurant menu from a photo?", "Language", "YYYYYYYY"),
    Track("Can AI summarise a two-hour council meeting without inventing a decision?", "Language", "AAaaaayy"),
    Track("Can AI write a sonnet that scans in every line?", "Language", "RAAAaayY"),
    Track("Can AI fix a failing unit test in a repository it has never seen?", "Code", "aayYYYYY"),
    Track("Can AI maintain a million-line codebase for a year without a human reviewer?", "Code", "NNNNRNNN"),
    Track("Can AI port a 1980s arcade game from assembly to Rust?", "Code", "RRRAAAAA"),
    Track("Can AI find a counterexample to an open conjecture in graph theory?", "Science", "NNNRRRRR"),
    Track("Can AI predict next week's rainfall for a single valley?", "Science", "RRxRARRR"),
    Track("Can AI tell a forged watercolour from a genuine one?", "Perception", "NRRNRRNR"),
    Track("Can AI recognise a bird by three seconds of song?", "Perception", "AaayYYYY"),
    Track("Can AI fold a fitted sheet?", "Robotics", "NNNRRRRR"),
    Track("Can AI referee an amateur football match from one camera?", "Society", "RRRRRAAA"),
    Track("Can AI negotiate a phone contract on a customer's behalf?", "Society", "RAAAAAAv", late=0),
    Track("Can AI grade essays as fairly as two teachers would?", "Society", "aaaaaaaa", late=0),
    # Yesterday's session raised the alarm. The retrial is today, so the demo begins with a turn.
    Track("Can AI read a doctor's handwriting?", "Perception", "NNNNNNYY", late=1),
    Track("Can AI cook an omelette in an unfamiliar kitchen?", "Robotics", "NNNNNNNx", late=0),
)

AUDIENCE = 11
"""The most people who vote on a case. They are made up, like everything in the demo."""
