"""Retrieves memories for a benchmark's questions, by the companion's recall and by baselines."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from brain.companion import Companion
from brain.evaluation.cases import DEPTH, Case, Outcome, Question
from brain.memory.ranking import shorten_query
from brain.messages import Scope

Progress = Callable[[int, int], None]
"""Called with the number of items done and the number of all items."""


class Method(StrEnum):
    """A way to retrieve memories."""

    BM25 = "bm25"
    """By words alone."""
    DENSE = "dense"
    """By the similarity of embeddings alone."""
    FULL = "full"
    """By the recall of the companion."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What each method found for one question."""

    case: Case
    question: Question
    found: Mapping[Method, tuple[str, ...]]
    """Ids of memories, best first, `DEPTH` at most."""

    def outcome(self, method: Method) -> Outcome:
        """Returns what one method found, to be scored."""
        return Outcome(self.question, self.found[method])


async def ask(
    companion: Companion, case: Case, methods: Sequence[Method]
) -> AsyncIterator[Retrieval]:
    """Asks each question about one person, in order, by each of the methods.

    Args:
        companion: the companion that recalls; its clock must stand at `case.now`.
        case: the person and the questions.
        methods: the methods to compare.

    Raises:
        EmbedderError: the embedder failed.
        StoreError: the store failed.
    """
    scope = Scope.everything_of(case.person.id)
    for question in case.questions:
        found = {
            method: await _found(companion, case, scope, question, method) for method in methods
        }
        yield Retrieval(case, question, found)


async def _found(
    companion: Companion, case: Case, scope: Scope, question: Question, method: Method
) -> tuple[str, ...]:
    if method is Method.FULL:
        recalled = await companion.recall(scope, question.text, limit=DEPTH, zone=case.person.zone)
        return tuple(one.memory.id for one in recalled)
    query = shorten_query(question.text)
    vector = await companion.embedder.query(query) if method is Method.DENSE else None
    found = await companion.store.search(
        scope, text=query, vector=vector, now=case.now, limit=DEPTH
    )
    ranking = found.lexical if method is Method.BM25 else found.dense
    return tuple(memory.id for memory, _ in ranking)
