"""Numbers in a text: found as digits, words, shares, months and numerals, and compared with those of a count.

The judge may give no number that is not in the count. The word “one” is ignored because it is a pronoun too, and
ordinals are ignored because “a second look” and “the first ruling” count nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import NamedTuple

import roman

from court.models import Ballot, Count, Opinion, tally_of


class Kind(StrEnum):
    """What a number stands for, as far as the way it is written tells."""

    NUMBER = "number"
    PERCENT = "percent"
    SHARE = "share"
    """A fraction in words: “two thirds”, “half”."""
    MONTH = "month"
    """Counted from the year 0: `12 * year + month - 1`."""
    JUROR = "juror"
    NUMERAL = "numeral"
    """A Roman numeral that does not number a juror."""


class StatedNumber(NamedTuple):
    """A number as a text gives it."""

    kind: Kind
    value: Fraction


_SMALL = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
_SMALL += ["fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_UNITS = {"zero": 0, **{word: value for value, word in enumerate(_SMALL, start=1)}}
_UNITS |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_PARTS = {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october"]
_MONTHS += ["november", "december"]

_WORD = rf"(?:{'|'.join([*_UNITS, *_SCALES])})"
_PERCENT = r"(?:\s?[%٪‰％]|[\s-]?per\s?cent(?:age)?)"
_FOUND = re.compile(
    r"\b(?P<year>(?:19|20)[0-9]{2})-(?P<month>0[1-9]|1[0-2])\b(?!-?\d)"
    rf"|\b(?P<name>{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in _MONTHS)})\.?,?\s(?:of\s)?(?P<named>\d{{4}})\b"
    r"|\bjurors?\s(?P<jurors>(?:[ivx]+|\d{1,2})\b(?:(?:,\s(?:and\s|or\s)?|\s(?:and|or|to|&)\s|[-–])(?:[ivx]+|\d{1,2})\b)*)"
    rf"|\b(?P<over>{'|'.join(_SMALL[:9])})[\s-](?P<under>{'|'.join(_PARTS)})s?\b"
    r"|\b(?P<half>half)(?![\w-])"
    rf"|(?P<digits>\d+(?:[.,]\d+)*)(?P<hundredths>{_PERCENT})?"
    rf"|\b(?P<words>{_WORD}(?:[\s-]{_WORD})*)(?:s|[\s-]?fold)?\b(?P<spelt>{_PERCENT})?"
    r"|\bsessions?\s(?P<session>[ivxlcdm]+)\b"
    r"|\b(?P<numeral>(?-i:[IVX]{2,}))\b",
    re.IGNORECASE,
)
_HYPHENS = {0x2010: "-", 0x2011: "-"}
_NUMERAL = re.compile(r"[ivx]+|\d+", re.IGNORECASE)


def foreign_numbers(text: str, counted: Count, opinions: Sequence[Opinion], statement: str) -> set[StatedNumber]:
    """Return the numbers of a text that come neither from the count nor from the jurors nor from the statement."""
    return set(numbers_in(text)) - _known(counted, opinions) - _quoted(statement)


def numbers_in(text: str) -> Iterator[StatedNumber]:
    """Yield every number that a text gives, in no particular order."""
    for char in text:
        if unicodedata.category(char) in {"No", "Nl"}:
            yield StatedNumber(Kind.NUMBER, Fraction(str(unicodedata.numeric(char))))
    for found in _FOUND.finditer(text.translate(_HYPHENS)):
        yield from _read(found)


def month_of(year: int, month: int) -> StatedNumber:
    """Return a month of a year as a stated number."""
    return StatedNumber(Kind.MONTH, Fraction(12 * year + month - 1))


def _read(found: re.Match[str]) -> Iterator[StatedNumber]:
    if found["year"]:
        yield month_of(int(found["year"]), int(found["month"]))
    elif found["name"]:
        short = found["name"][:3].lower()
        yield month_of(int(found["named"]), 1 + [month[:3] for month in _MONTHS].index(short))
    elif found["jurors"]:
        yield from (StatedNumber(Kind.JUROR, _numeral(each)) for each in _NUMERAL.findall(found["jurors"]))
    elif found["over"]:
        share = Fraction(_UNITS[found["over"].lower()], _PARTS[found["under"].lower()])
        yield StatedNumber(Kind.SHARE, share)
    elif found["half"]:
        yield StatedNumber(Kind.SHARE, Fraction(1, 2))
    elif found["digits"]:
        kind = Kind.PERCENT if found["hundredths"] else Kind.NUMBER
        yield from (StatedNumber(kind, value) for value in _digits(found["digits"]))
    elif found["words"]:
        value = _spelt(found["words"])
        if value != 1 or found["spelt"]:
            yield StatedNumber(Kind.PERCENT if found["spelt"] else Kind.NUMBER, value)
    else:
        yield StatedNumber(Kind.NUMERAL, _numeral(found["session"] or found["numeral"]))


def _digits(text: str) -> list[Fraction]:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        whole, _, rest = text.replace(",", ".").partition(".")
        return [Fraction(int(whole + rest), 10 ** len(rest))]
    return [Fraction(int(part)) for part in re.split(r"[.,]", text)]


def _spelt(text: str) -> Fraction:
    """Return the value of words like “three hundred thousand”: units add up, a scale multiplies what precedes it."""
    total = current = 0
    for word in re.split(r"[\s-]", text.lower()):
        if word in _UNITS:
            current += _UNITS[word]
        elif _SCALES[word] <= 100:  # noqa: PLR2004 - a dozen or a hundred may be multiplied further
            current = max(current, 1) * _SCALES[word]
        else:
            total, current = total + max(current, 1) * _SCALES[word], 0
    return Fraction(total + current)


def _numeral(text: str) -> Fraction:
    if text.isdigit():
        return Fraction(int(text))
    try:
        return Fraction(roman.fromRoman(text.upper()))
    except roman.RomanError:
        return Fraction(-1)  # names neither a seat nor a session: “Juror IIX”


def _known(counted: Count, opinions: Sequence[Opinion]) -> set[StatedNumber]:
    tally = tally_of(opinions)
    votes = [tally[ballot] for ballot in Ballot]
    dissent = counted.valid - tally[counted.verdict] if counted.verdict is not None else counted.valid
    seats = len(opinions)
    counts = {*votes, dissent, counted.valid, seats, seats - counted.valid, counted.quorum}
    known = {StatedNumber(Kind.NUMBER, Fraction(number)) for number in counts}
    known |= {StatedNumber(Kind.JUROR, Fraction(seat)) for seat in range(1, seats + 1)}
    known |= {
        StatedNumber(Kind.SHARE, Fraction(part, whole))
        for part in {*votes, dissent, counted.valid}
        for whole in {counted.valid, seats}
        if whole
    }
    for confidence in (counted.confidence, *(opinion.confidence for opinion in opinions)):
        if confidence is not None:
            known |= _ways_to_write(confidence)
    return known | _emerged(opinions)


def _ways_to_write(confidence: float) -> set[StatedNumber]:
    """Return the ways to write a confidence: as is, to two or three decimals, in percent or tenths of a percent."""
    hundred = 100 * confidence
    percents = {round(hundred), floor(hundred + 0.5), round(100 * round(confidence, 2)), round(hundred, 1)}
    plain = {confidence, round(confidence, 2), round(confidence, 3)}
    return {StatedNumber(Kind.PERCENT, Fraction(str(value))) for value in percents} | {
        StatedNumber(Kind.NUMBER, Fraction(str(value))) for value in plain
    }


def _emerged(opinions: Sequence[Opinion]) -> set[StatedNumber]:
    days = {opinion.emerged for opinion in opinions if opinion.emerged is not None}
    return {month_of(day.year, day.month) for day in days} | {
        StatedNumber(Kind.NUMBER, Fraction(day.year)) for day in days
    }


def _quoted(statement: str) -> set[StatedNumber]:
    """Return the statement's own numbers, which are not invented, each with a percent sign and without."""
    own = set(numbers_in(statement))
    values = {number.value for number in own if number.kind in {Kind.NUMBER, Kind.PERCENT}}
    return own | {StatedNumber(kind, value) for kind in (Kind.NUMBER, Kind.PERCENT) for value in values}
