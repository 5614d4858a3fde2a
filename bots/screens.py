"""Defines commands and the screens that answer them, independently of any platform's SDK.

A command or a button leads to a `Screen`: text, buttons, perhaps a picture or a file. A button's
`action` holds all that it means, so that a button from before a restart still works. The `Desk`
decides; a platform translates a slash command or a tap to a call of the desk, and a screen to a
message of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place, Scope

ACTION_BYTES = 64
"""Most bytes of an action: Telegram's limit for callback data (Discord's is 100 characters)."""
CHOICES = 25
"""Most suggestions at once: Discord's limit for autocomplete."""


class Emphasis(StrEnum):
    """How prominent a button looks, on platforms that can show it."""

    PLAIN = "plain"
    MAIN = "main"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a screen."""

    label: str
    action: str
    """ASCII, at most `ACTION_BYTES` long; signed, so that nobody can forge one."""
    emphasis: Emphasis = Emphasis.PLAIN


@dataclass(frozen=True, slots=True)
class File:
    """A file to send."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Question:
    """A text that a person is asked to type; `Desk.answer` is given it with the action."""

    action: str
    """Signed, as that of a button."""
    title: str
    """Of a form that asks for it; a few words."""
    present: str
    """The text that the answer will replace, for the person to change."""
    how: str
    """A sentence for platforms without forms: that the answer is a reply to this message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One answer of the desk, which a platform shows as a message."""

    text: str
    """CommonMark: bold, italics, code and lists. At most 4,000 characters. Empty: the command was
    one of a flood of which the person was told already, and nothing is shown."""
    rows: tuple[tuple[Button, ...], ...] = ()
    picture: bytes | None = None
    """A PNG."""
    picture_in_words: str = ""
    """What the picture shows, for those who cannot see it."""
    file: File | None = None
    private: bool = True
    """Whether only the caller may see it: an ephemeral message on Discord, a direct message for a
    Telegram group."""
    question: Question | None = None
    """What the person is to type next; one of the buttons opens the form that asks for it."""
    direct: bool = False
    """Whether it goes to the direct conversation with the caller wherever they asked, as an export
    does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a command. Its description is `command-NAME-OPTION` in the catalogue."""

    name: str
    required: bool = False
    choices: tuple[str, ...] = ()
    """The values it may have; their labels are `choice-VALUE` in the catalogue. Empty: any text."""
    suggests: bool = False
    """Whether `Desk.suggest` completes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command. Its description is `command-NAME` in the catalogue."""

    name: str
    options: tuple[Option, ...] = ()
    """Where a platform has no named options, the last one takes all the words that are left."""
    for_owner: bool = False
    """Whether only the owner of the installation may call it."""
    for_managers: bool = False
    """Whether only managers of the community and the owner of the installation may call it."""


def options_of(command: Command, arguments: str) -> Mapping[str, str]:
    """Return the words after a command as its options; the last option takes all that are left."""
    found: dict[str, str] = {}
    for number, option in enumerate(command.options, start=1):
        first, _, others = arguments.partition(" ")
        value = arguments if number == len(command.options) and not option.choices else first
        if option.choices and value.casefold() not in option.choices:
            continue
        if value:
            found[option.name] = value.casefold() if option.choices else value
        arguments = "" if value == arguments else others.strip()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person who calls a command or presses a button, and where they do it."""

    account: PersonId
    """The platform's id of the account, whichever person it was joined with."""
    person: Person
    """The account as the platform describes it, until the person that it belongs to is looked up
    and takes its place."""
    place: Place
    language: str
    """Code of the interface's language: the person's own choice, else that of their platform."""
    community: str | None = None
    """The guild or group that the place belongs to, such as `discord:guild:1`; None in private."""
    roles: frozenset[str] = frozenset()
    """The platform's ids of the person's roles in the community."""
    around: frozenset[PlaceId] = frozenset()
    """Places that contain this one, such as the channel of a thread; their rules hold here too."""
    is_owner: bool = False
    """Whether the person runs this installation."""
    may_manage: bool = False
    """Whether the person may change the settings of the community: on Discord with the permission
    Manage Server, on Telegram as an administrator of the group."""
    sees_leavers: bool = True
    """Whether the platform tells the bot who leaves the community."""
    place_name: str = ""
    """What people call the place, if a private screen about it is shown elsewhere; else empty."""

    @property
    def scope(self) -> Scope:
        """The memories that may be shown in the place; `person` must be the joined person."""
        return Scope.of(self.person, self.place)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion: the label that is shown, and the value that is sent when it is chosen."""

    label: str
    value: str


class Desk(Protocol):
    """Carries out commands and buttons, in the same way for every platform. It raises no errors."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands, in the order of a menu."""
        ...

    def nearest(self, typed: str) -> str | None:
        """Return the command that a typed name is or resembles, or None."""
        ...

    async def command(self, caller: Caller, name: str, options: Mapping[str, str]) -> Screen:
        """Run a command with its options by name; a mistake in them is told on the screen."""
        ...

    async def press(self, caller: Caller, action: str) -> Screen:
        """Press a button, and return the screen that replaces its own.

        A forged or outdated action changes nothing, and its screen says so.
        """
        ...

    def asks(self, action: str) -> bool:
        """Return whether the button of an action only asks a question (`Screen.question`).

        It is told without the store, for platforms whose forms have to be shown at once. False is
        no promise that the screen has no question.
        """
        ...

    async def answer(self, caller: Caller, action: str, text: str) -> Screen:
        """Answer the question of that action, and return the screen that follows."""
        ...

    async def suggest(
        self, caller: Caller, name: str, option: str, typed: str
    ) -> tuple[Suggestion, ...]:
        """Return at most `CHOICES` completions of `typed`, fast enough for every keystroke."""
        ...
