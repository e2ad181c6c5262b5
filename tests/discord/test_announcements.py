"""Every kind of announcement has a card, and notices say in plain words what is wrong and who can act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from discord.utils import format_dt

from cogs.announcements import RENDERERS, Rendering, problem_text, render
from court.announcements.kinds import KINDS, AdjournmentNotice, DelayNotice, PlainNotice
from court.models import CapPeriod, GuildSettings
from court.models.announcements import Announcement, Obstacle, Place, Problem, Subject
from tests.fakes.world import NOON

TOMORROW = NOON + timedelta(hours=12)
WHEN = format_dt(TOMORROW, "f")


def words(announcement: Announcement) -> str:
    card = render(announcement, Rendering(Subject(GuildSettings(7)), dispatch_id=1))
    return "\n".join(item.content for item in card.walk_children() if hasattr(item, "content"))


def adjourned(
    period: CapPeriod = CapPeriod.DAY, *, of_host: bool = False, by_admin: bool = True, ceiling: int = 90_000
) -> AdjournmentNotice:
    return AdjournmentNotice(period, of_host, by_admin, cap=500_000, spent=420_000, ceiling=ceiling, until=TOMORROW)


def test_every_kind_has_a_renderer() -> None:
    assert set(RENDERERS) == set(KINDS.values())


@pytest.mark.parametrize("kind", KINDS.values())
def test_a_kind_names_what_its_place_needs(kind: type[Announcement]) -> None:
    fields = set(getattr(kind, "__dataclass_fields__", {}))
    assert len(kind.kind) <= 16
    if kind.place is Place.INBOX:
        assert "user_id" in fields
    if kind.place is Place.CARD or kind.is_card or kind.opens_vote:
        assert "case_id" in fields


@pytest.mark.parametrize(
    ("notice", "name"),
    [
        (adjourned(CapPeriod.DAY, of_host=True), "the host's daily cap"),
        (adjourned(CapPeriod.MONTH, of_host=True), "the host's monthly cap"),
        (adjourned(CapPeriod.DAY), "this server's daily cap"),
        (adjourned(CapPeriod.MONTH), "this server's monthly cap"),
    ],
)
def test_a_cap_that_is_reached_is_named_with_its_amounts(notice: AdjournmentNotice, name: str) -> None:
    assert words(notice) == (
        f"⚠ Hearings are paused: $0.42 of {name} of $0.50 is spent, and the next hearing may cost up to $0.09. "
        f"Due hearings go on from {WHEN}."
    )


@pytest.mark.parametrize(
    ("by_admin", "remedy"),
    [
        (True, "An admin can raise the cap with `/setup budget`, or the host can choose cheaper models in `JURORS`."),
        (False, "Only the host can raise the cap or choose cheaper models in `JURORS`."),
    ],
)
def test_a_cap_below_one_hearing_says_who_can_raise_it(by_admin: bool, remedy: str) -> None:
    assert words(adjourned(by_admin=by_admin, ceiling=600_000)) == (
        "⚠ A hearing may cost up to $0.60, which is more than this server's daily cap of $0.50. "
        f"{remedy} Next try: {WHEN}."
    )


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_is_worded(obstacle: Obstacle) -> None:
    problem = Problem(obstacle, 5, ("send_messages", "use_slash_commands"), 503, "Missing Access")

    told = problem_text(problem)

    assert told
    assert "{" not in told
    assert obstacle.replace("_", " ") in str(problem)
    assert words(DelayNotice(problem, 1)) == (
        f"⚠ A ruling could not be announced: {told}. The ruling is kept, and I will try again."
    )


def test_permissions_are_named_as_discord_names_them_and_unknown_ones_by_their_code() -> None:
    problem = Problem(Obstacle.PERMISSIONS, 5, ("send_messages", "pin_messages"))

    assert problem_text(problem) == (
        "in <#5> I am missing Send Messages, pin_messages; an admin can allow this in the channel's permission settings"
    )
    assert str(problem) == "permissions (channel 5; send_messages, pin_messages)"


def test_a_notice_that_was_stored_as_a_sentence_is_shown_as_it_was() -> None:
    assert words(PlainNotice("The court adjourns until <t:1775117700:f>.")) == (
        "⚠ The court adjourns until <t:1775117700:f>."
    )
