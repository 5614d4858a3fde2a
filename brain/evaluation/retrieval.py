"""Asks the questions of people's lives when they come, by the companion's recall and by baselines.

Turns never fade and all count as recalled a moment ago, because only recall is measured: they are
pinned. (`brain.evaluation.forgetting` measures forgetting.)
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import structs

from brain.companion import Companion
from brain.evaluation.lives import Life, Question, RecordedTurn, to_memory
from brain.evaluation.plain_bm25 import PlainBM25
from brain.evaluation.sandbox import Sandbox
from brain.evaluation.scores import DEPTH, Outcome
from brain.ids import MemoryId
from brain.memory.ranking import shorten_query
from brain.memory.record import FOREVER, Memory, Vector
from brain.memory.retention import Curve
from brain.messages import Scope
from brain.transfer.adding import embedding_with
from brain.transfer.importing import BATCH

Progress = Callable[[int, int], None]
"""Called with the number of items done and the number of all items."""
Steps = Callable[[str, int, int], None]
"""Called with the step (`filling`, `asking`, `replaying`), the items done, and all items."""


class Method(StrEnum):
    """A way to retrieve memories."""

    PLAIN = "plain"
    """By BM25 as it is found everywhere (`brain.evaluation.plain_bm25`)."""
    BM25 = "bm25"
    """By the words alone that recall goes by."""
    DENSE = "dense"
    """By the similarity of embeddings alone."""
    FULL = "full"
    """By the recall of the companion."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question at the moment when it is asked.

    The store holds what the person said before, and the clock stands at that moment.
    """

    companion: Companion
    question: Question
    plain: PlainBM25
    """What the person said before, for `Method.PLAIN`."""

    async def find(self, method: Method) -> tuple[MemoryId, ...]:
        """Return the ids of the memories that a method finds, best first, `DEPTH` at most.

        Raises:
            EmbedderError: the embedder failed.
            StoreError: the store failed.
        """
        question, companion = self.question, self.companion
        without, scope = question.without, Scope.everything_of(question.person)
        if method is Method.FULL:
            recalled = await companion.recall(
                scope,
                question.text,
                limit=DEPTH,
                without=without,
                language=question.language,
                only_relevant=True,
            )
            return tuple(one.memory.id for one in recalled)
        query = shorten_query(question.text)
        if method is Method.PLAIN:
            ranked = self.plain.search(query, limit=DEPTH, without=without)
            return tuple(memory_id for memory_id, _ in ranked)
        vector = await companion.embedder.query(query) if method is Method.DENSE else None
        found = await companion.store.search(
            scope,
            text=query,
            vector=vector,
            now=question.asked_at,
            limit=DEPTH + len(without),
        )
        ranking = found.lexical if method is Method.BM25 else found.dense
        ids = (memory.id for memory, _ in ranking if memory.id not in without)
        return tuple(ids)[:DEPTH]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What each method found for one question."""

    question: Question
    found: Mapping[Method, tuple[MemoryId, ...]]
    """Ids of memories, best first, `DEPTH` at most."""

    def outcome(self, method: Method) -> Outcome:
        """Returns what one method found, to be scored."""
        return Outcome(self.question, self.found[method])


async def ask(
    sandbox: Sandbox, companion: Companion, lives: Sequence[Life], *, progress: Steps
) -> AsyncIterator[Asked]:
    """Stores the turns of each life in their order, and yields each question when it comes.

    All texts are embedded before, in batches.

    Args:
        sandbox: holds the clock, which is set to each question.
        companion: the companion that recalls, with an empty store.
        lives: the people.
        progress: called as turns are embedded and questions asked.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    embedded = await embed(companion, lives, progress=lambda *one: progress("filling", *one))
    total, asked = sum(len(life.questions) for life in lives), 0
    for life in lives:
        plain = PlainBM25()
        waiting: list[tuple[Memory, Vector | None]] = []
        for event in life.events:
            if isinstance(event, RecordedTurn):
                memory, vector = embedded[event.id]
                plain.add(memory.id, memory.content)
                lasting = structs.replace(
                    memory, pinned=True, fades_at=FOREVER, forgotten_at=FOREVER
                )
                waiting.append((lasting, vector))
                continue
            for start in range(0, len(waiting), BATCH):
                memories, vectors = zip(*waiting[start : start + BATCH], strict=True)
                await companion.store.add(memories, vectors)
            waiting.clear()
            sandbox.set_clock(event.asked_at)
            yield Asked(companion, event, plain)
            asked += 1
            progress("asking", asked, total)


async def embed(
    companion: Companion, lives: Sequence[Life], *, progress: Progress
) -> dict[MemoryId, tuple[Memory, Vector | None]]:
    """Return the memory of each turn on the companion's curve, and its vector, by id.

    Raises:
        EmbedderError: the embedder failed.
    """
    turns = [turn for life in lives for turn in life.turns]
    # Languages are detected, which takes longer than may be spent on the event loop.
    memories = await asyncio.to_thread(_memories, turns, companion.curve)
    vectors_of = embedding_with(companion.embedder)
    found: dict[MemoryId, tuple[Memory, Vector | None]] = {}
    for start in range(0, len(memories), BATCH):
        batch = memories[start : start + BATCH]
        pairs = zip(batch, await vectors_of(batch), strict=True)
        found.update((memory.id, (memory, vector)) for memory, vector in pairs)
        progress(len(found), len(memories))
    return found


def _memories(turns: Sequence[RecordedTurn], curve: Curve) -> list[Memory]:
    return [to_memory(turn, curve=curve) for turn in turns]
