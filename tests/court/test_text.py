"""Text keeps to its line and its length."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from court.text import cut, one_line


@pytest.mark.parametrize(
    "text",
    [
        "Tiếng Việt đủ dấu: nghiêng ngả, ưỡn ẹo",
        "हिन्दी में ज़िंदगी और क़ानून की बड़ी परीक्षा, क्ष्म्य",
        "ที่นี่ผู้ใหญ่น้ำปั๊มกำลังเรียน",
        "ٱلْقُرْآنُ مُحَمَّدٌ وَاللّٰهُ",
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים שָּׁ֣",
        "မြို့တော်သို့ ကျွန်ုပ်တို့",
        "བསྒྲུབས་ཧཱུྃ་",
        "நீங்கள் ഇന്ത്യ বাংলা ខ្ញុំ",
        "naïve Ångström ѝ ё",
    ],
)
def test_the_marks_that_writing_needs_are_kept(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert one_line(unicodedata.normalize(form, text)) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("between", ["", "\u200b", "\u034f", "\u093e"])
def test_piles_of_marks_are_cut(between: str) -> None:
    pile = between.join("\u0300\u0489\u0336\u20dd" * 50)
    line = one_line(f"Z{pile}a{pile} l\u0301")

    assert [char for char in line if char != "\u093e"] == [
        *"Z\u0300\u0489\u0336\u20dda\u0300\u0489\u0336\u20dd l\u0301"
    ]
    assert one_line(line) == line


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("", 1, ""), ("four", 4, "four"), ("fours", 4, "fou…"), ("two words", 5, "two…"), ("xy", 1, "…")],
)
def test_text_is_cut_with_an_ellipsis_and_no_blank_before_it(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short


@given(st.text(st.characters()), st.integers(1, 40))
def test_text_keeps_to_its_length(text: str, limit: int) -> None:
    short = cut(text, limit)

    assert len(short) <= limit
    assert short == text or short.endswith("…")


@given(st.text(st.characters()))
def test_text_keeps_to_its_line(text: str) -> None:
    line = one_line(text)

    assert line == one_line(line) == line.strip()
    assert line.isprintable()
