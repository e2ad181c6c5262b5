"""The card that says what the court is, and what it is not."""

from __future__ import annotations

from cogs.ui.labels import BRASS
from cogs.ui.layout import Card, framed, rule, text
from cogs.ui.texts import _, ngettext
from court.jury.seating import Seating

METHODOLOGY = "docs/methodology.md"


def about_card(seating: Seating, interval_days: int | None) -> Card:
    """How a case goes, what the answers and figures mean, who sits, and what nobody can promise.

    `interval_days` is what the guild has fixed from one hearing to the next; none for the court's own rule.
    """
    return Card(
        framed(
            text(*_purpose()),
            text(*_course(interval_days)),
            text(*_answers()),
            rule(),
            text(*_figures()),
            rule(),
            text(*_jury(seating)),
            text(*_limits()),
            text(
                _("-# How it counts and how far that is to be trusted: {file}, in the bot's source code").format(
                    file=f"`{METHODOLOGY}`"
                )
            ),
            colour=BRASS,
        )
    )


def schedule_words(interval_days: int | None) -> str:
    """`every 14 days`, or what the court's own rule comes to."""
    if interval_days is None:
        return _("within about three months, the sooner the less sure the jury was")
    if interval_days == 1:
        return _("every day")
    return ngettext("every {count} day", "every {count} days", interval_days).format(count=interval_days)


def _purpose() -> list[str]:
    return [
        _("### The Court of AI Capability"),
        _("Can AI do that yet? A jury of language models says, again and again, and the record shows when it turned."),
    ]


def _course(interval_days: int | None) -> list[str]:
    return [
        _("**How a case goes**"),
        _("1. You put a question to the court with `/ask`."),
        _("2. The moderators let it in, or tell you why not."),
        _("3. Jurors vote, each without sight of the others, and give reasons. Code counts the ballots."),
        _("4. A judge, one more model, writes the ruling. Your votes are counted apart."),
        _("5. The case is heard again {schedule}.").format(schedule=schedule_words(interval_days)),
    ]


def _answers() -> list[str]:
    return [
        _("**The four answers**"),
        _("**Yes**: AI of today does it in about 9 ordinary attempts of 10, and the evidence can be named."),
        _("**Almost**: it works, but only constrained, supervised or less reliably than that."),
        _("**In research**: in papers or demonstrations only."),
        _("**No**: nobody has credibly shown it."),
    ]


def _figures() -> list[str]:
    return [
        _(
            "**Panel confidence** is the weight of the verdict in all ballots together. Dissent lowers it. "
            "It is not the probability that the answer is true."
        ),
        _(
            "**Standing** is what the court holds today: the answer of at least 80 % of the ballots of all sessions "
            "of the current term, else *disputed*."
        ),
        _(
            "**Inflection**: the standing has turned. It is announced only once a second session has confirmed it, "
            "with other jurors where there are any. A new term begins then; the lifetime tally stays."
        ),
        _(
            "**Jury changed**: the answer turned with the jury, and says nothing of what AI can do. "
            "A new term begins here too."
        ),
    ]


def _jury(seating: Seating) -> list[str]:
    title = _("**Who sits**")
    if seating.rehearsal:
        return [title, _("🎭 A rehearsal: the jurors are scripted, and nothing is a model's opinion.")]
    if not seating.panel_size:
        return [title, _("Nobody at the moment: approved cases wait until the host has seated a jury.")]
    drawn = _("{seats} jurors, drawn by lot for each hearing from {models} models of {makers}.")
    makers = ngettext("{count} family", "{count} families", seating.families).format(count=seating.families)
    return [title, drawn.format(seats=seating.panel_size, models=seating.models, makers=makers)]


def _limits() -> list[str]:
    return [
        _("**What it cannot promise**"),
        _(
            "The jurors are models: they can all be wrong together, and what happened lately they may not know. "
            "A ruling proves nothing. Read the reasons, the dissent and the sources."
        ),
    ]
