"""Notices for the moderators."""

from __future__ import annotations

from cogs.ui.labels import BRASS, GREEN
from cogs.ui.layout import Card, framed, text
from cogs.ui.texts import _, plain
from court.text import cut

NOTICE_LIMIT = 3_800
VACANCY_LIMIT = 400


def notice_card(sentence: str, dispatch_id: int | None = None) -> Card:
    """Return a card with one of our own sentences for the moderators. It is not escaped, so channel mentions work."""
    return Card(framed(text("⚠ " + cut(sentence, NOTICE_LIMIT)), colour=BRASS, dispatch_id=dispatch_id))


def settled_card(sentence: str) -> Card:
    """Return the card that takes the place of a notice once nobody has to do anything any more."""
    return Card(framed(text("✅ " + cut(sentence, NOTICE_LIMIT)), colour=GREEN))


def vacancy_line(vacancy: str) -> str:
    """Return the line that tells moderators why approved cases wait."""
    return _("⚠ Approved cases have to wait: {vacancy}").format(vacancy=plain(vacancy, VACANCY_LIMIT))
