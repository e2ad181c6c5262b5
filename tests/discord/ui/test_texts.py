"""Untrusted text is shown as it is, and our own texts in the language of the reader."""

from __future__ import annotations

import re
from pathlib import Path

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cogs.ui.labels import numeral, percent
from cogs.ui.texts import _, catalogue, ngettext, plain, using_locale
from court.text import cut, one_line
from tests.discord.ui.catalogues import write_catalogue

NASTY = "\\*_~`|<>[]()#-+:/@&!.1 \n\t\u200b\u202eaé漢🎭"
untrusted = st.text(alphabet=st.sampled_from(NASTY) | st.characters(), max_size=120)


def as_displayed(sent: str) -> str:
    """Return text as Discord displays it: an escaped character as the character itself."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", sent).replace("\u200b", "")


@given(untrusted)
@example("[](y) **b** [z](http://evil.example)")
@example("# heading")
@example("-# small")
@example("1. one")
@example("ends in a backslash \\")
def test_plain_shows_exactly_the_characters_that_were_written(text: str) -> None:
    assert as_displayed(plain(text, 10_000)) == one_line(text)


@given(untrusted)
@example("[](y) **b** [z](http://evil.example)")
@example(">>> all of it")
def test_plain_leaves_no_markup_unescaped(text: str) -> None:
    sent = plain(text, 10_000)
    bare = re.sub(r"\\[^0-9A-Za-z\s]", "", sent)

    assert not set(bare) & set("\\*_~`|<>[]")
    assert "://" not in bare
    assert not re.match(r"\s*(?:[#+-]|\d+[.)])", bare) or sent.startswith("\\") or re.match(r"\d+\\", sent)
    assert not re.search(r"@(?:everyone|here|[!&]?\d{17,20})", sent)
    assert "\n" not in sent


@given(untrusted, st.integers(1, 60))
def test_plain_stays_within_its_limit_and_never_splits_an_escape(text: str, limit: int) -> None:
    sent = plain(text, limit)

    assert len(sent) <= limit
    assert (len(sent) - len(sent.rstrip("\\"))) % 2 == 0
    if len(plain(text, 10_000)) > limit:
        assert sent.endswith("…")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("@everyone", "@\u200beveryone"),
        ("<@&123456789012345678>", "\\<@\u200b&123456789012345678\\>"),
        ("<#1> <t:1:R> </ask:1> <:a:1> <id:guide>", "\\<#1\\> \\<t:1:R\\> \\</ask:1\\> \\<:a:1\\> \\<id:guide\\>"),
        ("||no|| `x` ~~y~~ __z__", "\\|\\|no\\|\\| \\`x\\` \\~\\~y\\~\\~ \\_\\_z\\_\\_"),
        ("see https://a.example/b_c", "see https\\://a.example/b\\_c"),
        ("state-of-the-art, #1 at 5:30", "state-of-the-art, #1 at 5:30"),
    ],
)
def test_plain_removes_the_special_meaning(written: str, sent: str) -> None:
    assert plain(written, 200) == sent


def test_cut_keeps_short_text_and_ends_long_text_with_an_ellipsis() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"


def test_numerals_are_roman_up_to_3999() -> None:
    assert [numeral(number) for number in (1, 4, 3_999, 4_000, 0)] == ["I", "IV", "MMMCMXCIX", "4000", "0"]


def test_percent_is_whole() -> None:
    assert [percent(share) for share in (0.0, 0.834, 1.0)] == ["0 %", "83 %", "100 %"]


def test_without_a_catalogue_texts_are_english() -> None:
    with using_locale(discord.Locale.german):
        assert _("Yes") == "Yes"
        assert ngettext("{count} vote", "{count} votes", 2) == "{count} votes"


def test_catalogue_is_found_by_discords_name_for_a_language(tmp_path: Path) -> None:
    write_catalogue(tmp_path / "pt_BR", {"Yes": "Sim"})
    write_catalogue(tmp_path / "de", {"Yes": "Ja"})

    assert catalogue("pt-BR", tmp_path).gettext("Yes") == "Sim"
    assert catalogue("de", tmp_path).gettext("Yes") == "Ja"
    assert catalogue("de", tmp_path).gettext("No") == "No"
    assert catalogue("fr", tmp_path).gettext("Yes") == "Yes"


def test_language_applies_inside_the_block_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_catalogue(tmp_path / "de", {"Yes": "Ja"})
    monkeypatch.setattr("cogs.ui.texts.LOCALES", tmp_path)

    with using_locale(discord.Locale.german):
        assert _("Yes") == "Ja"
        with using_locale(None):
            assert _("Yes") == "Yes"
        assert _("Yes") == "Ja"
    assert _("Yes") == "Yes"
