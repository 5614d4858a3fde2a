"""A companion with a real store and a scripted model, for tests of whole turns and jobs."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from brain.clock import ManualClock
from brain.companion import Companion
from brain.ids import MessageId
from brain.memory.record import Kind, Memory
from brain.memory.retention import COMPANION
from brain.messages import ChatMessage, Incoming, Part, Person, Place, Scope
from brain.ports import Form, MemoryStore
from storage.redis.store import RedisStore
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder, NotesGenerator
from tests.factories import ANNA, ANNAS_DM, NOON
from tests.pauses import Pauses
from tests.redis_server import emptied, shared_url

Reaction = str | Exception | Callable[[], Awaitable[None]]


class ReactingGenerator(NotesGenerator):
    """A generator that reacts to some requests in a way that the test defines."""

    def __init__(self) -> None:
        super().__init__()
        self.reactions: dict[str, Reaction] = {}
        """By a text in the request: an answer, an error to raise, or a function to await first."""

    async def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        reaction = self._reaction(messages)
        if isinstance(reaction, str):
            self.asked.append(tuple(messages))
            self.summaries += 1
            yield reaction
            return
        await self._react(reaction)
        async for piece in super().stream(messages):
            yield piece

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        await self._react(self._reaction(messages))
        return await super().fill(messages, form)

    async def _react(self, reaction: Reaction | None) -> None:
        if isinstance(reaction, Exception):
            self.summaries += 1
            raise reaction
        if callable(reaction):
            await reaction()

    def _reaction(self, messages: Sequence[ChatMessage]) -> Reaction | None:
        said = "\n".join(message.content for message in messages)
        return next((reaction for mark, reaction in self.reactions.items() if mark in said), None)


class World:
    """A companion, with methods to talk to it and to look at its memories."""

    def __init__(self, companion: Companion, clock: ManualClock, model: ReactingGenerator) -> None:
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
        parts: Sequence[Part] = (),
    ) -> Memory:
        """Runs a whole turn, and returns it as the store keeps it."""
        self._said += 1
        incoming = Incoming(
            id=MessageId(id or f"message-{self._said}"),
            person=person,
            place=place,
            text=text,
            parts=tuple(parts),
        )
        async with self.companion.turn(incoming) as turn:
            async for _ in turn:
                pass
        [kept] = await self.store.get(Scope.of(person, place), [turn.begun.id])
        return kept

    async def every_note(self, scope: Scope) -> tuple[Memory, ...]:
        """Returns all memories of a scope but turns, newest first."""
        page = await self.store.page(scope, limit=500, kinds=set(Kind) - {Kind.TURN})
        return page.memories

    async def notes(self, scope: Scope, *kinds: Kind) -> dict[tuple[Kind, str], Memory]:
        """Returns the notes and facts of a scope by kind and period; facts by kind and text."""
        page = await self.store.page(scope, limit=500, kinds=kinds or set(Kind) - {Kind.TURN})
        return {
            (note.kind, note.text if note.kind is Kind.FACT else note.period): note
            for note in page.memories
        }


@asynccontextmanager
async def open_world(file: Path) -> AsyncIterator[World]:
    """Opens a world whose memories are in a SQLite file."""
    clock = ManualClock(NOON)
    store = await SqliteStore.open(file, clock=clock)
    async with _living(store, clock) as world:
        yield world


@asynccontextmanager
async def open_redis_world() -> AsyncIterator[tuple[World, str]]:
    """Opens a world whose memories are in Redis, and gives it with the prefix of its keys."""
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
    model = ReactingGenerator()
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
