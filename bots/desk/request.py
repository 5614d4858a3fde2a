"""One command or tap, as the handlers of the desk are given it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bots.conversation.access import Access
from bots.conversation.communities import Communities
from bots.desk.buttons import ButtonCodec, Verb
from bots.desk.shelf import Shelf
from bots.screens import Button, Caller, Emphasis, Screen
from bots.settings.root import Settings
from brain.companion import Companion
from brain.ports import MemoryStore
from brain.texts import ago, at_time, on_day, say


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskContext:
    """What the desk works with, the same for every request."""

    companion: Companion
    codec: ButtonCodec
    access: Access
    communities: Communities
    settings: Settings
    persona: Callable[[str], str]
    """In force, by language."""
    reload: Callable[[], None] | None
    """Reads the persona anew; raises BadSettings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One command or tap: who it is from, what they may see there, and texts in their language."""

    context: DeskContext
    caller: Caller
    """As the person whose account it is."""
    account: str
    """As the platform names it."""

    @property
    def is_owner(self) -> bool:
        """Whether they run this installation."""
        return self.context.access.is_owner(self.caller, self.account)

    @property
    def store(self) -> MemoryStore:
        """The memories."""
        return self.context.companion.store

    @property
    def now(self) -> datetime:
        """UTC."""
        return self.context.companion.clock.now()

    @property
    def shelf(self) -> Shelf:
        """What they may see here."""
        companion = self.context.companion
        return Shelf(
            store=companion.store,
            scope=self.caller.scope,
            clock=companion.clock,
            curve=companion.curve,
        )

    def say(self, key: str, /, **values: str | float) -> str:
        """A text in their language."""
        return say(self.caller.language, key, **values)

    def screen(self, key: str, /, **values: str | float) -> Screen:
        """A text alone."""
        return Screen(text=self.say(key, **values))

    def day(self, moment: datetime) -> str:
        """The date in their zone."""
        return on_day(self.caller.language, moment, self.caller.person.zone)

    def time(self, moment: datetime) -> str:
        """Date and time in their zone."""
        return at_time(self.caller.language, moment, self.caller.person.zone)

    def ago(self, moment: datetime) -> str:
        """How far off."""
        return ago(self.caller.language, moment, self.now, self.caller.person.zone)

    async def button(
        self, label: str, verb: Verb, *values: str, emphasis: Emphasis = Emphasis.PLAIN
    ) -> Button:
        """Something to press; `label` is the text itself. Raises StoreError."""
        action = await self.context.codec.encode(self.caller, self.account, verb, *values)
        return Button(label, action, emphasis)
