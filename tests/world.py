"""A companion over a real store, with a model that writes down what it is given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from brain.clock import ManualClock
from brain.companion import Companion
from brain.memory.record import Kind, Memory
from brain.memory.retention import COMPANION
from brain.messages import Incoming, Person, Place, Scope
from storage.sqlite.store import SqliteStore
from tests.doubles import Diarist, HashEmbedder
from tests.factories import ANNA, ANNAS_DM, NOON
from tests.pauses import Pauses


class World:
    """One companion and the people who talk to it."""

    def __init__(self, companion: Companion, clock: ManualClock, model: Diarist) -> None:
        self.companion = companion
        self.store = companion.store
        self.clock = clock
        self.model = model
        self._said = 0

    async def say(
        self,
        text: str,
        *,
        person: Person = ANNA,
        place: Place = ANNAS_DM,
        id: str = "",  # noqa: A002
    ) -> Memory:
        """A whole turn; gives it as it was kept."""
        self._said += 1
        incoming = Incoming(id=id or f"message-{self._said}", person=person, place=place, text=text)
        async with self.companion.turn(incoming) as turn:
            async for _ in turn:
                pass
        [kept] = await self.store.get(Scope.of(person, place), [turn.begun.id])
        return kept

    async def every_note(self, scope: Scope) -> tuple[Memory, ...]:
        """What was derived, newest first."""
        page = await self.store.page(scope, limit=500, kinds=set(Kind) - {Kind.TURN})
        return page.memories

    async def notes(self, scope: Scope, *kinds: Kind) -> dict[tuple[Kind, str], Memory]:
        """What was derived, by kind and period; of facts, by their text."""
        page = await self.store.page(scope, limit=500, kinds=kinds or set(Kind) - {Kind.TURN})
        return {
            (note.kind, note.text if note.kind is Kind.FACT else note.period): note
            for note in page.memories
        }


@asynccontextmanager
async def open_world(file: Path) -> AsyncIterator[World]:
    """A world whose memories are in that file."""
    clock = ManualClock(NOON)
    store = await SqliteStore.open(file, clock=clock)
    embedder = HashEmbedder()
    await store.settle(curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions)
    model = Diarist()
    companion = Companion(
        store=store,
        embedder=embedder,
        generator=model,
        clock=clock,
        curve=COMPANION,
        persona=lambda _: "You are kind.",
        pause=Pauses(),
    )
    try:
        yield World(companion, clock, model)
    finally:
        await companion.drain()
        await store.close()
