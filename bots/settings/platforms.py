"""The sections of the chat platforms: the bots, who may talk to them, and how much."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bots.settings.models import Names, Section, Text, Url
from brain.care import LINES, country_code


def _bare_root(address: str) -> str:
    """Without the slash at its end, and without a token: only the root of a server."""
    # Of the path: the name of a host may begin so, too.
    if "/bot" in urlsplit(address).path:
        raise ValueError("the root alone, please: without /bot and the token")
    return address.rstrip("/")


def _lines(value: object) -> object:
    """Several lines: a list in the file, with semicolons between them in the environment."""
    if isinstance(value, str):
        value = value.split(";")
    if isinstance(value, (list, tuple)):
        return tuple(str(line).strip() for line in value if str(line).strip())
    return value


def _helped(country: str) -> str:
    """The code of a country whose helpline is known."""
    code = country_code(country)
    if code not in LINES:
        known = ", ".join(sorted(LINES))
        message = f"no helpline is known there, only in {known}; name your own in care.resources"
        raise ValueError(message)
    return code


_Lines = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_lines)]
_Root = Annotated[Url, AfterValidator(_bare_root)]


class DiscordSettings(Section):
    """The bot on Discord."""

    token: SecretStr | None = Field(
        default=None, description="The bot's token, from the developer page of Discord."
    )
    api_base: _Root | None = Field(
        default=None,
        description="Root of another server that speaks Discord's protocol; unset: Discord.",
    )
    free_channels: Names = Field(
        default=(),
        description="Ids of channels where it answers without being mentioned, with commas.",
    )
    answer_pings: bool = Field(
        default=False, description="Whether @everyone and its roles call it too."
    )
    requests_per_second: int = Field(
        default=40,
        ge=1,
        le=10_000,
        description="Most requests of the whole bot, a second; Discord allows 50, large bots more.",
    )
    shard_count: int | None = Field(
        default=None, gt=0, le=16_384, description="Shards over all processes; unset: automatic."
    )
    shard_ids: Names = Field(
        default=(), description="The shards of this process, with commas; unset: all."
    )
    edit_every_s: float = Field(
        default=1.2, gt=0, le=60, description="Least time between two edits of a reply, in seconds."
    )
    forget_leavers: bool = Field(
        default=False,
        description="Erase what a person said in a server's channels when they leave it.",
    )


class TelegramSettings(Section):
    """The bot on Telegram."""

    token: SecretStr | None = Field(default=None, description="The bot's token, from @BotFather.")
    api_base: _Root | None = Field(
        default=None,
        description="Root of a Bot API server of your own, without /bot; unset: Telegram's.",
    )
    names: Names = Field(
        default=(), description="Names that it also answers to in groups, with commas."
    )
    edit_every_s: float = Field(
        default=3.0, gt=0, le=60, description="Least time between two edits of a reply, in seconds."
    )
    webhook_url: Url | None = Field(
        default=None, description="Public https address of the webhook; unset: polling."
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="What Telegram must send with each update, 1 to 256 characters."
    )
    webhook_host: Text = Field(
        default="127.0.0.1", description="Address that the webhook listens on."
    )
    webhook_port: int = Field(
        default=8443, ge=0, le=65_535, description="Port that the webhook listens on."
    )


class AccessSettings(Section):
    """Who may talk to it on chat platforms, and how much. Ids are `platform:id`."""

    owners: Names = Field(
        default=(), description="Accounts that run this installation, such as discord:123."
    )
    allow_people: Names = Field(
        default=(), description="Only these accounts are answered; unset: everybody."
    )
    block_people: Names = Field(default=(), description="Accounts that are never answered.")
    allow_roles: Names = Field(
        default=(), description="In communities only people with one of these roles are answered."
    )
    block_roles: Names = Field(default=(), description="Roles that are never answered.")
    allow_communities: Names = Field(
        default=(),
        description="Only these servers or groups, such as discord:guild:1; unset: all.",
    )
    block_communities: Names = Field(
        default=(), description="Servers and groups that are never answered."
    )
    allow_places: Names = Field(
        default=(), description="In communities only these channels, such as discord:9; unset: all."
    )
    block_places: Names = Field(default=(), description="Channels that are never answered.")
    when_refused: Literal["silence", "line"] = Field(
        default="line", description="Who may not talk to it hears nothing, or one line a day."
    )
    messages_per_minute: int = Field(
        default=12, ge=1, le=10_000, description="Most messages of a person, a minute."
    )
    messages_per_day: int | None = Field(
        default=None, ge=1, description="Most messages of a person, a day in their zone."
    )
    tokens_per_day: int | None = Field(
        default=None, ge=1, description="Most tokens for a person, prompts and replies, a day."
    )


class CareSettings(Section):
    """Where help can be found, for somebody who speaks of harming themselves."""

    country: Annotated[str, AfterValidator(_helped)] | None = Field(
        default=None,
        description="Whose helpline is named, such as DE; unset: where the person's zone lies.",
    )
    resources: _Lines = Field(
        default=(),
        description="Lines in place of that helpline, with semicolons between them.",
    )
