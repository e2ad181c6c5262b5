"""Logs in to Discord, and says in words for the host why it was not possible."""

from __future__ import annotations

import aiohttp
import discord

from court.errors import ConfigurationError

LOGIN_REFUSED = (
    "Discord refused DISCORD_TOKEN: copy the bot's token again (Developer Portal, your application, Bot, Reset Token)"
)


async def log_in(client: discord.Client, token: str, address: str) -> None:
    """Log a client in at Discord's REST interface, without connecting it to the gateway. `address` is for messages.

    Raises:
        ConfigurationError: when Discord refuses the token or cannot be reached; one line that says what to do.
    """
    try:
        await client.login(token)
    except discord.LoginFailure:
        raise ConfigurationError(LOGIN_REFUSED) from None
    except discord.HTTPException as error:
        raise ConfigurationError(f"Discord at {address} answered the login with HTTP {error.status}") from None
    except (OSError, aiohttp.ClientError) as error:
        raise ConfigurationError(f"Discord cannot be reached at {address} ({type(error).__name__})") from None
    except (KeyError, TypeError):
        if client.user is not None:
            raise
        # discord.py accepts any answer as a user, even a web page.
        raise ConfigurationError(f"DISCORD_API_URL: the server at {address} is not Discord") from None
