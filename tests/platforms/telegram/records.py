"""The records of the simulated Telegram: users, chats, files, calls and webhook deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class User:
    """A human, or the bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = "en"
    is_bot: bool = False
    has_blocked: bool = False
    """Whether this person blocked the bot, whose messages are then refused with 403."""

    def json(self) -> Json:
        said: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            said["username"] = self.username
        if self.language_code and not self.is_bot:
            said["language_code"] = self.language_code
        return said


@dataclass(slots=True)
class Chat:
    """A private chat, a group, a supergroup or a channel, with its messages."""

    id: int
    type: str
    title: str
    members: dict[int, User] = field(default_factory=dict)
    username: str | None = None
    forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    bot_status: str = "member"
    """The status of the bot: member, administrator, left or kicked."""
    administrators: set[int] = field(default_factory=set)
    """Ids of the people who administrate a group."""
    migrated_to: int | None = None
    messages: dict[int, Json] = field(default_factory=dict)
    """The current messages by id, without deleted ones."""
    versions: dict[int, list[str]] = field(default_factory=dict)
    """By message id, all texts that the message has had, in order."""
    drafts: dict[int, list[str]] = field(default_factory=dict)
    """By draft id, all texts of the draft, in order."""
    actions: list[str] = field(default_factory=list)
    """The bot's chat actions, in order."""

    @property
    def is_group(self) -> bool:
        return self.type in ("group", "supergroup")

    def json(self) -> Json:
        said: Json = {"id": self.id, "type": self.type}
        if self.type == "private":
            said["first_name"] = self.title
        else:
            said["title"] = self.title
        if self.username:
            said["username"] = self.username
        if self.forum:
            said["is_forum"] = True
        return said

    def said_by(self, user_id: int) -> list[Json]:
        """Returns the messages of a user that were not deleted, oldest first."""
        return [
            self.messages[key]
            for key in sorted(self.messages)
            if self.messages[key].get("from", {}).get("id") == user_id
        ]


@dataclass(slots=True, frozen=True)
class Upload:
    """A file that the bot or a person sent."""

    name: str
    mime_type: str
    data: bytes


@dataclass(slots=True, frozen=True)
class Call:
    """One call of the bot, and how it was answered."""

    method: str
    params: Mapping[str, Any]
    """The parameters as they were sent: numbers and JSON are text."""
    files: tuple[str, ...]
    status: int
    description: str
    """The description of a refusal; empty otherwise."""


@dataclass(slots=True, frozen=True)
class Delivery:
    """One update that was posted to the bot's webhook, with the answer."""

    update_id: int
    secret: str | None
    status: int
    """The HTTP status of the bot's answer; 0 without one."""
