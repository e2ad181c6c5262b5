"""Cards list sources with title, link and date, and untrusted text in them does no harm."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.rulings.card import ruling_card
from cogs.rulings.sources import LINK_LIMIT, evidence_lines, safe_link
from court.models import Disposition, Source
from tests.discord.rulings.samples import Y, found, held, lines, overview, seat
from tests.fakes.world import NOON

ROOM = 4_000
PAPER = Source("A Study of Novels", "https://www.example.org/abs/2503.01234", date(2025, 3, 4))
PUBLISHED, SEEN = "<t:1741089600:D>", f"<t:{int(NOON.timestamp())}:D>"


def source_lines(*sources: Source, room: int = ROOM) -> list[str]:
    return evidence_lines(found(*sources), room)


def test_source_has_its_title_as_a_link_its_host_and_the_day_it_was_published() -> None:
    ruling = held(1, Y, Disposition.FIRST_RULING, seat(1, Y), seat(2, Y))

    text = lines(ruling_card(overview(ruling, background=found(PAPER))))

    at = text.index("-# Sources shown to the jury:")
    assert text[at + 1] == (
        f"-# [A Study of Novels](https://www.example.org/abs/2503.01234) · example.org · {PUBLISHED}"
    )
    assert text[at + 2].startswith("Standing")


def test_source_without_a_date_says_when_it_was_seen() -> None:
    assert source_lines(Source("News", "http://example.org/a")) == [
        "-# Sources shown to the jury:",
        f"-# [News](http://example.org/a) · example.org · seen {SEEN}",
    ]


def test_three_sources_are_shown_and_the_others_counted() -> None:
    assert len(source_lines(*[PAPER] * 3)) == 4
    assert source_lines(*[PAPER] * 4)[-1] == "-# and 1 more source"
    assert source_lines(*[PAPER] * 9)[-1] == "-# and 6 more sources"


@given(st.integers(0, 9), st.integers(60, 600))
def test_sources_stay_within_their_room(count: int, room: int) -> None:
    text = source_lines(*[PAPER] * count, room=room)

    assert len("\n".join(text)) <= room
    listed = sum("](" in line for line in text)
    counted = sum(int(number) for line in text for number in re.findall(r"^-# (?:and )?(\d+) ", line))
    assert listed + counted == count


def test_search_without_results_is_reported_and_no_search_is_not() -> None:
    assert source_lines() == ["-# No public sources were shown to the jury"]
    assert evidence_lines(None, ROOM) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/x",
        "discord://-/channels/1",
        "//example.org/x",
        "example.org",
        "https://",
        "https://localhost/x",
        "https://[::1]/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.0.1/admin",
        "http://0x7f000001/x",
        "https://metadata.google.internal/x",
        "https://discord.gg/court",
        "https://discord.com/invite/court",
        "https://[broken",
        "https://user@example.org/",
        "https://example.org\\@evil.org/",
        "https://exampl\u0435.org/",
        "https://example.org/a b",
        "https://example.org/\n",
        "https://example.org/\u202e",
        "https://example.org/\ud800",
        f"https://example.org/{'x' * LINK_LIMIT}",
        f"https://example.org/{'(' * 200}",
    ],
)
def test_link_that_deceives_or_leads_to_no_public_page_is_not_linked(url: str) -> None:
    assert safe_link(url) is None
    assert source_lines(Source("A [title](http://x)", url))[1] == (f"-# A \\[title\\](http\\://x) · seen {SEEN}")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://en.wikipedia.org/wiki/Go_(game)", "https://en.wikipedia.org/wiki/Go_%28game%29"),
        ("https://example.org/a*b_c~d|e`f", "https://example.org/a%2Ab_c~d%7Ce%60f"),
        ("https://example.org/<@1>?q=[x]&r=%20#s", "https://example.org/%3C%401%3E?q=%5Bx%5D&r=%20#s"),
        ("https://example.org/@everyone", "https://example.org/%40everyone"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("HTTPS://Example.ORG:8443/x", "HTTPS://Example.ORG:8443/x"),
    ],
)
def test_what_could_break_out_of_a_link_is_encoded(url: str, link: str) -> None:
    assert safe_link(url) == link


@given(st.text(max_size=120), st.text(max_size=120))
def test_no_source_breaks_its_line_or_its_link(title: str, rest: str) -> None:
    (_, line) = source_lines(Source(title, f"https://example.org/{rest}"))

    assert "\n" not in line
    assert "@everyone" not in line
    assert "@here" not in line
    for target in re.findall(r"(?<!\\)\]\((.*?)\)", line):
        assert re.fullmatch(r"https://example\.org/[A-Za-z0-9:/?#!$&+,;=%._~-]*", target)
    assert len(re.findall(r"(?<!\\)\[", line)) <= 1


def test_source_without_a_title_is_shown_by_its_host() -> None:
    assert source_lines(Source(" \u200b", "https://example.org/x"))[1] == (
        f"-# [example.org](https://example.org/x) · seen {SEEN}"
    )
    assert source_lines(Source("", "javascript:x"))[1] == f"-# a page without a title · seen {SEEN}"
