"""The records of the simulated Discord. Ids are snowflakes, times are aware and in UTC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

Payload = dict[str, Any]
"""A JSON object as it goes over the wire."""

EPHEMERAL = 1 << 6
LOADING = 1 << 7
EVERYONE = 0
"""Stands for @everyone and @here among the ids that a message pings."""


class Kind(IntEnum):
    """Kinds of channels, with Discord's numbers."""

    TEXT = 0
    DM = 1
    GROUP = 3
    THREAD = 11


class InteractionType(IntEnum):
    """Types of interactions, with Discord's numbers."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


@dataclass(slots=True, kw_only=True)
class User:
    """A human or a bot."""

    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    accepts_dms: bool = True
    """Whether the bot may send them direct messages; otherwise it gets the error 50007."""

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True)
class Role:
    """A role of a guild, with the ids of those who have it."""

    id: int
    name: str
    members: set[int] = field(default_factory=set)

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(slots=True, kw_only=True)
class Guild:
    """A guild; a bot that is no member of it gets no events from it."""

    id: int
    name: str
    owner: User
    locale: str = "en-US"
    members: dict[int, User] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Channel:
    """A channel, a thread (with its parent), a DM or a group (with its people)."""

    id: int
    kind: Kind
    name: str = ""
    guild: Guild | None = None
    parent: "Channel | None" = None
    people: tuple[User, ...] = ()
    """The people of a DM or a group, including the bot if it takes part."""
    writable: bool = True
    """Whether the bot may write in it; otherwise it gets the error 50013."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a message, with its content."""

    id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as it is now; `revisions` holds all of its texts, oldest first."""

    id: int
    channel: Channel
    author: User
    content: str
    at: datetime
    edited_at: datetime | None = None
    revisions: list[str] = field(default_factory=list)
    attachments: Sequence[Attachment] = ()
    embeds: Sequence[Payload] = ()
    components: Sequence[Payload] = ()
    flags: int = 0
    reply_to: "Message | None" = None
    pings: frozenset[int] = frozenset()
    """The ids of the users and roles that it pinged, and EVERYONE if it did."""
    interaction: "Interaction | None" = None
    extra: Payload = field(default_factory=dict)
    """What else its payload has, such as a poll or stickers."""
    forwards: "Message | None" = None
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """Whether it still shows that the bot is thinking."""
        return bool(self.flags & LOADING)

    def component(self, wanted: str) -> Payload:
        """Returns its component with a custom_id or label; raises LookupError if it has none."""
        for found in flat(self.components):
            if wanted in (found.get("custom_id"), found.get("label")):
                return found
        there = [found.get("label") or found.get("custom_id") for found in flat(self.components)]
        raise LookupError(f"no component {wanted!r}, only {there}")


@dataclass(slots=True, kw_only=True)
class Interaction:
    """A command, a press, a modal or an autocompletion, with the bot's answers."""

    id: int
    token: str
    asked: InteractionType
    user: User
    channel: Channel
    data: Payload
    source: Message | None = None
    """The message whose component was pressed."""
    too_late: bool = False
    """Whether the 3 seconds for a first answer are over, which then gets the error 10062."""
    token_over: bool = False
    """Whether the 15 minutes are over; follow-ups and edits then get the error 50027."""
    answered: int | None = None
    """The type of the first answer, by Discord's number; None before it."""
    original: Message | None = None
    """The message that answers, or whose component was pressed."""
    followups: list[Message] = field(default_factory=list)
    choices: Sequence[Payload] | None = None
    """The suggestions of an autocompletion."""
    modal: Payload | None = None
    """The modal that is open."""

    @property
    def text(self) -> str | None:
        """The text of the answer; None without one, or while the bot is thinking."""
        if self.original is None or self.original.loading:
            return None
        return self.original.content


@dataclass(slots=True, kw_only=True)
class Typing:
    """A typing indicator of the bot, with its place and time."""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The content of a message to be written, from the body of a request."""

    content: str = ""
    attachments: Sequence[Attachment] = ()
    body: Mapping[str, Any] = field(default_factory=dict)


def flat(components: Sequence[Payload]) -> list[Payload]:
    """Returns all components, each followed by those inside of it."""
    found: list[Payload] = []
    for component in components:
        found.append(component)
        inner = [*component.get("components", ())]
        inner += [component[key] for key in ("accessory", "component") if key in component]
        found += flat(inner)
    return found
