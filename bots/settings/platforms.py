"""Defines the sections of the settings for the bots, for who may talk to them, and for care."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from bots.settings.problems import SettingProblem
from bots.settings.sections import Names, Section, Text, Url
from brain.care import HELPLINES, country_code


def _bare_root(address: str) -> str:
    """Return the root of a server without the slash at its end. Raises ValueError for a token."""
    # Only the path is searched: the name of a host may begin with "bot".
    if "/bot" in urlsplit(address).path:
        raise SettingProblem("settings-root-alone")
    return address.rstrip("/")


def _lines(value: object) -> object:
    """Parse lines: a list in the file, text with semicolons between them in the environment."""
    if isinstance(value, str):
        value = value.split(";")
    if isinstance(value, (list, tuple)):
        return tuple(str(line).strip() for line in value if str(line).strip())
    return value


def _helped(country: str) -> str:
    """Return the code of a country, if its helpline is known. Raises ValueError otherwise."""
    code = country_code(country)
    if code not in HELPLINES:
        raise SettingProblem("settings-no-helpline", known=", ".join(sorted(HELPLINES)))
    return code


_Lines = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_lines)]
_Root = Annotated[Url, AfterValidator(_bare_root)]


class DiscordSettings(Section):
    """Settings of the bot on Discord."""

    token: SecretStr | None = Field(
        default=None, description="The bot's token, from the developer page of Discord."
    )
    api_base: _Root | None = Field(
        default=None,
        description="Root address of another server with Discord's API; unset: Discord's own.",
    )
    free_channels: Names = Field(
        default=(),
        description="Ids of channels, separated by commas, where it answers without a mention.",
    )
    answer_pings: bool = Field(
        default=False,
        description="Whether it also answers mentions of @everyone and of its own roles.",
    )
    requests_per_second: int = Field(
        default=40,
        ge=1,
        le=10_000,
        description="Most requests of the bot per second; Discord allows 50, and large bots more.",
    )
    shard_count: int | None = Field(
        default=None,
        gt=0,
        le=16_384,
        description="Number of shards of all processes together; unset: as Discord recommends.",
    )
    shard_ids: Names = Field(
        default=(),
        description="Ids of this process's shards, separated by commas; unset: all shards.",
    )
    edit_every_s: float = Field(
        default=1.2,
        gt=0,
        le=60,
        description="Shortest time between two edits of a reply, in seconds.",
    )
    forget_leavers: bool = Field(
        default=False,
        description="Whether to erase what a person said in a server's channels when they leave.",
    )


class TelegramSettings(Section):
    """Settings of the bot on Telegram."""

    token: SecretStr | None = Field(default=None, description="The bot's token, from @BotFather.")
    api_base: _Root | None = Field(
        default=None,
        description="Root address of your own Bot API server, without /bot; unset: Telegram's.",
    )
    names: Names = Field(
        default=(),
        description="Other names that it answers to in groups, separated by commas.",
    )
    edit_every_s: float = Field(
        default=3.0,
        gt=0,
        le=60,
        description="Shortest time between two edits of a reply, in seconds.",
    )
    webhook_url: Url | None = Field(
        default=None,
        description="Public https address of the webhook; unset: the bot polls instead.",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="Secret that Telegram must send with each update, 1 to 256 characters.",
    )
    webhook_host: Text = Field(
        default="127.0.0.1", description="Address that the webhook listens on."
    )
    webhook_port: int = Field(
        default=8443, ge=0, le=65_535, description="Port that the webhook listens on."
    )


class AccessSettings(Section):
    """Settings of who may talk to the bots, and how much. Ids have the form `platform:id`."""

    owners: Names = Field(
        default=(), description="Accounts of this installation's owners, such as discord:123."
    )
    allow_people: Names = Field(
        default=(), description="The only accounts that are answered; unset: everybody."
    )
    block_people: Names = Field(default=(), description="Accounts that are never answered.")
    allow_roles: Names = Field(
        default=(),
        description="Roles of which a person needs one to be answered in a community; unset: "
        "everybody is answered.",
    )
    block_roles: Names = Field(default=(), description="Roles that are never answered.")
    allow_communities: Names = Field(
        default=(),
        description="The only servers or groups that are answered, such as discord:guild:1; unset: "
        "all.",
    )
    block_communities: Names = Field(
        default=(), description="Servers and groups that are never answered."
    )
    allow_places: Names = Field(
        default=(),
        description="The only channels of communities that are answered, such as discord:9; unset: "
        "all.",
    )
    block_places: Names = Field(default=(), description="Channels that are never answered.")
    when_refused: Literal["silence", "line"] = Field(
        default="line",
        description="What people who may not talk to it are told: nothing, or one line a day.",
    )
    messages_per_minute: int = Field(
        default=12, ge=1, le=10_000, description="Most messages of one account per minute."
    )
    messages_per_day: int | None = Field(
        default=None, ge=1, description="Most messages of one person per day of their time zone."
    )
    tokens_per_day: int | None = Field(
        default=None,
        ge=1,
        description="Most tokens of prompts and replies for one person per day of their time zone.",
    )


class CareSettings(Section):
    """Settings of the help that a person who speaks of self-harm is referred to."""

    country: Annotated[str, AfterValidator(_helped)] | None = Field(
        default=None,
        description="Country whose helpline is named, such as DE; unset: that of the person's time "
        "zone.",
    )
    resources: _Lines = Field(
        default=(),
        description="Lines to show in place of that helpline, separated by semicolons.",
    )
