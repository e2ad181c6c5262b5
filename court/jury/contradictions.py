"""Find reasons that contradict their own ballot, and reasons that quote the juror's instructions.

Costing an honest juror its seat is worse than letting a careless one pass. So only what can hardly be meant in
another way counts as a contradiction: a conclusion, as a whole sentence or after “so” or “but”, or a ballot that is
declared outright. What is attributed to others, supposed or hedged never counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from court.jury.model import Request
from court.models import Ballot

RUN = 8
"""How many words in a row must match the instructions to count as quoted. Fewer may match by chance."""

_DENIED = "says no but votes yes"
_AFFIRMED = "says yes but votes no"
_ANOTHER = "names a ballot other than the one cast"
_QUOTED = "quotes its instructions"


def contradiction(reason: str, ballot: str) -> str | None:
    """Return how a reason contradicts the ballot it is given for, in a few words, or None if it does not.

    `ballot` is the name in the answer, CANNOT_TELL included.
    """
    declared, plain = _declared(reason)
    if declared is not None and declared != ballot:
        return _ANOTHER
    # “The answer is no” in plain words may well go with ALMOST; only the opposite is a contradiction.
    if plain is not None and {plain, ballot} == {Ballot.YES, Ballot.NO}:
        return _DENIED if ballot == Ballot.YES else _AFFIRMED
    conclusion = _conclusion(reason)
    if ballot == Ballot.YES and _DENIAL.fullmatch(conclusion):
        return _DENIED
    if ballot == Ballot.NO and _AFFIRMATION.fullmatch(conclusion):
        return _AFFIRMED
    return None


def instructions_quoted(text: str, request: Request) -> str | None:
    """Return the problem if a text quotes or mentions the instructions of its request, else None.

    Words that are also in the exhibit were quoted from there: a member may ask about prompts. The lines of the
    rubric may be used freely.
    """
    names = [name.casefold() for name in json.loads(request.user)]
    lowered = text.casefold()
    if any(name in lowered or name.rpartition("_")[2] in _WORD.findall(lowered) for name in names):
        return _QUOTED
    if _MENTIONS_INSTRUCTIONS.search(text) and not _ABOUT_PROMPTS.search(request.user):
        return _QUOTED
    runs = _runs(text) & _instructions(request.system)
    return _QUOTED if runs - _runs(request.user) else None


_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_WORD = re.compile(r"\w+")

_NAME = r"(?:YES|ALMOST|IN[_ ]RESEARCH|NO|CANNOT[_ ]TELL)"
_PLAIN = r"(?:[Yy]es|[Nn]o)"
_MARK = "[“”\"'‘’*`]*"
_END = rf"{_MARK}(?=\s*(?:[.!;)]|$)|,?\s(?:because|since)\b)"
_LEAD = r"(?:[Ss]o|[Tt]herefore|[Tt]hus|[Hh]ence|[Aa]ccordingly|[Cc]onsequently)"
_DECLARED = (
    re.compile(
        r"\b(?:[Tt]he|[Mm]y)\s(?:(?:only|correct|right|honest|proper|appropriate|final|best)\s)*"
        r"(?:answer|ballot|verdict|vote)\s(?:is|stays|remains|must\sbe|has\sto\sbe)"
        rf"(?:\s(?:therefore|thus|hence|clearly|an?))?:?\s{_MARK}(?:(?P<ballot>{_NAME})|(?P<plain>{_PLAIN})){_END}"
    ),
    re.compile(
        r"\bI\s(?:(?:therefore|thus|hence|must|shall|will|have\sto)\s)*(?:vote|cast|answer|choose|rule)\s"
        rf"(?:(?:for|an?|the|my|ballot|with)\s)*{_MARK}(?P<ballot>{_NAME})(?P<plain>){_END}"
    ),
    re.compile(rf"(?:^|[\s,]){_LEAD},?:?\s(?:(?:it|this)\sis\s|an?\s)?{_MARK}(?P<ballot>{_NAME})(?P<plain>){_END}"),
)
_OPENS = re.compile(
    rf"^{_MARK}(?:(?P<ballot>{_NAME}){_MARK}(?=\s*(?:[:.;]|\s[—–-]\s|$))|(?P<plain>Yes|No)(?=:\s|\.\s[A-Z]))"
)
"""Matches “NO: nobody has shown it” and “No. Nobody …”, but neither “No. 1 of its kind” nor “NO benchmark is left”."""

_CAPITALS = re.compile(rf"\b{_NAME}\b")

_REPORTED = (
    r"if|unless|whether|once|until|formerly|before|previously|used\sto|critics|s[ck]eptics|opponents|doubters|people"
    r"|experts|vendors|(?:it\s(?:is|was)\s(?:\w+\s)?)?(?:say|says|said|claim\w*|argu\w*|believ\w*|thought|assum\w*)"
    r"|reason(?:s|ed)?\sthat|fear\w*|expect\w*|according\sto|contrary\sto|wrong|false|myth|premise"
)
_ABOUT_OTHERS = re.compile(rf"\b(?:{_REPORTED})\b", re.IGNORECASE)
_HEDGED = re.compile(
    rf"\b(?:{_REPORTED}|were|would|could|might|may|not|never|cannot|some|many|most|than)\b|n['’]t\b", re.IGNORECASE
)
_CONCEDES = re.compile(r"\b(?:but|only|however|although|though|except|yet|still)\b", re.IGNORECASE)


def _declared(reason: str) -> tuple[str | None, str | None]:
    """Return the last answer that a reason declares: a ballot as the rubric spells it, or a plain “YES” or “NO”."""
    if "?" in reason:
        return None, None  # its answer may be to its own question, not to the court's: “Is it reliable? NO.”
    opening = _OPENS.match(reason)
    # “YES - for short texts; NO - for long ones” does not open with an answer.
    found = [] if opening is None or _CAPITALS.search(reason, opening.end()) else [opening]
    for sentence in _SENTENCE.split(reason):
        if not _HEDGED.search(sentence):
            matches = [match for pattern in _DECLARED for match in pattern.finditer(sentence)]
            found += sorted(matches, key=lambda match: match.end())
    if not found:
        return None, None
    last = found[-1]
    if last["ballot"]:
        return last["ballot"].replace(" ", "_"), None
    return None, None if _CONCEDES.search(reason) else last["plain"].upper()


_CONNECTIVE = re.compile(rf"(?:^|,?\s)(?:and\s)?(?:{_LEAD}|but|[Yy]et|[Hh]owever|nevertheless),?\s")


def _conclusion(reason: str) -> str:
    """Return what follows the last connective of the last sentence; nothing if others are quoted before it."""
    sentence = _SENTENCE.split(reason.strip())[-1]
    connectives = list(_CONNECTIVE.finditer(sentence))
    if not connectives:
        return sentence
    before, after = sentence[: connectives[-1].start()], sentence[connectives[-1].end() :]
    return "" if _ABOUT_OTHERS.search(before) else after


_KIND = (
    r"(?:(?:today[’']s|current|existing|present(?:-day)?|available|modern|deployed)\s)*"
    r"(?:AI(?:\s(?:systems?|models?|agents?))?|(?:AI\s)?(?:systems?|models?))"
    r"(?:\s(?:that\sare\s)?(?:available|existing)(?:\stoday)?|\sof\stoday|\stoday)?"
)
_HOW = r"(?:(?:reliably|currently|actually|yet|simply|still|now|already|just)\s)*"
_DO = r"(?:do|perform|accomplish|achieve|manage)"
_IT = r"(?:this|that|it|the\stask|what\sthe\sstatement\s(?:asks|says)|any\sof\s(?:this|it))"
_SURELY = r"\(?(?:reliably|about\s9\sordinary\sattempts\sin\s10)\)?"
_REST = (
    r"(?:,?\s(?:today|yet|now|at\sall|so\sfar|to\sdate|at\spresent|currently|already|as\sof\stoday|in\sany\sform"
    rf"|{_SURELY}))*[.!]?"
)
_FIRST = rf"(?:(?:{_LEAD}|to\sdate|today|currently|as\sof\s(?:now|today)|at\spresent|so\sfar|in\sshort|overall),?\s)*"
# “Models still do this” may be about a failing, and “no model does so” may be praise: neither is judged.
_DENIAL = re.compile(
    rf"(?:no[,:]\s)?{_FIRST}(?:"
    rf"(?:there\s(?:is|are|has\sbeen|exists)\s|I\s(?:know\sof|found|see)\s)?no\scredible\sdemonstrations?"
    rf"(?:\sexists?|\s(?:of|that)\s(?:{_IT}|AI\s(?:doing|does|can\sdo)\s{_IT}))?"
    rf"|{_KIND}\s(?:cannot|can\s?not|can['’]t|(?:is|are)\sunable\sto|(?:is|are)\snot\sable\sto)\s{_HOW}{_DO}\s{_IT}"
    rf"|no\s{_KIND}\s(?:can|is\sable\sto|are\sable\sto)\s{_HOW}{_DO}\s{_IT}"
    rf"|(?:this|it)\s(?:is|remains)\s(?:still\s)?(?:impossible|beyond|out\sof\sreach)\s(?:of\s|for\s)?{_KIND}"
    rf"){_REST}",
    re.IGNORECASE,
)
_AFFIRMATION = re.compile(
    rf"(?:yes[,:]\s)?{_FIRST}{_KIND}\s(?:can\s{_HOW}{_DO}\s{_IT}|(?:is|are)\sable\sto\s{_HOW}{_DO}\s{_IT}"
    rf"|reliably\s(?:does|do)\s{_IT}|{_HOW}(?:does|do)\s{_IT}(?:\s(?:now|already|today))?,?\s{_SURELY}){_REST}",
    re.IGNORECASE,
)

_MENTIONS_INSTRUCTIONS = re.compile(
    r"\bmy\s(?:own\s)?(?:(?:system|developer|initial|original|hidden)\s(?:prompt|message)|(?:\w+\s)?instructions?)\b"
    r"|\b(?:system|developer)\s(?:prompt|message)\s(?:tells|told|asks|asked|instructs|instructed|orders|forbids)\sme\b"
    r"|\bI\s(?:was|am|have\sbeen|had\sbeen)\s(?:told|instructed|ordered|prompted|commanded|directed)\s(?:to|that|not)\b"
    r"|\binstructions?\s(?:(?:that\s)?I\s(?:was|were|have\sbeen|got)|given\sto\sme|above)\b"
    r"|\byou\sare\s(?:a\sjuror|the\spresiding\sjudge)\sof\sthe\scourt\b",
    re.IGNORECASE,
)
_ABOUT_PROMPTS = re.compile(r"prompt|instruct|you\sare\sa\sjuror", re.IGNORECASE)
"""If the exhibit is about prompts, the reason may be too: “it asks me to break my instructions”."""

_QUESTION = "can AI systems available today do what the statement asks"
"""The court's question as worded in the instructions, which an answer may well repeat."""


@lru_cache(maxsize=64)
def _instructions(system: str) -> frozenset[tuple[str, ...]]:
    """Return the runs of words in the instructions, except those of the rubric's lines and of the question.

    Kept for a day's prompts: the seats of a hearing have as many as there are orders of the answers.
    """
    free = [line for line in system.splitlines() if line.startswith("- ")]
    return frozenset(_runs(system)) - {run for line in (*free, _QUESTION) for run in _runs(line)}


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return set(_each_run(words))


def _each_run(words: list[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - RUN + 1):
        yield tuple(words[start : start + RUN])
