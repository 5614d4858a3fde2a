"""What the world of the wire server is made of. Ids are snowflakes; times are aware UTC."""

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
"""Stands for @everyone and @here among those whom a message pings."""


class Kind(IntEnum):
    """Of a channel, with Discord's own numbers."""

    TEXT = 0
    DM = 1
    GROUP = 3
    THREAD = 11


class InteractionType(IntEnum):
    """What an interaction is, with Discord's own numbers."""

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
    """False: whoever writes to them is told 50007."""

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True, kw_only=True)
class Role:
    """A role of a guild, and who has it."""

    id: int
    name: str
    members: set[int] = field(default_factory=set)

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"


@dataclass(slots=True, kw_only=True)
class Guild:
    """A server in Discord's words. A bot that is no member of it gets no events from it."""

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
    """Of a DM or a group; the bot, if it is in, among them."""
    writable: bool = True
    """False: the bot is told 50013 when it writes here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a message, with its bytes."""

    id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None


@dataclass(slots=True, kw_only=True)
class Message:
    """A message as it is now, and as it was: `revisions` holds every text, the first one first."""

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
    """Whom it notified: ids of users and roles, and EVERYONE."""
    interaction: "Interaction | None" = None
    deleted: bool = False

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def loading(self) -> bool:
        """It still says that the bot is thinking."""
        return bool(self.flags & LOADING)

    def component(self, wanted: str) -> Payload:
        """Its button or menu with this custom_id or label. Raises LookupError."""
        for found in flat(self.components):
            if wanted in (found.get("custom_id"), found.get("label")):
                return found
        there = [found.get("label") or found.get("custom_id") for found in flat(self.components)]
        raise LookupError(f"no component {wanted!r}, only {there}")


@dataclass(slots=True, kw_only=True)
class Interaction:
    """A command, a press, a modal or an autocompletion, and what the bot made of it."""

    id: int
    token: str
    asked: InteractionType
    user: User
    channel: Channel
    data: Payload
    source: Message | None = None
    """The message whose component was pressed."""
    too_late: bool = False
    """The 3 seconds are over: a first answer is told 10062."""
    token_over: bool = False
    """The 15 minutes are over: follow-ups and edits are told 50027."""
    answered: int | None = None
    """The type of the first answer, with Discord's own number."""
    original: Message | None = None
    """The message that answers, or that a press belongs to."""
    followups: list[Message] = field(default_factory=list)
    choices: Sequence[Payload] | None = None
    """What an autocompletion offered."""
    modal: Payload | None = None
    """The modal that opened."""

    @property
    def text(self) -> str | None:
        """What the answer says; None while there is none, or while the bot thinks."""
        if self.original is None or self.original.loading:
            return None
        return self.original.content


@dataclass(slots=True, kw_only=True)
class Typing:
    """That the bot typed, and where."""

    channel: Channel
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to become a message: the body of a request, understood."""

    content: str = ""
    attachments: Sequence[Attachment] = ()
    body: Mapping[str, Any] = field(default_factory=dict)


def flat(components: Sequence[Payload]) -> list[Payload]:
    """All components, those inside of others after them."""
    found: list[Payload] = []
    for component in components:
        found.append(component)
        inner = [*component.get("components", ())]
        inner += [component[key] for key in ("accessory", "component") if key in component]
        found += flat(inner)
    return found
