"""The records that a platform hands to the brain: people, places, messages; and what they see.

A message has parts: the person's own words, and what others said that it quotes, forwards or has
attached. A turn keeps them as one text, in which `brain.memory.parts` marks what is not the
person's own; `own_words` leaves that out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from brain.errors import EmptyMessage, MessageTooLong, NotText
from brain.ids import MessageId, PersonId, PlaceId

UTC_ZONE = ZoneInfo("UTC")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters other than newline and tab, and lone surrogates."""
OTHERS = re.compile(
    r"^[ \t]*(?:>>> .*\Z|>+(?: [^\n]*)?(?:\n|\Z)|\[[^\]\n]+\.\w{1,8}\]\n.*\Z)",
    re.MULTILINE | re.DOTALL,
)
"""What is not the person's own in the text of a turn, as `brain.memory.parts` writes it."""


@dataclass(frozen=True, slots=True)
class Person:
    """One human, or an account of theirs that was not joined with another yet."""

    id: PersonId
    name: str = ""
    """What to call them; may be empty."""
    zone: ZoneInfo = UTC_ZONE
    language: str | None = None
    """The language that the person or platform chose; None to follow what they write."""
    same_as: PersonId | None = None
    """The person that this account was joined with, who is used in its place."""
    accounts: tuple[PersonId, ...] = ()
    """The accounts that were joined with this person."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where people talk: a DM, a channel, a group, the terminal."""

    id: PlaceId
    private: bool
    """Whether only one person reads there, as in a DM or the terminal."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a place may see of a person. Every call to a store names one.

    In private a person sees all their memories; in a shared place only what they said there.
    """

    person: PersonId
    place: PlaceId | None
    """The shared place; None in private."""

    @classmethod
    def of(cls, person: Person, place: Place) -> "Scope":
        """Return the scope of a person who speaks in a place."""
        return cls(person.id, None if place.private else place.id)

    @classmethod
    def everything_of(cls, person_id: PersonId) -> "Scope":
        """Return the widest scope of a person: what they see in private."""
        return cls(person_id, None)

    def sees(self, *, person_id: PersonId, place_id: PlaceId, private: bool) -> bool:
        """Return whether the scope includes a memory of this person from this place."""
        return person_id == self.person and (
            self.place is None or (place_id == self.place and not private)
        )


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that came with a message; it is shown to the model and not stored."""

    media_type: str
    """The media type, such as `image/png`."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a message brings beside its person's own words."""

    kind: Literal["quoted", "forwarded", "attached"]
    text: str
    """What was said; empty where it was a picture or the like."""
    author: str = ""
    """The name of who said it, as the person sees it, or of the attached file; empty if it is not
    known."""
    by_companion: bool = False
    """Whether the companion said it."""
    said_at: datetime | None = None
    """When it was said, in UTC; None if it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A message as a platform delivers it."""

    id: MessageId
    """The platform's own id, by which a message that is delivered twice is answered once."""
    person: Person
    place: Place
    text: str
    """The person's own words; the texts of attached files may follow (`brain.memory.parts`)."""
    parts: tuple[Part, ...] = ()
    """What it brings of others. Attached files are shown after the own words, the rest before."""
    said_at: datetime | None = None
    """When it was said, in UTC; None for the time at which the brain receives it."""
    images: tuple[Image, ...] = ()
    off_record: bool = False
    """Whether the message is answered without being stored or learned from."""
    persona: str | None = None
    """The text of the persona for this turn; None for the usual one."""
    voice: str | None = None
    """The model's voice to answer in; None for the default one."""
    manner: str | None = None
    """How the person wishes the companion to be; it follows the persona in the prompt."""
    reply: str | None = None
    """The reply that the person was sent before this process died; it is remembered as it is. None
    asks the model for one."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a prompt."""

    role: str
    """`system`, `user` or `assistant`."""
    content: str
    images: tuple[Image, ...] = ()


def own_words(text: str) -> str:
    """Return the person's own words in the text of a turn; empty if there are none.

    Whatever learns from a person reads these alone: facts, portrait and history, the first strength
    of a memory, what a statement replaces, and whether somebody speaks of harming themselves.
    """
    return OTHERS.sub("", text).strip()


def clean(text: str, *, limit: int, parts: Sequence[Part] = ()) -> str:
    """Make a message safe to store and to show, without changing what it says.

    Control characters other than newline and tab are removed, and so are lone surrogates, which no
    database or protocol accepts. Right-to-left marks stay, because they belong to the text.

    Args:
        text: the text as received.
        limit: the most characters that are accepted, those of its parts but quotations among them.
        parts: what the message brings of others; with such parts the text may be empty.

    Raises:
        MessageTooLong: there are more than `limit` characters.
        NotText: it contains a null character.
        EmptyMessage: nothing is left of it.
    """
    length = len(text) + sum([len(part.text) for part in parts if part.kind != "quoted"])
    if length > limit:
        raise MessageTooLong(length=length, limit=limit)
    if "\x00" in text:
        raise NotText
    kept = printable(text)
    if not (kept or parts):
        raise EmptyMessage
    return kept


def printable(text: str) -> str:
    """Return the text with line feeds alone, without control characters and outer white space."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", unified).strip()
