"""The card of `/court about`: what the court is, and what it is not."""

from __future__ import annotations

from collections.abc import Sequence

from discord.utils import format_dt

from cogs.ui.labels import BRASS
from cogs.ui.layout import Card, framed, rule, text
from cogs.ui.texts import _, ngettext, plain
from court.jury.seating import Seating
from court.jury.served import Alias

NAMED = 7
"""Floating names that are listed. The others are counted."""

NAME_LIMIT = 80

METHODOLOGY = "docs/methodology.md"


def about_card(seating: Seating, interval_days: int | None, aliases: Sequence[Alias] = ()) -> Card:
    """Return a card that says how a case goes, what the answers mean, who the jurors are and what is not promised.

    Args:
        seating: how many models may sit.
        interval_days: the guild's fixed interval between hearings, or None for the court's own rule.
        aliases: the models whose names float, if the reader is a moderator.
    """
    return Card(
        framed(
            text(*_purpose()),
            text(*_steps(interval_days)),
            text(*_answers()),
            rule(),
            text(*_terms()),
            rule(),
            text(*_jury(seating)),
            text(*_limits()),
            *((text(*_aliases(aliases)),) if aliases else ()),
            text(
                _(
                    "-# How ballots are counted, and how far to trust the result: {file} in the bot's source code"
                ).format(file=f"`{METHODOLOGY}`")
            ),
            colour=BRASS,
        )
    )


def schedule_words(interval_days: int | None) -> str:
    """Return `every 14 days`, or a summary of the court's own rule if `interval_days` is None."""
    if interval_days is None:
        return _("within about three months, sooner if the jury was less sure")
    if interval_days == 1:
        return _("every day")
    return ngettext("every {count} day", "every {count} days", interval_days).format(count=interval_days)


def _purpose() -> list[str]:
    return [
        _("### The Court of AI Capability"),
        _(
            "Can AI do that yet? A jury of language models answers again and again, "
            "and the record shows when the answer changed."
        ),
    ]


def _steps(interval_days: int | None) -> list[str]:
    return [
        _("**How a case goes**"),
        _("1. You put a question to the court with `/ask`."),
        _("2. The moderators approve it, or tell you why not."),
        _("3. Each juror votes without seeing the others and gives a reason. Code counts the ballots."),
        _("4. A judge, which is one more model, writes the ruling. Members' votes are counted separately."),
        _("5. The case is heard again {schedule}.").format(schedule=schedule_words(interval_days)),
    ]


def _answers() -> list[str]:
    return [
        _("**The four answers**"),
        _("**Yes**: today's AI does it in about 9 of 10 ordinary attempts, and the jurors can name the evidence."),
        _("**Almost**: it works, but only within limits, under supervision or less reliably than that."),
        _("**In research**: it works only in research papers or demonstrations."),
        _("**No**: nobody has shown it convincingly."),
    ]


def _terms() -> list[str]:
    return [
        _(
            "**Panel confidence** says how strongly all ballots together support the verdict. Dissent lowers it. "
            "It is not the probability that the answer is true."
        ),
        _(
            "**Standing** is what the court holds today: the answer with at least 80 % of the ballots in all sessions "
            "of the current term, or *disputed* if no answer has that many."
        ),
        _(
            "**Inflection**: the standing has turned. It is announced only after a second session has confirmed it, "
            "with different jurors if there are any. Then a new term begins; the lifetime tally stays."
        ),
        _(
            "**Jury changed**: the answer changed when the jury changed. This says nothing about what AI can do. "
            "A new term begins here too."
        ),
    ]


def _jury(seating: Seating) -> list[str]:
    title = _("**Who is on the jury**")
    if seating.rehearsal:
        return [title, _("🎭 This is a rehearsal: the jurors are scripted, and nothing here is an AI model's opinion.")]
    if not seating.panel_size:
        return [title, _("Nobody at the moment. Approved cases wait until the host of this bot has set up a jury.")]
    drawn = _("{seats} jurors, drawn at random for each hearing from {models} models of {makers}.")
    makers = ngettext("{count} family", "{count} families", seating.families).format(count=seating.families)
    return [title, drawn.format(seats=seating.panel_size, models=seating.models, makers=makers)]


def _aliases(aliases: Sequence[Alias]) -> list[str]:
    lines = [
        _("**Names that float** (only moderators see this)"),
        _(
            "The vendors of these jurors can put another model behind the name at any time. When another one "
            "answers, the jury counts as changed, and both are heard side by side."
        ),
        *(_alias(alias) for alias in aliases[:NAMED]),
    ]
    if (more := len(aliases) - NAMED) > 0:
        lines.append(ngettext("- and {count} more", "- and {count} more", more).format(count=more))
    return lines


def _alias(alias: Alias) -> str:
    name = plain(str(alias.model), NAME_LIMIT)
    if alias.served is None:
        return _("- {name}: nothing has answered under it yet").format(name=name)
    served = plain(alias.served.name, NAME_LIMIT)
    if served == plain(alias.model.model, NAME_LIMIT):
        return _("- {name}: its vendor does not say which model answers").format(name=name)
    since = format_dt(alias.served.since, "D")
    return _("- {name}: {served} has answered since {since}").format(name=name, served=served, since=since)


def _limits() -> list[str]:
    return [
        _("**What the court cannot promise**"),
        _(
            "The jurors are models: they can all be wrong at once, and they may not know about recent events. "
            "A ruling is not proof. Read the reasons, the dissent and the sources."
        ),
    ]
