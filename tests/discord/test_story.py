"""The whole story with the real bot: three people, a real database, the worker, a restart and a week."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import discord
import simcord
from simcord import Env

from bot.app import App
from court.jury.pool import Jury
from court.models import CaseState
from tests.discord.town import buttons, last, private_answer, read
from tests.fakes.models import FakeModel, rules, votes
from tests.fakes.world import FakeClock
from tests.records import url_of
from tests.settings import bare_settings

QUESTION = "write a novel that @everyone wants to read"
STATEMENT = "Can AI write a novel that @everyone wants to read?"


class Company:
    """The court as `bot.app` builds it, with its own database and with jurors whose answers a test can set."""

    def __init__(self, record: Path) -> None:
        self.clock = FakeClock()
        self.jurors = [FakeModel(f"vendor{seat}/model", votes("NO", reason=f"Reason {seat}.")) for seat in range(1, 6)]
        self._settings = bare_settings(database_url=url_of(record))

    def app(self) -> App:
        jury = Jury({one.ref: one for one in self.jurors}, FakeModel("judges/judge", rules()), 5, 5.0)
        return App(self._settings, jury, clock=self.clock, randomness=random.Random(7))

    @asynccontextmanager
    async def at_work(self, app: App, env: Env) -> AsyncIterator[None]:
        async with app, app.running(app.courier(env.bot)):
            yield


async def settled(app: App, env: Env) -> None:
    """Wait until the worker has nothing left to do and the bot has handled all events."""
    await app.worker.idle()
    await env.settle()


async def test_the_first_two_sessions(record: Path) -> None:
    company = Company(record)
    app = company.app()
    async with simcord.run(app.new_bot(), shard_count=1) as env:
        guild = env.create_guild("Ghent")
        moderators = guild.create_role("Moderators")
        managers = guild.create_role("Managers", permissions=discord.Permissions(manage_guild=True))
        verdicts, office = guild.create_text_channel("verdicts"), guild.create_text_channel("office")
        admin = guild.add_member(env.create_user("mary"), roles=[managers])
        moderator = guild.add_member(env.create_user("grace"), roles=[moderators])
        member = guild.add_member(env.create_user("ada"))

        async with company.at_work(app, env):
            # An admin sets up the court.
            seated = await admin.slash(
                office, "setup channels", verdict_channel=verdicts, mod_channel=office, mod_role=moderators
            )
            assert "Everyone can see" in private_answer(seated)
            assert seated.response is not None
            await admin.click(seated.response, label="Save anyway")
            assert verdicts.mention in private_answer(seated)
            assert "every 7 days" in private_answer(await admin.slash(office, "setup schedule", days=7))

            # A member asks. What they typed pings nobody.
            asked = await member.slash(verdicts, "ask", question=QUESTION)
            assert "moderators" in private_answer(asked)
            await settled(app, env)
            card = last(office)
            assert buttons(card) == ["Approve", "Edit", "Deny"]
            assert card.mention_everyone is False

            # The moderator approves. The worker holds the hearing and announces the ruling once, with reactions.
            await moderator.click(card, label="Approve")
            await settled(app, env)
            assert f"Approved by {moderator.mention}" in read(last(office))
            (ruling,) = verdicts.history()
            assert "0 Yes · 0 Almost · 0 In research · 5 No" in read(ruling)
            assert "first ruling" in read(ruling)
            assert [str(reaction.emoji) for reaction in ruling.reactions] == ["✅", "🤔", "❌"]

            # Two people vote, by reaction and by button. The first then changes their vote by command.
            await member.react(ruling, "✅")
            voted = await moderator.click(ruling, label="No")
            assert "2 votes" in private_answer(voted)
            changed = await member.slash(verdicts, "vote", case="novel everyone wants", ballot="no")
            assert "it was Yes" in private_answer(changed)

        # The process is replaced: a new bot, the same database, the same buttons.
        app = company.app()
        await env.restart_bot(app.new_bot())
        async with company.at_work(app, env):
            voted = await admin.click(ruling, label="Maybe")
            assert "3 votes" in private_answer(voted)
            await settled(app, env)
            assert len(verdicts.history()) == 1

            # A week later the jury changes its mind, and the channel gets the new ruling.
            for juror in company.jurors:
                juror.script(votes("YES"))
            company.clock.advance(days=7)
            app.worker.wake()
            await settled(app, env)
            assert len(verdicts.history()) == 2
            assert "overturned" in read(last(verdicts))

            # Anybody finds the ruling with its history and the audience's votes, even with misspelt words.
            shown = await member.slash(verdicts, "verdict", case="writ a novle")
            assert shown.response is not None
            assert not shown.ephemeral
            text = read(shown.response)
            assert "5 Yes · 0 Almost · 0 In research · 0 No" in text
            assert "I\xa0No → II\xa0**Yes**" in text
            assert "Audience: 3 votes · 0 % Yes · 33 % Maybe · 67 % No" in text

            async with app.store.reading() as repos:
                (case,) = await repos.cases.newest(guild.id, list(CaseState), 10)
                assert case.statement == STATEMENT
