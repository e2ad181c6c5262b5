"""The bot that `startup` compares the court with: one slash command, one message when ready, and nothing else."""

import os

import discord
from discord.ext import commands
from discord.http import Route

Route.BASE = os.environ["DISCORD_API_URL"]
intents = discord.Intents(guilds=True, guild_reactions=True)
bot = commands.AutoShardedBot(commands.when_mentioned, intents=intents, help_command=None, max_messages=None)


@bot.tree.command(description="Show a ruling.")
async def verdict(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("There is no ruling yet.", ephemeral=True)


@bot.event
async def setup_hook() -> None:
    await bot.tree.sync()


@bot.event
async def on_ready() -> None:
    await bot.get_partial_messageable(int(os.environ["CHANNEL"])).send("Ready.")


bot.run(os.environ["DISCORD_TOKEN"])
