"""What every chat platform shows and takes, in words that no SDK knows.

A command or a button leads to a `Screen`: text, buttons, perhaps a picture or a file. What a button
means stands in its `action`, so that a button from before a restart still works. `Desk` decides,
platforms translate: a slash command or a tap to a call of the desk, a screen to their own message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from brain.ids import PlaceId
from brain.messages import Person, Place, Scope

ACTION_BYTES = 64
"""The longest action: what Telegram takes as callback data (Discord takes 100 characters)."""
CHOICES = 25
"""The most suggestions: Discord's limit for autocomplete."""


class Emphasis(StrEnum):
    """How a button looks, where the platform can."""

    PLAIN = "plain"
    MAIN = "main"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press."""

    label: str
    action: str
    """ASCII, at most `ACTION_BYTES`; signed, so that nobody can make one up."""
    emphasis: Emphasis = Emphasis.PLAIN


@dataclass(frozen=True, slots=True)
class File:
    """Something to keep."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One answer of the desk."""

    text: str
    """Markdown of the common kind: bold, italics, code, lists. At most 4,000 characters."""
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: bytes | None = None
    """A PNG."""
    file: File | None = None
    private: bool = True
    """Nobody but the caller may see it: on Discord ephemeral, in a Telegram group by direct
    message."""
    direct: bool = False
    """It belongs in the direct conversation with the caller, wherever they asked: an export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What may follow a command. Its description is `command-NAME-OPTION` in the catalogue."""

    name: str
    required: bool = False
    choices: tuple[str, ...] = ()
    """The values it may have; labels are `choice-VALUE` in the catalogue."""
    suggests: bool = False
    """Whether `Desk.suggest` completes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. Its description is `command-NAME` in the catalogue."""

    name: str
    options: tuple[Option, ...] = ()
    """The last one takes all the words that are left, where a platform has no options."""
    for_owner: bool = False
    """Only the owner of the installation may call it."""
    for_managers: bool = False
    """Only those who manage the community may call it, and the owner of the installation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and where."""

    person: Person
    """The account, as the platform knows it. Whom it was joined with is the desk's to find out."""
    place: Place
    language: str
    """Of the interface: the person's own choice, else that of their platform."""
    community: str | None = None
    """The guild or group that the place belongs to, such as `discord:guild:1`; None in private."""
    roles: frozenset[str] = frozenset()
    """Their roles there, as the platform's ids."""
    around: frozenset[PlaceId] = frozenset()
    """Places that the place is part of: the channel of a thread. Rules for those hold for it."""
    is_owner: bool = False
    """Runs this installation."""
    may_manage: bool = False
    """May change the settings of the community: Manage Server, the administrators of a group."""
    sees_leavers: bool = True
    """Whether the platform tells the bot who leaves the community."""

    @property
    def scope(self) -> Scope:
        """What may be shown there, once `person` is who they were joined with."""
        return Scope.of(self.person, self.place)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: what is shown, and what is sent when it is chosen."""

    label: str
    value: str


class Desk(Protocol):
    """What people do with their memories, once, for every platform. No error comes out of it."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """What there is, in the order of a menu."""
        ...

    async def command(self, caller: Caller, name: str, options: Mapping[str, str]) -> Screen:
        """A command with its options by name. What cannot be understood is said on the screen."""
        ...

    async def press(self, caller: Caller, action: str) -> Screen:
        """A button: what to show in place of its screen. A made-up one gets a kind line."""
        ...

    async def suggest(
        self, caller: Caller, name: str, option: str, typed: str
    ) -> tuple[Suggestion, ...]:
        """At most `CHOICES` completions of what was typed, quick enough for every keystroke."""
        ...
