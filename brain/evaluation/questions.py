"""Asking a bank's questions through the recall that the companion itself uses."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from brain.companion import Companion
from brain.evaluation.cases import DEPTH, Case, Outcome, Question
from brain.memory.ranking import gist
from brain.memory.record import Memory
from brain.messages import Scope

BATCH = 64
"""Memories that are embedded and kept in one go."""

Progress = Callable[[int, int], None]
"""Called with how much is done and how much there is."""


class Method(StrEnum):
    """How memories are found."""

    BM25 = "bm25"
    """By words alone."""
    DENSE = "dense"
    """By meaning alone."""
    FULL = "full"
    """As the companion does."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, and what each method found for it."""

    case: Case
    question: Question
    found: Mapping[Method, tuple[str, ...]]

    def outcome(self, method: Method) -> Outcome:
        """Of one of the methods."""
        return Outcome(self.question, self.found[method])


async def keep(companion: Companion, memories: Sequence[Memory], *, progress: Progress) -> None:
    """Put memories into the store, with their vectors. Raises EmbedderError, StoreError."""
    for start in range(0, len(memories), BATCH):
        batch = memories[start : start + BATCH]
        vectors = await companion.embedder.passages([memory.content for memory in batch])
        await companion.store.add(batch, vectors)
        progress(start + len(batch), len(memories))


async def ask(
    companion: Companion, case: Case, methods: Sequence[Method]
) -> AsyncIterator[Answered]:
    """Each question of one person, in order. The companion's clock must stand at `case.now`."""
    scope = Scope.everything_of(case.person.id)
    for question in case.questions:
        found = {
            method: await _found(companion, case, scope, question, method) for method in methods
        }
        yield Answered(case, question, found)


async def _found(
    companion: Companion, case: Case, scope: Scope, question: Question, method: Method
) -> tuple[str, ...]:
    if method is Method.FULL:
        recalled = await companion.recall(scope, question.text, limit=DEPTH, zone=case.person.zone)
        return tuple(one.memory.id for one in recalled)
    query = gist(question.text)
    vector = await companion.embedder.query(query) if method is Method.DENSE else None
    found = await companion.store.search(
        scope, text=query, vector=vector, now=case.now, limit=DEPTH
    )
    ranking = found.lexical if method is Method.BM25 else found.dense
    return tuple(memory.id for memory, _ in ranking)
