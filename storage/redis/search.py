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
from functools import lru_cache
from typing import Any

from redisvl.query import FilterQuery, VectorQuery

from brain.memory.lexical import inverse_document_frequency, telling_terms
from brain.memory.record import Memory
from brain.messages import Scope
from storage.redis.connection import Command
from storage.redis.keys import Keys, Until, digest
from storage.redis.rows import READ, Value, order_of, readable
from storage.redis.schema import Precision
from storage.redis.scoring import scores

DOCUMENTS = "#"
"""Among a person's counts: their living memories that recall searches."""
RESCORED = 48
"""The least candidates that are scored anew: enough that the best few are the person's own best,
whatever everybody else talks about."""

_DISTANCE = "vector_distance"
_CODES = "codes"
_WORDED = [b"record", b"state", _CODES.encode()]
_NEAREST = [_DISTANCE.encode(), b"record", b"state"]
"""What comes with a document that nobody damaged: it is read without a dictionary."""
_FILTER = "FILTER"
"""Stands in a query that redisvl built once for what each recall puts there."""


Found = tuple[bytes, bytes | None, bytes | None, bytes | None]
"""Key, record, state, and the distance or the codes; None: somebody took that field away."""


def within(
    scope: Scope, *, now: int, said_from: int | None = None, said_until: int | None = None
) -> str:
    """What has not faded in that scope: `Scope.sees` as a filter. The span is [from, until).

    Made of digests and numbers alone: no id can change what it means.
    """
    until = Until.after(digest(scope.person), now)
    among = f"{visible(scope)} @until:[{until.first} {until.last}]"
    if said_from is None and said_until is None:
        return among
    first = "-inf" if said_from is None else said_from
    last = "+inf" if said_until is None else said_until - 1
    return f"{among} @said:[{first} {last}]"


def visible(scope: Scope) -> str:
    """What is alive in that scope."""
    own = f"@who:{{{digest(scope.person)}}}"
    if scope.place is None:
        return own
    return f"{own} @place:{{{digest(scope.place)}}} @private:{{0}}"


def dense(
    index: str,
    among: str,
    *,
    vector: bytes,
    precision: Precision,
    limit: int,
    timeout_ms: int,
) -> Command:
    """The command that finds the nearest."""
    before, after, options = _nearest(precision, limit, timeout_ms)
    query = f"{before}{among}{after}"
    return ("FT.SEARCH", index, query, *options, "PARAMS", 2, "vector", vector)


def lexical(
    index: str, among: str, *, terms: Sequence[str], limit: int, timeout_ms: int
) -> Command:
    """The command that finds the candidates by words: terms (`is_term`), and at least one."""
    before, after, options = _worded(max(limit, RESCORED), timeout_ms)
    return ("FT.SEARCH", index, f"{before}{among} @words:({'|'.join(terms)}){after}", *options)


@lru_cache
def _nearest(precision: Precision, limit: int, timeout_ms: int) -> tuple[str, str, list[Value]]:
    query = VectorQuery(
        vector=b"",
        vector_field_name="vector",
        return_fields=list(READ),
        filter_expression=_FILTER,
        dtype=precision,
        num_results=limit,
    )
    return _split(query.timeout(timeout_ms).get_args())


@lru_cache
def _worded(limit: int, timeout_ms: int) -> tuple[str, str, list[Value]]:
    query = FilterQuery(_FILTER, return_fields=[*READ, _CODES], num_results=limit)
    return _split(query.scorer("BM25STD").verbatim().timeout(timeout_ms).get_args())


def _split(arguments: Sequence[Any]) -> tuple[str, str, list[Value]]:
    query, *options = arguments
    before, _, after = query.partition(_FILTER)
    return before, after, options


def parse(answer: Sequence[Any]) -> list[Found]:
    """The documents of an answer to FT.SEARCH, in its order."""
    found = []
    for key, pairs in zip(answer[1::2], answer[2::2], strict=True):
        # None: it went while the engine was answering.
        names = pairs[::2] if pairs else []
        if names == _WORDED:
            found.append((key, pairs[1], pairs[3], pairs[5]))
        elif names == _NEAREST:
            found.append((key, pairs[3], pairs[5], pairs[1]))
        else:
            fields = dict(zip(names, pairs[1::2], strict=True)) if pairs else {}
            beside = fields.get(_NEAREST[0], fields.get(_WORDED[2]))
            found.append((key, fields.get(_WORDED[0]), fields.get(_WORDED[1]), beside))
    return found


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
        [[total, known, *counts]] = answers
        length, documents = int(total or 0), int(known or 0)
        counted = {term: int(count or 0) for term, count in zip(terms, counts, strict=True)}
        weights = {
            term: inverse_document_frequency(counted[term], max(documents, counted[term]))
            for term in telling_terms(counted, documents=documents)
        }
        return cls(weights, length / max(1, documents) or 1.0)


def statistics(keys: Keys, person_digest: str, terms: Sequence[str]) -> tuple[Command]:
    """The command that reads the counts of those terms, for the person with that digest."""
    return (("HMGET", keys.terms(person_digest), "*", DOCUMENTS, *terms),)


def rescored(
    found: Sequence[Found], personal: Statistics, *, limit: int
) -> list[tuple[Found, float]]:
    """The best of the candidates by the person's own statistics; of equals the latest first."""
    scored = scores(
        personal.weights,
        [codes or b"" for _, _, _, codes in found],
        average_length=personal.average_length,
    ).tolist()
    best = [pair for pair in zip(scored, found, strict=True) if pair[0] > 0.0]
    best.sort(key=lambda pair: (pair[0], order_of(pair[1][2] or b"")), reverse=True)
    return [(each, score) for score, each in best[:limit]]


def similarity(found: Found) -> float:
    """The cosine, of a distance."""
    return 1.0 - float(found[3] or 1.0)


class Reader:
    """Reads each document once, however many lists it stands in."""

    def __init__(self, *, without: Sequence[bytes] = ()) -> None:
        """`without`: ids of what is gone, though it still stands in the index."""
        self._read: dict[bytes, Memory | None] = {}
        self._without = {memory.decode() for memory in without}

    def memories(self, ranking: Sequence[tuple[Found, float]]) -> tuple[tuple[Memory, float], ...]:
        """The records of a list, damaged ones passed over."""
        read = []
        for (key, record, state, _), score in ranking:
            memory = self.memory(key, record, state)
            if memory is not None and memory.id not in self._without:
                read.append((memory, score))
        return tuple(read)

    def memory(self, key: bytes, record: bytes | None, state: bytes | None) -> Memory | None:
        """One record; None: it is damaged."""
        known = self._read
        if key not in known:
            known[key] = readable(key, record, state)
        return known[key]
