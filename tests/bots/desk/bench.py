"""The services on a real store, with doubles for the models, and a delivery that keeps it all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bots.conversation.access import Access
from bots.conversation.answering import CompanionMessageHandler
from bots.conversation.communities import Communities
from bots.conversation.notices import Notices
from bots.desk.button_codec import ButtonCodec
from bots.desk.dispatch import FrontDesk
from bots.desk.request import DeskContext
from bots.screens import Caller, Screen
from bots.settings.platforms import AccessSettings
from bots.settings.root import Settings
from brain.clock import ManualClock
from brain.companion import Companion
from brain.ids import MessageId, PersonId
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
from brain.messages import Incoming, Person, Place, Scope
from brain.ports import MemoryStore
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, ScriptedGenerator
from tests.factories import ANNA, ANNAS_DM, NOON


@dataclass
class RecordedDelivery:
    """Fulfils `bots.conversation.ports.Delivery`."""

    drafts: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    typing: int = 0
    typed: int = 0
    broken: Exception | None = None
    """Raised in place of delivering."""

    @asynccontextmanager
    async def thinking(self) -> AsyncIterator[None]:
        self.typing += 1
        self.typed += 1
        try:
            yield
        finally:
            self.typing -= 1

    def draft(self, text: str) -> None:
        self.drafts.append(text)

    async def finish(self, text: str) -> None:
        if self.broken is not None:
            raise self.broken
        self.finished.append(text)

    async def remark(self, text: str) -> None:
        self.remarks.append(text)


class Bench:
    """The parts in reach."""

    def __init__(self, store: MemoryStore, **access: object) -> None:
        self.store = store
        self.clock = ManualClock(NOON)
        self.embedder = HashEmbedder()
        self.generator = ScriptedGenerator()
        self.settings = Settings(access=AccessSettings.model_validate(access))
        self.reloads = 0
        self._numbers = iter(range(10**6))
        self.start()

    def start(self) -> None:
        """As a new process would, over the same store."""
        self.companion = Companion(
            store=self.store,
            embedder=self.embedder,
            generator=self.generator,
            clock=self.clock,
            curve=COMPANION,
            persona=lambda language: f"A friend ({language}).",
        )
        self.access = Access(store=self.store, settings=self.settings.access, clock=self.clock)
        self.notices = Notices(self.store.values)
        self.communities = Communities(self.store.values, self.settings, clock=self.clock)
        self.desk = FrontDesk(
            DeskContext(
                communities=self.communities,
                notices=self.notices,
                companion=self.companion,
                codec=ButtonCodec(self.store),
                access=self.access,
                settings=self.settings,
                persona=lambda language: f"A friend ({language}).",
                reload=self._reload,
            )
        )
        self.message_handler = CompanionMessageHandler(
            self.companion, access=self.access, communities=self.communities
        )

    def speaks(self, generator: ScriptedGenerator) -> None:
        """With that model from now on."""
        self.generator = generator
        self.start()

    def says(self, *scripts: Sequence[str | Exception]) -> None:
        self.generator = ScriptedGenerator(*scripts)
        self.start()

    def _reload(self) -> None:
        self.reloads += 1

    def incoming(
        self, text: str, *, person: Person = ANNA, place: Place = ANNAS_DM, name: str | None = None
    ) -> Incoming:
        name = name or str(next(self._numbers))
        return Incoming(
            id=MessageId(name), person=person, place=place, text=text, said_at=self.clock.now()
        )

    async def say(
        self,
        text: str,
        *,
        person: Person = ANNA,
        place: Place = ANNAS_DM,
        name: str | None = None,
        told: RecordedDelivery | None = None,
        by: Caller | None = None,
    ) -> RecordedDelivery:
        told = told or RecordedDelivery()
        incoming = self.incoming(text, person=person, place=place, name=name)
        by = by or caller(person, place)
        if await self.message_handler.admit(by, told, waiting=0):
            await self.message_handler.answer(by, incoming, told)
        return told

    async def memories(self, person: str = ANNA.id) -> list[Memory]:
        scope = Scope.everything_of(PersonId(person))
        return [*(await self.store.page(scope, limit=500)).memories]

    async def command(
        self, name: str, *, person: Person = ANNA, place: Place = ANNAS_DM, **options: str
    ) -> Screen:
        return await self.desk.command(caller(person, place), name, options)

    async def press(
        self, screen: Screen, label: str, *, person: Person = ANNA, place: Place = ANNAS_DM
    ) -> Screen:
        return await self.desk.press(caller(person, place), action(screen, label))


def caller(person: Person = ANNA, place: Place = ANNAS_DM, *, language: str = "en") -> Caller:
    community = None if place.private else "discord:guild:1"
    return Caller(
        account=person.id, person=person, place=place, language=language, community=community
    )


def action(screen: Screen, label: str) -> str:
    """Of the button with that label."""
    return next(button.action for row in screen.rows for button in row if button.label == label)


def actions(screen: Screen) -> list[str]:
    return [button.action for row in screen.rows for button in row]


@asynccontextmanager
async def open_bench(
    path: Path, *, opened: MemoryStore | None = None, **access: object
) -> AsyncIterator[Bench]:
    """Opens a bench over a SQLite file in the folder, or over a store that is opened already."""
    store = opened or await SqliteStore.open(path / "memories.db")
    await store.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    bench = Bench(store, **access)
    try:
        yield bench
        await bench.companion.drain()
    finally:
        if opened is None:
            await store.close()
