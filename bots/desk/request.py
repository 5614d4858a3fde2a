"""Defines what the handlers of the desk are given for one command or tap."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bots.conversation.access import Access
from bots.conversation.communities import Communities
from bots.conversation.notices import Notices
from bots.desk.button_codec import KEPT_S, ButtonCodec, Verb
from bots.desk.person_corrections import PersonCorrections
from bots.desk.person_memories import PersonMemories
from bots.screens import Button, Caller, Emphasis, Screen
from bots.settings.root import Settings
from brain.companion import Companion
from brain.ports import MemoryStore
from brain.texts import ago, as_told, at_time, on_day, say


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskContext:
    """The parts that the desk works with, the same for every request."""

    companion: Companion
    codec: ButtonCodec
    access: Access
    communities: Communities
    notices: Notices
    settings: Settings
    persona: Callable[[str], str]
    """Returns the persona in a language."""
    reload: Callable[[], None] | None
    """Reads the persona again from its files, and raises BadSettings; None: it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One command or tap, with shortcuts for texts, buttons and memories of the caller."""

    context: DeskContext
    caller: Caller
    """The caller, with the person that the account belongs to."""

    @property
    def is_owner(self) -> bool:
        """Whether the caller runs this installation."""
        return self.context.access.is_owner(self.caller)

    @property
    def store(self) -> MemoryStore:
        """The store of the memories."""
        return self.context.companion.store

    @property
    def now(self) -> datetime:
        """The time now, in UTC."""
        return self.context.companion.clock.now()

    @property
    def person_memories(self) -> PersonMemories:
        """The memories that the caller may see in this place."""
        companion = self.context.companion
        return PersonMemories(
            store=companion.store,
            scope=self.caller.scope,
            clock=companion.clock,
            curve=companion.curve,
        )

    @property
    def corrections(self) -> PersonCorrections:
        """The corrections that the caller may make in this place."""
        return PersonCorrections(
            person_memories=self.person_memories, correcting=self.context.companion.correcting
        )

    def say(self, key: str, /, **values: str | float) -> str:
        """Return a text of the catalogue in the caller's language."""
        return say(self.caller.language, key, **values)

    def screen(self, key: str, /, **values: str | float) -> Screen:
        """Return a screen with a text of the catalogue and no buttons."""
        return Screen(text=self.say(key, **values))

    def as_told(self, text: str, replaced_at: datetime | None) -> str:
        """Return the text of a memory, marked if the person said otherwise since then."""
        return as_told(self.caller.language, text, replaced_at, self.caller.person.zone)

    def day(self, moment: datetime) -> str:
        """Return the date of a moment in the person's time zone."""
        return on_day(self.caller.language, moment, self.caller.person.zone)

    def time(self, moment: datetime) -> str:
        """Return the date and time of a moment in the person's time zone."""
        return at_time(self.caller.language, moment, self.caller.person.zone)

    def ago(self, moment: datetime) -> str:
        """Return how long ago or ahead a moment is, such as “3 days ago”."""
        return ago(self.caller.language, moment, self.now, self.caller.person.zone)

    async def button(
        self,
        label: str,
        verb: Verb,
        *values: str,
        emphasis: Emphasis = Emphasis.PLAIN,
        kept_s: float = KEPT_S,
    ) -> Button:
        """Return a button. Raises StoreError.

        Args:
            label: the text on the button, not its key in the catalogue.
            verb: what the button does.
            values: the arguments of the verb.
            emphasis: how prominent the button looks.
            kept_s: seconds that it works if its meaning does not fit into the action.
        """
        action = await self.context.codec.encode(self.caller, verb, *values, kept_s=kept_s)
        return Button(label, action, emphasis)
