"""A companion over a real store, with a model that writes down what it is given."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from brain.clock import ManualClock
from brain.companion import Companion
from brain.ids import MessageId
from brain.memory.record import Kind, Memory
from brain.memory.retention import COMPANION
from brain.messages import ChatMessage, Incoming, Person, Place, Scope
from brain.ports import Form, MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.doubles import Diarist, HashEmbedder
from tests.factories import ANNA, ANNAS_DM, NOON
from tests.pauses import Pauses
from tests.redis_server import emptied, shared_url

Mood = str | Exception | Callable[[], Awaitable[None]]


class Moody(Diarist):
    """Meets some requests in a way of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: dict[str, Mood] = {}
        """By what stands in a request: said or raised in place of an answer, or awaited before."""

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        mood = self._mood(messages)
        if isinstance(mood, str):
            self.asked.append(tuple(messages))
            self.summaries += 1
            yield mood
            return
        await self._endure(mood)
        async for piece in super().stream(messages):
            yield piece

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        await self._endure(self._mood(messages))
        return await super().fill(messages, form)

    async def _endure(self, mood: Mood | None) -> None:
        if isinstance(mood, Exception):
            self.summaries += 1
            raise mood
        if callable(mood):
            await mood()

    def _mood(self, messages: Sequence[ChatMessage]) -> Mood | None:
        said = "\n".join(message.content for message in messages)
        return next((mood for mark, mood in self.moods.items() if mark in said), None)


class World:
    """One companion and the people who talk to it."""

    def __init__(self, companion: Companion, clock: ManualClock, model: Moody) -> None:
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
        incoming = Incoming(
            id=MessageId(id or f"message-{self._said}"), person=person, place=place, text=text
        )
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
    async with _living(store, clock) as world:
        yield world


@asynccontextmanager
async def open_redis_world() -> AsyncIterator[tuple[World, str]]:
    """A world whose memories are in Redis, and the prefix of its keys there."""
    prefix = f"world-{uuid4().hex}"
    store = await RedisStore.open(shared_url(), prefix=prefix)
    try:
        async with _living(store, ManualClock(NOON)) as world:
            yield world, prefix
    finally:
        await emptied(shared_url(), prefix)


@asynccontextmanager
async def _living(store: MemoryStore, clock: ManualClock) -> AsyncIterator[World]:
    embedder = HashEmbedder()
    await store.check_embedder(
        curve=COMPANION, embedder=embedder.name, dimensions=embedder.dimensions
    )
    model = Moody()
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
