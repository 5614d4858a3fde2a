"""Recall's two queries: nearest vectors, and BM25; one round trip for both.

Nearest vectors are exact: the filter picks the person's own memories, and only those are compared,
so the cost grows with that person and not with everybody. The engine's own choice of how to filter
is left alone: for small shares of the index it compares one by one, for large ones in blocks.

BM25. The engine ranks with statistics over all people; what a word is worth to one person must not
hang on others, so its best candidates are scored anew with that person's own counts (`terms`,
which the scripts keep). They come in the same round trip. Only a text with more than `QUERY_TERMS`
different terms asks for the counts first, to search by its rarest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redisvl.query import FilterQuery, VectorQuery
from redisvl.query.filter import FilterExpression, Num, Tag, Text

from brain.memory.lexical import bm25, inverse_document_frequency
from brain.memory.record import Memory
from brain.messages import Scope
from storage.redis.connection import Command
from storage.redis.keys import Keys, Until, digest
from storage.redis.rows import READ, order_of, readable
from storage.redis.schema import Precision

QUERY_TERMS = 24
"""The rarest terms of a query that are searched; a paste has thousands."""
COMMON_SHARE = 0.2
"""A term in more of a person's memories than this tells little."""
COMMON_FLOOR = 20
RESCORED = 48
"""The least candidates that are scored anew: enough that the best few are the person's own best,
whatever everybody else talks about."""

_DISTANCE = b"vector_distance"

Found = tuple[bytes, Mapping[bytes, bytes]]
"""A key and the fields that came with it."""


def within(scope: Scope, *, now: int) -> FilterExpression:
    """What has not faded in that scope: `Scope.sees` as a filter."""
    person = digest(scope.person)
    until = Until.after(person, now)
    return visible(scope) & Num("until").between(until.first, until.last)


def visible(scope: Scope) -> FilterExpression:
    """What is alive in that scope."""
    own = Tag("who") == digest(scope.person)
    if scope.place is None:
        return own
    return own & (Tag("place") == digest(scope.place)) & (Tag("private") == "0")


def dense(
    index: str,
    among: FilterExpression,
    *,
    vector: bytes,
    precision: Precision,
    limit: int,
    timeout_ms: int,
) -> Command:
    """The command that finds the nearest."""
    query = VectorQuery(
        vector=vector,
        vector_field_name="vector",
        return_fields=list(READ),
        filter_expression=among,
        dtype=precision,
        num_results=limit,
    ).timeout(timeout_ms)
    return ("FT.SEARCH", index, *query.get_args(), "PARAMS", 2, "vector", vector)


def lexical(
    index: str, among: FilterExpression, *, terms: Sequence[str], limit: int, timeout_ms: int
) -> Command:
    """The command that finds the candidates by words."""
    # Letters and digits only, by `brain.memory.lexical.terms`; nothing else may reach a query.
    plain = "|".join(term for term in terms if term.isalnum())
    query = (
        FilterQuery(
            among & (Text("words") % plain),
            return_fields=[*READ, "words"],
            num_results=max(limit, RESCORED),
        )
        .scorer("BM25STD")
        .verbatim()
        .timeout(timeout_ms)
    )
    return ("FT.SEARCH", index, *query.get_args())


def parse(answer: Sequence[Any]) -> list[Found]:
    """The documents of an answer to FT.SEARCH, in its order."""
    return [
        (key, dict(zip(pairs[::2], pairs[1::2], strict=True)) if pairs else {})
        for key, pairs in zip(answer[1::2], answer[2::2], strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a person's words are worth, whoever else is there."""

    weights: Mapping[str, float]
    """The terms worth searching, rarest first."""
    average_length: float
    """Of their living memories, in terms."""

    @classmethod
    def of(cls, terms: Sequence[str], answers: Sequence[Any]) -> "Statistics":
        """From what `statistics` asked for."""
        [length, *counts], documents = answers
        counted = [(term, int(count)) for term, count in zip(terms, counts, strict=True) if count]
        counted.sort(key=lambda pair: pair[1])
        ceiling = max(COMMON_FLOOR, COMMON_SHARE * documents)
        # Where every word is common, the least common ones must do.
        telling = [pair for pair in counted if pair[1] <= ceiling] or counted[:2]
        weights = {
            term: inverse_document_frequency(count, max(documents, count))
            for term, count in telling[:QUERY_TERMS]
        }
        return cls(weights, int(length or 0) / max(1, documents) or 1.0)


def statistics(keys: Keys, person: str, terms: Sequence[str]) -> tuple[Command, Command]:
    """The commands that read the counts of those terms, for the person with that digest."""
    return ("HMGET", keys.terms(person), "*", *terms), ("ZCARD", keys.said(person))


def rescored(
    found: Sequence[Found], personal: Statistics, *, limit: int
) -> list[tuple[Found, float]]:
    """The best of the candidates by the person's own statistics."""
    scored = []
    for each in found:
        words = (each[1].get(b"words") or b"").decode().split()
        score = bm25(personal.weights, words, average_length=personal.average_length)
        if score > 0.0:
            scored.append((each, score))
    scored.sort(key=lambda pair: (-pair[1], -_order(pair[0])))
    return scored[:limit]


def similarity(found: Found) -> float:
    """The cosine, of a distance."""
    return 1.0 - float(found[1].get(_DISTANCE) or 1.0)


class Reader:
    """Reads each document once, however many lists it stands in."""

    def __init__(self) -> None:
        self._read: dict[bytes, Memory | None] = {}

    def memories(self, ranking: Sequence[tuple[Found, float]]) -> tuple[tuple[Memory, float], ...]:
        """The records of a list, damaged ones passed over."""
        read = ((self._memory(found), score) for found, score in ranking)
        return tuple((memory, score) for memory, score in read if memory is not None)

    def _memory(self, found: Found) -> Memory | None:
        key, fields = found
        if key not in self._read:
            self._read[key] = readable(
                key, fields.get(b"record"), fields.get(b"reply"), fields.get(b"state")
            )
        return self._read[key]


def _order(found: Found) -> int:
    try:
        return order_of(found[1].get(b"state") or b"0")
    except ValueError:
        return 0
