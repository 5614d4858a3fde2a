"""One turn: recall, compose, generate, remember, reinforce.

    begin      the message is durable before anything else is tried
    recall     dense and lexical, within the scope; without vectors when the embedder fails
    compose    within the model's budget
    generate   streamed to whoever holds the turn
    finish     reply, vector and reinforcement in one atomic write

An answer that fails or is cut off is not finished: the message stays, with its vector, and nothing
half-written does. A process that dies in between leaves a message
without a vector, which `upkeep` mends.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from brain.errors import AlreadyAnswered, EmbedderError, PromptTooLong
from brain.language import detect
from brain.memory.creation import new_memory
from brain.memory.recall import Recalled, fuse, gist
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Incoming, Person, Place, Scope, clean, printable
from brain.ports import Clock, Due, Embedder, Generator, MemoryStore
from brain.prompt import Prompt, Setting, compose
from brain.texts import DEFAULT_LANGUAGE
from brain.turn_order import TurnOrder

log = logging.getLogger(__name__)

CANDIDATES = 32
"""How many of each list recall fuses: enough that a memory second in both beats a first in one."""
BATCH = 500
"""Memories per step of upkeep: some milliseconds of lock each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a companion converses; all of it can be set."""

    recall_count: int = 6
    """The most memories that a reply is given."""
    recent_turns: int = 8
    """The most turns of the conversation at hand (the paper's demo: 7)."""
    recent_hours: float = 6.0
    """How long a conversation lasts: what was said before then comes back by recall, or not."""
    message_characters: int = 32_768
    """The longest message that is taken."""


class Turn:
    """A turn under way: iterate over it to hear the reply, piece by piece."""

    def __init__(
        self,
        *,
        begun: Memory,
        generator: Generator,
        arrange: Callable[[int], Prompt],
    ) -> None:
        """`arrange` composes the prompt for a budget of tokens."""
        self.begun = begun
        self.reply = ""
        self.complete = False
        """True once the model said its last word: until then, leaving the turn drops the reply."""
        self._generator = generator
        self._arrange = arrange
        self._budget = generator.context_tokens - generator.reply_tokens
        self.prompt = arrange(self._budget)

    @property
    def given(self) -> tuple[Recalled, ...]:
        """The memories that the reply is given, best first."""
        return self.prompt.given

    async def __aiter__(self) -> AsyncIterator[str]:
        """The pieces. Raises GeneratorError."""
        for is_last in (False, False, True):
            try:
                async with aclosing(self._generator.stream(self.prompt.messages)) as pieces:
                    async for piece in pieces:
                        self.reply += piece
                        yield piece
            except PromptTooLong:
                # The estimate was too low for this model's tokens, or its context is smaller
                # than was set: less memory is better than no answer.
                if self.reply or is_last:
                    raise
                self._budget //= 2
                self.prompt = self._arrange(self._budget)
            else:
                self.complete = True
                return


class Companion:
    """The brain: one for a whole process, shared by its platforms."""

    def __init__(
        self,
        *,
        store: MemoryStore,
        embedder: Embedder,
        generator: Generator,
        clock: Clock,
        curve: Curve,
        persona: Callable[[str], str],
        habits: Habits | None = None,
    ) -> None:
        """Take the parts; whoever made them closes them.

        Args:
            store: see `brain.ports`, like the next three.
            embedder: of the vectors that are in the store.
            generator: who answers.
            clock: the time of every turn.
            curve: the constants of forgetting.
            persona: gives the persona's text in a language.
            habits: None for the defaults.
        """
        self.store = store
        self.embedder = embedder
        self.generator = generator
        self.clock = clock
        self.curve = curve
        self.habits = habits or Habits()
        self._persona = persona
        self._order = TurnOrder()
        self._finishing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def turn(self, incoming: Incoming) -> AsyncIterator[Turn]:
        """Hold a turn of the conversation: `async with ... as turn: async for piece in turn`.

        Leaving the block writes what was said. Turns of one person in one place wait for each
        other; everything else runs side by side.

        Raises:
            BadInput: nothing was kept.
            GeneratorError: from the iteration; the message is kept.
            StoreError: from entering (nothing was kept) or leaving.
        """
        text = clean(incoming.text, limit=self.habits.message_characters)
        scope = Scope.of(incoming.person, incoming.place)
        async with self._order.turn_of((incoming.person.id, incoming.place.id)):
            person = await self._know(incoming.person)
            recent = await self._recent(scope, incoming.place)
            begun = await self._begin(incoming, person, text, recent)
            turn: Turn | None = None
            try:
                turn = await self._prepare(scope, person, begun, recent)
                yield turn
            finally:
                reply, given = "", list[str]()
                if turn is not None and turn.complete and (reply := printable(turn.reply)):
                    given = [recalled.memory.id for recalled in turn.given]
                await self._protected(
                    self._finish(scope, replace(begun, reply=reply or None), given)
                )

    async def recall(
        self, scope: Scope, text: str, *, limit: int, without: Collection[str] = ()
    ) -> tuple[Recalled, ...]:
        """What comes to mind at that text, best first: for a turn and for a search alike."""
        query = gist(text)
        vector: Vector | None = None
        try:
            vector = await self.embedder.query(query)
        except EmbedderError:
            log.warning("The embedder failed; recall goes by words alone.")
        now = self.clock.now()
        found = await self.store.search(scope, text=query, vector=vector, now=now, limit=CANDIDATES)
        return fuse(found.dense, found.lexical, now=now, limit=limit, without=without)

    async def upkeep(self) -> Due:
        """Forget what is due and mend interrupted turns, in bounded batches.

        Safe to run at any time and in any number of processes.
        """
        archived = erased = 0
        while True:
            due = await self.store.forget_due(now=self.clock.now(), curve=self.curve, limit=BATCH)
            archived, erased = archived + due.archived, erased + due.erased
            if max(due.archived, due.erased) < BATCH:
                break
        while batch := await self.store.unembedded(limit=BATCH):
            for scope, memory_id in batch:
                for memory in await self.store.get(scope, [memory_id]):
                    [vector] = await self.embedder.passages([memory.content])
                    await self.store.embed(scope, memory_id, vector)
        return Due(archived, erased)

    async def drain(self) -> None:
        """Wait until every turn that was cut off is written. Call before closing the store."""
        while self._finishing:
            await asyncio.gather(*self._finishing, return_exceptions=True)

    async def _recent(self, scope: Scope, place: Place) -> tuple[Memory, ...]:
        since = self.clock.now() - timedelta(hours=self.habits.recent_hours)
        turns = await self.store.recent(scope, place.id, limit=self.habits.recent_turns)
        return tuple(turn for turn in turns if turn.said_at >= since)

    async def _know(self, person: Person) -> Person:
        known = await self.store.person(person.id)
        met = person
        if known:
            # A language chosen once stays chosen; a name is as the platform gives it now.
            met = replace(
                person,
                name=person.name or known.name,
                language=person.language or known.language,
            )
        if met != known:
            await self.store.save_person(met)
        return met

    async def _begin(
        self, incoming: Incoming, person: Person, text: str, recent: Sequence[Memory]
    ) -> Memory:
        fallback = recent[-1].language if recent else DEFAULT_LANGUAGE
        said_at = incoming.said_at or self.clock.now()
        begun = new_memory(
            # The same message is the same turn, whoever delivers it twice.
            id=uuid5(NAMESPACE_URL, f"{incoming.place.id}/{person.id}/{incoming.id}").hex,
            person=person,
            place=incoming.place,
            kind=Kind.TURN,
            text=text,
            said_at=said_at,
            language=person.language or detect(text, fallback=fallback),
            curve=self.curve,
        )
        scope = Scope.of(person, incoming.place)
        if not await self.store.begin(scope, begun):
            [known] = await self.store.get(scope, [begun.id]) or [begun]
            if known.reply is not None:
                raise AlreadyAnswered
        return begun

    async def _prepare(
        self, scope: Scope, person: Person, begun: Memory, recent: Sequence[Memory]
    ) -> Turn:
        recent = [turn for turn in recent if turn.id != begun.id]
        recalled = await self.recall(
            scope,
            begun.text,
            limit=self.habits.recall_count,
            without={begun.id, *(turn.id for turn in recent)},
        )
        setting = Setting(
            persona=self._persona(begun.language),
            name=person.name,
            language=begun.language,
            now=self.clock.now(),
            zone=person.zone,
        )

        def arrange(budget: int) -> Prompt:
            return compose(
                setting,
                begun.text,
                recalled=recalled,
                recent=recent,
                budget=budget,
                count=self.generator.count_tokens,
            )

        return Turn(begun=begun, generator=self.generator, arrange=arrange)

    async def _finish(self, scope: Scope, turn: Memory, given: Sequence[str]) -> None:
        vector: Vector | None = None
        try:
            [vector] = await self.embedder.passages([turn.content])
        except EmbedderError:
            log.warning("The embedder failed; upkeep will embed this turn later.")
        if turn.reply is not None:
            await self.store.finish(
                scope,
                turn.id,
                reply=turn.reply,
                vector=vector,
                recalled=given,
                now=self.clock.now(),
                curve=self.curve,
            )
        elif vector is not None:
            # The turn stays open: should the message come again, it can still be answered.
            await self.store.embed(scope, turn.id, vector)

    async def _protected(self, work: Coroutine[None, None, None]) -> None:
        # Ctrl-C cancels the task that holds the turn; what was said is written all the same.
        task = asyncio.ensure_future(work)
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)
        await asyncio.shield(task)
