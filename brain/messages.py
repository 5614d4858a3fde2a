"""What crosses the border between a platform and the brain."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from brain.errors import EmptyMessage, MessageTooLong, NotText
from brain.ids import MessageId, PersonId, PlaceId

UTC_ZONE = ZoneInfo("UTC")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but newline and tab, and lone surrogates."""


@dataclass(frozen=True, slots=True)
class Person:
    """One human. `id` is `platform:their id there`, such as `discord:123`."""

    id: PersonId
    name: str = ""
    zone: ZoneInfo = UTC_ZONE
    language: str | None = None
    """A language that the person or platform chose; None: follow what they write."""
    same_as: PersonId | None = None
    """The person that this account was joined with: they are asked for in its place."""
    accounts: tuple[PersonId, ...] = ()
    """The accounts that were joined with this person."""


@dataclass(frozen=True, slots=True)
class Place:
    """A DM, a channel, a group. `id` is `platform:its id there`."""

    id: PlaceId
    private: bool
    """True where nobody but the person reads: a DM, the terminal."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a place may see of a person. Every call to a store names one.

    In private a person meets everything of theirs; in a shared place only what they said in that
    very place. `place` is None in private.
    """

    person: PersonId
    place: PlaceId | None

    @classmethod
    def of(cls, person: Person, place: Place) -> "Scope":
        """The scope of that person when they speak in that place."""
        return cls(person.id, None if place.private else place.id)

    @classmethod
    def everything_of(cls, person_id: PersonId) -> "Scope":
        """The widest scope: what the person sees in private."""
        return cls(person_id, None)

    def sees(self, *, person_id: PersonId, place_id: PlaceId, private: bool) -> bool:
        """Whether a memory of that person, from that place, may be shown here."""
        return person_id == self.person and (
            self.place is None or (place_id == self.place and not private)
        )


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that came with a message; it is shown to the model and not kept."""

    media_type: str
    """Such as `image/png`."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One message as a platform delivers it."""

    id: MessageId
    """The platform's own id, so that a redelivered message is one turn."""
    person: Person
    place: Place
    text: str
    said_at: datetime | None = None
    """UTC; None: when the brain takes it up."""
    images: tuple[Image, ...] = ()
    off_record: bool = False
    """True: answered, and neither kept nor learned from."""
    persona: str | None = None
    """Who the companion is in this turn; None: who it is everywhere."""
    voice: str | None = None
    """Which of the model's voices it speaks in; None: the default one."""
    manner: str | None = None
    """How the person wishes it to be: stands after the persona."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message to a model: role is `system`, `user` or `assistant`."""

    role: str
    content: str
    images: tuple[Image, ...] = ()


def clean(text: str, *, limit: int) -> str:
    """Make a message safe to keep and to show, without changing what it says.

    Control characters other than newline and tab go; so do lone surrogates, which no database or
    wire takes. Right-to-left marks stay: they belong to the text.

    Args:
        text: as received.
        limit: the most characters that are accepted.

    Raises:
        EmptyMessage, MessageTooLong, NotText.
    """
    if len(text) > limit:
        raise MessageTooLong(length=len(text), limit=limit)
    if "\x00" in text:
        raise NotText
    kept = printable(text)
    if not kept:
        raise EmptyMessage
    return kept


def printable(text: str) -> str:
    """The text without control characters and outer white space, its line ends unified."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unified).strip()
