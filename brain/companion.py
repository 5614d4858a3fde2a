"""One turn: recall, compose, generate, remember, reinforce.

    begin      the message is durable before anything else is tried
    recall     dense and lexical, within the scope; without vectors when the embedder fails
    compose    within the model's budget
    generate   streamed to whoever holds the turn
    finish     reply, vector and reinforcement in one atomic write

An answer that fails or is cut off is not finished: the message stays, with its vector, and nothing
half-written does. A process that dies in between leaves a message without a vector, which `upkeep`
mends. While the store is away, turns are answered without memory and written later: see
`brain.outage`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager

from brain.errors import EmbedderError, StoreUnavailable
from brain.habits import Habits
from brain.lease import Pause
from brain.ledger import Ledger, Opening
from brain.memory.recall import Recalled, fuse, gist
from brain.memory.record import Vector
from brain.memory.retention import Curve
from brain.messages import Incoming, Scope, clean
from brain.ports import Clock, Due, Embedder, Generator, MemoryStore
from brain.prompt import Prompt, Setting, compose
from brain.turn import Turn
from brain.turn_order import TurnOrder

log = logging.getLogger(__name__)

CANDIDATES = 32
"""How many of each list recall fuses: enough that a memory second in both beats a first in one."""
BATCH = 500
"""Memories per step of upkeep: some milliseconds of lock each."""


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
        pause: Pause = asyncio.sleep,
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
            pause: what is waited with for other processes, and for a store that is away.
        """
        self.store = store
        self.embedder = embedder
        self.generator = generator
        self.clock = clock
        self.curve = curve
        self.habits = habits or Habits()
        self._persona = persona
        self._order = TurnOrder()
        self._ledger = Ledger(store=store, embedder=embedder, clock=clock, curve=curve, pause=pause)
        self._finishing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def turn(self, incoming: Incoming) -> AsyncIterator[Turn]:
        """Hold a turn of the conversation: `async with ... as turn: async for piece in turn`.

        Leaving the block writes what was said. Turns of one person in one place wait for each
        other, in other processes too; everything else runs side by side.

        Raises:
            BadInput: nothing was kept.
            GeneratorError: from the iteration; the message is kept.
            StoreError: from entering (nothing was kept) or leaving; StoreUnavailable only as the
                habits say, or when too many turns wait for the store already.
        """
        text = clean(incoming.text, limit=self.habits.message_characters)
        async with self._order.turn_of((incoming.person.id, incoming.place.id)):
            opening = await self._ledger.open(incoming, text, self.habits)
            turn: Turn | None = None
            try:
                turn = await self._prepare(opening)
                yield turn
            finally:
                outcome = self._ledger.outcome(opening, turn)
                await self._protected(self._ledger.close(opening, outcome))

    async def recall(
        self, scope: Scope, text: str, *, limit: int, without: Collection[str] = ()
    ) -> tuple[Recalled, ...]:
        """What comes to mind at that text, best first: for a turn and for a search alike."""
        query = gist(text)
        vector = await self._vector(query)
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
        await self._mend()
        return Due(archived, erased)

    async def drain(self) -> int:
        """Wait until every turn that was cut off is written. Call before closing the store.

        Gives the number of turns that are lost, because the store stayed away.
        """
        while self._finishing:
            await asyncio.gather(*self._finishing, return_exceptions=True)
        return await self._ledger.drain()

    async def _mend(self) -> None:
        """Embed what has no vector; one that cannot be embedded does not keep back the others."""
        refused: set[str] = set()
        while len(refused) < BATCH:
            waiting = await self.store.unembedded(limit=BATCH + len(refused))
            batch = [(scope, memory) for scope, memory in waiting if memory not in refused]
            if not batch:
                break
            for scope, memory_id in batch:
                try:
                    for memory in await self.store.get(scope, [memory_id]):
                        [vector] = await self.embedder.passages([memory.content])
                        await self.store.embed(scope, memory_id, vector)
                except EmbedderError:
                    refused.add(memory_id)
        if refused:
            log.warning("Memories that the embedder refused: %d", len(refused))

    async def _vector(self, query: str) -> Vector | None:
        try:
            return await self.embedder.query(query)
        except EmbedderError:
            log.warning("The embedder failed; recall goes by words alone.")
            return None

    async def _prepare(self, opening: Opening) -> Turn:
        begun, recent = opening.begun, opening.recent
        recalled: tuple[Recalled, ...] = ()
        without_memory = opening.lease is None
        if not without_memory:
            try:
                recalled = await self.recall(
                    opening.scope,
                    begun.text,
                    limit=opening.habits.recall_count,
                    without={begun.id, *(turn.id for turn in recent)},
                )
            except StoreUnavailable as error:
                self._ledger.endure(error, opening.habits)
                without_memory = True
        setting = Setting(
            persona=self._persona(begun.language),
            name=opening.person.name,
            language=begun.language,
            now=self.clock.now(),
            zone=opening.person.zone,
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

        return Turn(
            begun=begun,
            generator=self.generator,
            arrange=arrange,
            without_memory=without_memory,
        )

    async def _protected(self, work: Coroutine[None, None, None]) -> None:
        # Ctrl-C cancels the task that holds the turn; what was said is written all the same.
        task = asyncio.ensure_future(work)
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)
        await asyncio.shield(task)
