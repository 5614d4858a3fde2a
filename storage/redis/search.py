"""The two queries of recall, nearest vectors and BM25, in one round trip.

Nearest vectors are exact: the filter picks the person's own memories, and only those are compared,
so that the time depends on that person alone. How to filter is left to the query engine, which
compares one by one for small shares of the index, and in blocks for large ones.

BM25: the query engine ranks with statistics over all people. The weight of a person's word must not
depend on other people, so the engine's best candidates are scored again with that person's own
counts, which the scripts maintain and which come in the same round trip. Only for a text with more
than `QUERY_TERMS` different terms are the counts read first, to search by the rarest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from redisvl.query import FilterQuery, VectorQuery

from brain.memory.bm25 import ideal_score, inverse_document_frequency, telling_terms
from brain.memory.record import Memory
from brain.messages import Scope
from storage.conversions import digest
from storage.redis.connection import Command
from storage.redis.keys import Keys, Until
from storage.redis.rows import READ, Value, order_of, readable
from storage.redis.schema import Precision
from storage.redis.scoring import scores

DOCUMENTS = "#"
"""The name, among a person's counts, of the number of living memories that recall searches."""
TOTALS = ("*", "+")
"""The names, among a person's counts, of the numbers of terms of their messages and replies."""
RESCORED = 48
"""The fewest candidates that are scored again: enough that they include the person's own best,
whatever other people talk about."""

_DISTANCE = "vector_distance"
_CODES = "codes"
_WORDED = [b"record", b"state", _CODES.encode()]
_NEAREST = [_DISTANCE.encode(), b"record", b"state"]
"""The fields of a document that is not damaged, which is read without building a dictionary."""
_FILTER = "FILTER"
"""The placeholder for the filter in a query that redisvl builds once."""


Found = tuple[bytes, bytes | None, bytes | None, bytes | None]
"""The key, record and state of a document, and its distance or codes; None for a missing field."""


def within(
    scope: Scope, *, now: int, said_from: int | None = None, said_until: int | None = None
) -> str:
    """Return the filter for memories of a scope that have not faded.

    It consists of digests and numbers alone, so that no id can change its meaning.

    Args:
        scope: the person, and what may be seen of them.
        now: milliseconds since 1970; memories that have faded then are left out.
        said_from: memories said before (milliseconds) are left out.
        said_until: memories said then or later (milliseconds) are left out.
    """
    until = Until.after(digest(scope.person), now)
    among = f"{visible(scope)} @until:[{until.first} {until.last}]"
    if said_from is None and said_until is None:
        return among
    first = "-inf" if said_from is None else said_from
    last = "+inf" if said_until is None else said_until - 1
    return f"{among} @said:[{first} {last}]"


def visible(scope: Scope) -> str:
    """Return the filter for living memories of a scope: `Scope.sees` as a query."""
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
    """Return the command that finds the nearest vectors."""
    before, after, options = _nearest(precision, limit, timeout_ms)
    query = f"{before}{among}{after}"
    return ("FT.SEARCH", index, query, *options, "PARAMS", 2, "vector", vector)


def lexical(
    index: str, among: str, *, terms: Sequence[str], limit: int, timeout_ms: int
) -> Command:
    """Return the command that finds candidates by one or more terms (`is_term`)."""
    before, after, options = _worded(max(limit, RESCORED), timeout_ms)
    # Of alternatives within a filter, the engine scores only the first that a memory has. So these
    # only filter, and each term is optional besides.
    scored = " ".join(f"~@words:{term}" for term in terms)
    query = f"{among} (@words:({'|'.join(terms)}))=>{{$weight:0}} {scored}"
    return ("FT.SEARCH", index, f"{before}{query}{after}", *options)


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
    """Return the documents of an answer to FT.SEARCH, in its order."""
    found = []
    for key, pairs in zip(answer[1::2], answer[2::2], strict=True):
        # A document that was deleted while the engine was answering has None for its fields.
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
    """The weights of a person's terms, which depend on that person's memories alone."""

    weights: Mapping[str, float]
    """The terms worth searching for with their inverse document frequencies, rarest first."""
    average_lengths: tuple[float, float]
    """The average lengths of messages and replies of the person's living memories, in terms."""
    ideal: float
    """The score of an ideal memory (`Candidates.ideal`)."""

    @classmethod
    def of(cls, terms: Sequence[str], answers: Sequence[Any]) -> "Statistics":
        """Compute them from the answer to the command of `statistics`."""
        [counts] = answers
        messages, replies, documents, *containing = (int(count or 0) for count in counts)
        counted = dict(zip(terms, containing, strict=True))
        weights = {
            term: inverse_document_frequency(counted[term], max(documents, counted[term]))
            for term in telling_terms(counted)
        }
        absent = sum(not count for count in counted.values())
        ideal = ideal_score(weights.values(), absent=absent, documents=documents)
        among = max(1, documents)
        return cls(weights, (messages / among, replies / among), ideal)


def statistics(keys: Keys, person_digest: str, terms: Sequence[str]) -> tuple[Command]:
    """Return the command that reads the counts of terms for the person of this digest."""
    return (("HMGET", keys.terms(person_digest), *TOTALS, DOCUMENTS, *terms),)


def rescored(
    found: Sequence[Found], personal: Statistics, *, limit: int
) -> list[tuple[Found, float]]:
    """Return the best candidates by the person's own statistics; of equals the latest first."""
    scored = scores(
        personal.weights,
        [codes or b"" for _, _, _, codes in found],
        average_lengths=personal.average_lengths,
    ).tolist()
    best = [pair for pair in zip(scored, found, strict=True) if pair[0] > 0.0]
    best.sort(key=lambda pair: (pair[0], order_of(pair[1][2] or b"")), reverse=True)
    return [(each, score) for score, each in best[:limit]]


def similarity(found: Found) -> float:
    """Return the cosine of a document found by vector."""
    return 1.0 - float(found[3] or 1.0)


class Reader:
    """Decodes each document once, however many lists it is in."""

    def __init__(self, *, without: Sequence[bytes] = ()) -> None:
        """Leave out memories of the ids `without`, which are hidden but still in the index."""
        self._read: dict[bytes, Memory | None] = {}
        self._without = {memory.decode() for memory in without}

    def memories(self, ranking: Sequence[tuple[Found, float]]) -> tuple[tuple[Memory, float], ...]:
        """Return the memories of a list with their scores, without damaged ones."""
        read = []
        for (key, record, state, _), score in ranking:
            memory = self.memory(key, record, state)
            if memory is not None and memory.id not in self._without:
                read.append((memory, score))
        return tuple(read)

    def memory(self, key: bytes, record: bytes | None, state: bytes | None) -> Memory | None:
        """Return the memory of a document; None where it is damaged."""
        known = self._read
        if key not in known:
            known[key] = readable(key, record, state)
        return known[key]
