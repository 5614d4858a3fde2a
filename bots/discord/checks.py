"""Checks for the doctor whether the bot would work on Discord. The checks raise no errors."""

from collections.abc import AsyncIterator

import discord
from discord.http import Route

from bots.discord.errors import DISCORD, NotDiscord, bot_page, translate_error, usable_token
from bots.discord.network import set_api_root, use_route
from bots.doctor_checks import Check, CheckStatus
from bots.error_texts import error_text
from bots.settings.platforms import DiscordSettings
from brain.errors import SiliconfriendError
from brain.texts import say

SCARCE = 50
"""Number of sessions left of the 1,000 a day below which the doctor warns."""
PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
)


async def check_discord(settings: DiscordSettings, *, language: str) -> AsyncIterator[Check]:
    """Check the token, the intents, the gateway, the commands and the servers of the bot.

    It changes nothing and does not connect to the gateway, so that it does not disturb a running
    bot. Yields the result of each check; the last contains the link that invites the bot.
    """
    address = settings.api_base or DISCORD
    client = discord.Client(intents=discord.Intents.none())
    application: int | None = None
    title = "token"

    def found(title: str, status: CheckStatus, key: str, **values: str | float) -> Check:
        return Check(
            title=say(language, f"discord-check-{title}"),
            status=status,
            detail=say(language, f"discord-check-{key}", **values),
        )

    try:
        set_api_root(settings.api_base)
        token = usable_token(settings)
        await use_route(client, address)
        await client.login(token)
        app = client.application
        if app is None or client.user is None:
            return
        application = app.id
        yield found("token", CheckStatus.OK, "token-fine", name=str(client.user))
        title = "intents"
        missing = _missing_intents(app.flags, members=settings.forget_leavers)
        for intent in missing:
            page = bot_page(application)
            yield found("intents", CheckStatus.FAILED, "intents-missing", intent=intent, page=page)
        if not missing:
            yield found("intents", CheckStatus.OK, "intents-fine")
        title = "gateway"
        shards, _, starts = await client.http.get_bot_gateway()
        left = starts["remaining"]
        if left < SCARCE:
            yield found("gateway", CheckStatus.NOTE, "gateway-scarce", left=left)
        else:
            yield found("gateway", CheckStatus.OK, "gateway-fine", shards=shards, left=left)
        title = "commands"
        commands = await client.http.get_global_commands(application)
        if commands:
            yield found("commands", CheckStatus.OK, "commands-fine", count=len(commands))
        else:
            yield found("commands", CheckStatus.NOTE, "commands-none")
        title = "invite"
        guilds = await client.http.request(Route("GET", "/users/@me/guilds"))
        link = invite_link(application)
        if guilds:
            yield found("invite", CheckStatus.OK, "guilds", count=len(guilds), link=link)
        else:
            yield found("invite", CheckStatus.NOTE, "guilds-none", link=link)
    except Exception as error:  # noqa: BLE001 whatever it is, it is reported
        told = translate_error(error, address=address, application=application)
        if not isinstance(told, SiliconfriendError):
            # The library's own words say nothing to a person, and may quote the token.
            told = NotDiscord(address=address)
        detail = error_text(told, language)
        yield Check(
            title=say(language, f"discord-check-{title}"), status=CheckStatus.FAILED, detail=detail
        )
    finally:
        await client.close()


def invite_link(application: int) -> str:
    """Return the link that adds the bot to a server, with the permissions that it needs."""
    return discord.utils.oauth_url(
        application, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


def _missing_intents(flags: discord.ApplicationFlags, *, members: bool) -> list[str]:
    missing = []
    if not (flags.gateway_message_content or flags.gateway_message_content_limited):
        missing.append("Message Content Intent")
    if members and not (flags.gateway_guild_members or flags.gateway_guild_members_limited):
        missing.append("Server Members Intent")
    return missing
