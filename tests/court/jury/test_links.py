"""Research: only pages that the search returned survive, and none of their text is trusted."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from court.jury.answers import BACKGROUND_LIMIT, AnswerInvalid, read_background_answer
from court.jury.links import SOURCES_LIMIT, TITLE_LIMIT, URL_LIMIT, comparable, match, presentable, without_links
from court.models import Source
from court.text import one_line

STUDY = Source("A study of novels", "https://Example.org/Study/?page=2&utm_source=feed#part", date(2025, 3, 1))
REPORT = Source("A report", "http://reports.example.net/2024/")
FOUND = [STUDY, REPORT]
TEXT = "A system of 2024 wrote a novel; a blind test with 40 readers measured no difference."


def read(
    text: str = TEXT, sources: Any = (STUDY.url,), found: list[Source] = FOUND
) -> tuple[str, tuple[Source, ...], int]:
    return read_background_answer(json.dumps({"background": text, "sources": list(sources)}), found)


@pytest.mark.parametrize(
    "link",
    [
        STUDY.url,
        "https://example.org/Study?page=2",
        "HTTPS://EXAMPLE.ORG/Study/?page=2",
        "https://example.org/Study/?page=2#another",
        "https://example.org/Study?utm_source=openai&page=2&UTM_medium=x",
    ],
)
def test_a_page_is_recognised_in_another_spelling_and_keeps_its_own(link: str) -> None:
    assert read(sources=[link]) == (TEXT, (STUDY,), 0)


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/study?page=2",
        "https://example.org/Study?page=3",
        "https://example.org/Study",
        "https://example.org.evil.net/Study?page=2",
        "https://example.org@evil.net/Study?page=2",
        "https://example.org:99999/Study?page=2",
        "https://[example.org/Study?page=2",
        "javascript://example.org/Study?page=2",
        "example.org/Study?page=2",
        "https://",
        "",
        "A study of novels",
    ],
)
def test_a_page_that_the_search_did_not_return_is_dropped(link: str) -> None:
    assert read(sources=[link, REPORT.url]) == (TEXT, (REPORT,), 1)
    assert read(sources=[link]) == ("", (), 1)


def test_without_a_source_there_is_no_reference_and_none_is_invented() -> None:
    assert read(sources=[]) == ("", (), 0)
    assert read(sources=[STUDY.url], found=[]) == ("", (), 1)
    assert read("", [STUDY.url]) == ("", (), 0)
    assert read("https://example.org/Study?page=2", []) == ("", (), 0)


def test_sources_are_in_the_order_named_and_once_each() -> None:
    assert read(sources=[REPORT.url, STUDY.url, REPORT.url.rstrip("/")]) == (TEXT, (REPORT, STUDY), 0)


def test_at_most_five_sources_are_kept() -> None:
    found = [Source(f"Page {number}", f"https://example.org/{number}") for number in range(9)]

    assert read(sources=[page.url for page in found], found=found) == (TEXT, tuple(found[:SOURCES_LIMIT]), 0)


def test_every_invented_link_is_counted_once() -> None:
    made_up = ["https://example.org/a", "https://EXAMPLE.org/a/", "https://example.org/b", "nonsense"]

    assert read(sources=[*made_up, STUDY.url])[2] == 3


@pytest.mark.parametrize(
    ("written", "left", "links"),
    [
        ("It was shown ([study](https://example.org/a)).", "It was shown (study).", ["https://example.org/a"]),
        ("It was shown (https://example.org/a).", "It was shown.", ["https://example.org/a"]),
        ("See https://example.org/a, and more.", "See, and more.", ["https://example.org/a"]),
        ("See <https://example.org/a>.", "See.", ["https://example.org/a"]),
        ("See https://example.org/Go_(game).", "See.", ["https://example.org/Go_(game)"]),
        ("See [a wiki](https://example.org/Go_(game)).", "See a wiki.", ["https://example.org/Go_(game)"]),
        ('See [it](https://example.org/a "Title").', "See it.", ["https://example.org/a"]),
        ("See www.example.org/a now.", "See now.", ["www.example.org/a"]),
        ("See [www.example.org](https://example.net).", "See.", ["https://example.net", "www.example.org"]),
        ("See [[one](x)](y) of it.", "See one of it.", ["x", "y"]),
        ("Shown [ht](x)tps://example.org/a.", "Shown.", ["https://example.org/a", "x"]),
        ("[" * 12 + "a" + "](x)" * 12 + ".", "[[a] (x)] (x).", ["x"] * 10),
        ("A ://stray thing.", "A thing.", []),
        ("Scores [a, b] (see below) stay.", "Scores [a, b] (see below) stay.", []),
        ("Nothing\nhere\u202e.", "Nothing here.", []),
    ],
)
def test_links_are_removed_from_a_paragraph_and_their_words_stay(written: str, left: str, links: list[str]) -> None:
    line, found = without_links(written)

    assert (line, sorted(found)) == (left, links)


def test_a_link_in_the_paragraph_names_its_page_too() -> None:
    assert read(f"Shown [here]({REPORT.url}) and [there](https://made.up/x).", []) == (
        "Shown here and there.",
        (REPORT,),
        1,
    )


@given(st.lists(st.sampled_from([*"[]()<> .w:/ahtps,", "https://", "www.", "](", "[a](b)", "x.org"])).map("".join))
@example("[ht](x)tps://example.org/a")
@example("[[[[a](b)](c)](d)](e)")
@example("https://https://a www.www.b")
def test_no_link_survives(text: str) -> None:
    line, _ = without_links(text)

    assert "://" not in line
    assert without_links(line) == (line, [])
    assert line == one_line(line)


@given(st.text(st.characters()))
def test_no_text_raises_another_error(text: str) -> None:
    for written in (text, json.dumps({"background": text, "sources": [text]})):
        try:
            background, sources, _ = read_background_answer(written, FOUND)
        except AnswerInvalid:
            continue
        assert bool(background) == bool(sources)
        assert len(background) <= BACKGROUND_LIMIT
    assert presentable([Source(text, text)]) == () or comparable(text)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("no JSON", "answer: json invalid"),
        ('{"background": "x"}', "sources: missing"),
        ('{"background": null, "sources": []}', "background: string type"),
        ('{"background": "x", "sources": "https://example.org"}', "sources: list type"),
        ('{"background": "x", "sources": [1]}', "sources: string type"),
        ('{"background": "x", "sources": [], "verdict": "YES"}', "answer: extra forbidden"),
        (json.dumps({"background": "x" * (BACKGROUND_LIMIT + 1), "sources": []}), "background: string too long"),
    ],
)
def test_the_message_says_what_is_wrong_and_where(written: str, message: str) -> None:
    with pytest.raises(AnswerInvalid) as caught:
        read_background_answer(written, FOUND)
    assert str(caught.value) == message


def test_the_limit_applies_to_the_paragraph_without_its_links() -> None:
    text = "x" * (BACKGROUND_LIMIT - 6) + " [words](https://example.org/" + "a" * 90 + ")"

    assert len(read(text)[0]) == BACKGROUND_LIMIT


def test_invites_are_cut_from_titles_and_paragraphs() -> None:
    assert presentable([Source("Join discord.gg/court today", "https://example.org/1")])[0].title == "Join today"
    assert read("Shown in 2024 [dis](x)cord.gg/court, see dsc.gg/court.")[0] == "Shown in 2024 see"


def test_a_title_is_cut_to_one_line_and_to_its_length() -> None:
    sources = [
        Source("One\nline\u202e,\u200b no more", "https://example.org/1"),
        Source("x" * (TITLE_LIMIT + 1), "https://example.org/2"),
        Source("\u200b", "https://Example.org/3"),
    ]

    titles = [source.title for source in presentable(sources)]
    assert titles == ["One line, no more", "x" * (TITLE_LIMIT - 1) + "…", "example.org"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/" + "a" * URL_LIMIT,
        "https://example.org/a b",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\x00",
        "https://user:secret@example.org/",
        "ftp://example.org/",
        "data:text/html,hello",
        "//example.org/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0x7f.1/",
        "http://[::ffff:10.0.0.1]/",
        "https://metadata.google.internal/",
        "https://discord.gg/court",
        "https://discord.com/invite/court",
    ],
)
def test_an_address_that_is_not_a_plain_web_link_is_left_out(url: str) -> None:
    assert presentable([Source("A page", url), STUDY]) == (STUDY,)
    assert match([url], [Source("A page", url)]) == ((), 1)


def test_parameters_for_tracking_make_no_other_page_of_one() -> None:
    page = comparable("https://example.org?q=a%20b&&empty=")

    assert page is not None
    assert comparable("https://example.org/?utm_a=1&q=a%20b&&empty=&UTM_b=2") == page
    assert comparable("https://example.org/?q=a%20b") != page


def test_two_spellings_of_a_query_are_one_page() -> None:
    found = Source("Results", "https://example.org/?q=a+b&r=%C3%A9")

    assert match(["https://example.org/?q=a%20b&r=é&utm_source=openai"], [found]) == ((found,), 0)
    assert match(["https://example.org/?q=ab&r=é"], [found]) == ((), 1)


def test_a_page_is_presented_once() -> None:
    assert presentable([REPORT, Source("Again", "http://REPORTS.example.net/2024")]) == (REPORT,)


def test_the_longest_address_is_taken() -> None:
    url = "https://example.org/" + "a" * (URL_LIMIT - 20)

    assert presentable([Source("A page", url)]) == (Source("A page", url),)


@pytest.mark.parametrize(
    "tangle",
    [
        "[" * 2_000 + "a](b)" * 1_200,
        "[a](" + "x" * 8_000,
        "a" * 8_000,
        "https:" * 1_300,
        "https://" * 1_000,
        "www." * 2_000,
    ],
)
def test_no_tangle_of_links_takes_long(tangle: str) -> None:
    line, links = without_links(tangle)

    assert without_links(line) == (line, [])
    assert len(links) <= 1_200
