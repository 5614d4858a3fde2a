"""The two queries of recall: nearest vectors, and BM25.

Nearest vectors: up to `COARSE_FROM` vectors of a person are compared exactly. From then on a coarse
pass over 48-byte codes (the sign of each component, after subtracting the person's mean vector)
picks `COARSE_POOL` of them, and only those are compared exactly. The codes need the subtraction,
because the embedder's vectors share one strong direction: of the true ten nearest of 3,892, a pool
of 256 holds 98.5 % with it and 69 % without; a pool of 128 holds 95 % (the seed's bank and LoCoMo,
multilingual-e5). At 10,000 vectors a search takes 1.8 ms, and 5.2 ms with sqlite-vec's own `vec0`
table, which would also reserve a chunk of vectors for each person.

BM25: FTS5's own ranks with statistics over all people. The weight of a person's word must not
depend on other people, so it is computed here over that person's postings, which takes no longer.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apsw
import numpy as np
from numpy.typing import NDArray

from brain.memory.bm25 import (
    common_above,
    ideal_score,
    inverse_document_frequency,
    saturated_frequencies,
    telling_terms,
)
from brain.memory.lexical import query_terms, terms
from brain.memory.record import Vector
from brain.messages import Scope
from brain.ports import Ranking
from storage.conversions import to_milliseconds
from storage.sqlite.rows import IN_LIST, fetch_by_key, fetch_rows, within

COARSE_FROM = 1_000
"""The number of a person's vectors from which on they have codes."""
COARSE_POOL = 192
"""How many vectors the coarse pass picks at least."""
POOL_FACTOR = 4
"""How many vectors the coarse pass picks for each result, if that is more."""
POSTINGS = 1_000
"""The most postings that a search reads. Terms are taken from the rarest on until there are so
many; the common ones that are left out take the longest and tell the least."""


def indexed_terms(person: int, text: str) -> str:
    """Return the terms of a text for the full-text index, each prefixed with the person's key."""
    return " ".join(f"{person}x{term}" for term in terms(text))


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time in milliseconds since 1970, [start, end)."""

    start: int
    end: int

    @classmethod
    def between(cls, start: datetime | None, end: datetime | None) -> "Span | None":
        """Return the span between two times; None stands for no limit, and twice for no span."""
        if start is None and end is None:
            return None
        return cls(
            -(1 << 63) if start is None else to_milliseconds(start),
            (1 << 63) - 1 if end is None else to_milliseconds(end),
        )


def _among(person: int, scope: Scope, span: Span | None) -> tuple[str, tuple[str | int, ...]]:
    """Return the conditions on `recallable r` that restrict a search to a scope and a span."""
    condition, bound = within(scope, "r")
    if span is None:
        return condition, bound
    # An index holds all of these columns: only the rows of the span are read.
    said = "SELECT key FROM memories WHERE person = ? AND said_at >= ? AND said_at < ?"
    return f"{condition} AND r.memory IN ({said})", (*bound, person, span.start, span.end)


def dense(
    db: apsw.Connection,
    person: int,
    scope: Scope,
    *,
    vector: Vector,
    now: int,
    limit: int,
    span: Span | None = None,
) -> list[tuple[int, float]]:
    """Return the keys of the nearest memories with their cosines, best first.

    Args:
        db: the connection.
        person: the key of the person.
        scope: what may be seen.
        vector: what to search for.
        now: milliseconds since 1970; memories that have faded then are left out.
        limit: the most memories.
        span: only memories said in this span; None for all.
    """
    condition, bound = _among(person, scope, span)
    alive = f"recallable r WHERE r.person = ? AND r.fades_at > ?{condition}"
    arguments: tuple[object, ...] = (person, now, *bound)
    centre = db.execute("SELECT centre FROM people WHERE key = ?", (person,)).get
    # Another length means that another process has replaced the embedder.
    if centre is not None and len(centre) == vector.nbytes:
        alive = (
            f"(SELECT r.memory FROM {alive} AND r.bits IS NOT NULL"
            " ORDER BY vec_distance_hamming(vec_bit(r.bits), vec_bit(?)) LIMIT ?)"
        )
        pool = max(COARSE_POOL, POOL_FACTOR * limit)
        arguments = (*arguments, code(vector, np.frombuffer(centre, np.float32)), pool)
    else:
        alive = f"(SELECT r.memory FROM {alive})"
    rows = fetch_rows(
        db,
        "memory, score",
        "(SELECT memory, 1.0 - vec_distance_cosine(vector, ?) AS score"
        f" FROM {alive} JOIN vectors USING (memory) WHERE length(vector) = ?"
        " ORDER BY score DESC LIMIT ?)",
        (vector.tobytes(), *arguments, vector.nbytes, limit),
    )
    return [(key, score) for key, score in rows]


def code(vector: Vector, centre: Vector) -> bytes:
    """Return the signs of a vector's components after subtracting the centre, one bit each."""
    return np.packbits(vector > centre).tobytes()


def write_codes(db: apsw.Connection, person: int) -> None:
    """Write the centre and the codes of a person who has `COARSE_FROM` vectors or more."""
    rows: list[tuple[Any, ...]] = db.execute(
        "SELECT r.memory, v.vector FROM recallable r JOIN vectors v USING (memory)"
        " WHERE r.person = ?",
        (person,),
    ).fetchall()
    if len(rows) < COARSE_FROM:
        return
    vectors = [np.frombuffer(blob, np.float32) for _, blob in rows]
    mean: Vector = np.mean(vectors, axis=0, dtype=np.float32)
    db.execute("UPDATE people SET centre = ? WHERE key = ?", (mean.tobytes(), person))
    db.executemany(
        "UPDATE recallable SET bits = ? WHERE person = ? AND memory = ?",
        ((code(vector, mean), person, key) for (key, _), vector in zip(rows, vectors, strict=True)),
    )


def lexical(
    db: apsw.Connection,
    person: int,
    scope: Scope,
    *,
    text: str,
    now: int,
    limit: int,
    span: Span | None = None,
) -> tuple[list[tuple[int, float]], float]:
    """Return the keys of the best memories by words with their BM25 scores, best first.

    The second result is `Candidates.ideal`.

    Args:
        db: the connection.
        person: the key of the person.
        scope: what may be seen.
        text: what to search for.
        now: milliseconds since 1970; memories that have faded then are left out.
        limit: the most memories.
        span: only memories said in this span; None for all.
    """
    alive = db.execute("SELECT alive FROM people WHERE key = ?", (person,)).get
    words, absent = _words(db, person, query_terms(text), alive)
    if not words:
        return [], 0.0
    walked = fetch_rows(
        db,
        "(SELECT group_concat(doc, ' ') FROM postings WHERE term = w.value)",
        "json_each(?) w",
        (json.dumps(words),),
    )
    places = " ".join(found for (found,) in walked)
    documents, document = np.unique(np.fromstring(places, np.int64, sep=" "), return_inverse=True)
    term = np.repeat(np.arange(len(walked)), [found.count(" ") + 1 for (found,) in walked])
    pairs, counts = np.unique(term * len(documents) + document, return_counts=True)
    term, document = np.divmod(pairs, len(documents))
    lengths, seen = _living(db, person, scope, documents, now=now, span=span)
    # Archived memories are still in the full-text index, and must not count.
    living = np.bincount(term[lengths[document] > 0], minlength=len(words))
    weights = np.array(
        [inverse_document_frequency(count, max(alive, count)) for count in living.tolist()]
    )
    among = seen[document]
    if not among.any():
        return [], 0.0
    term, document, counts = term[among], document[among], counts[among]
    length = lengths[document]
    frequencies = saturated_frequencies(counts, length, average_length=float(length.mean()))
    scores = np.bincount(document, weights=weights[term] * frequencies)
    found = np.unique(document)
    # Equal scores are ordered by key, later first.
    best = found[np.lexsort((-found, -scores[found]))[:limit]]
    ideal = ideal_score(weights.tolist(), absent=absent, documents=alive)
    return list(zip(documents[best].tolist(), scores[best].tolist(), strict=True)), ideal


def _living(
    db: apsw.Connection,
    person: int,
    scope: Scope,
    documents: NDArray[np.int64],
    *,
    now: int,
    span: Span | None,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the number of terms of each document, and whether the search may return it.

    Archived documents have 0 terms. Both arrays have the shape (documents,).
    """
    condition, bound = _among(person, scope, span)
    rows = fetch_rows(
        db,
        f"r.memory, r.words, r.fades_at > ?{condition}",
        f"recallable r WHERE r.person = ? AND r.memory {IN_LIST} AND r.words > 0",
        (now, *bound, person, json.dumps(documents.tolist())),
    )
    lengths, seen = np.zeros(len(documents), np.int64), np.zeros(len(documents), np.bool_)
    if rows:
        keys, words, visible = np.array(rows, np.int64).T
        at = np.searchsorted(documents, keys)
        lengths[at], seen[at] = words, visible
    return lengths, seen


def _words(
    db: apsw.Connection, person: int, words: Sequence[str], alive: int
) -> tuple[list[str], int]:
    """Return the indexed terms that are worth searching for, rarest first.

    The second result is the number of terms that are in no memory.
    """
    distinct = [f"{person}x{term}" for term in dict.fromkeys(words)]
    counts = dict(
        fetch_rows(db, "term, doc", f"vocabulary WHERE term {IN_LIST}", (json.dumps(distinct),))
    )
    most = common_above(alive)
    # The index counts archived memories, too: a term may be common among these alone.
    archived = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM memories WHERE person = ?"
        " AND archived_at IS NOT NULL LIMIT ?)",
        (person, POSTINGS),
    ).get
    doubtful = [term for term, count in counts.items() if most < count <= most + archived]
    # Counting stops once a term is known to be common, or to have too many postings.
    living = fetch_rows(
        db,
        "w.value, (SELECT count(*) FROM (SELECT DISTINCT p.doc FROM postings p"
        " CROSS JOIN recallable r ON r.person = ? AND r.memory = p.doc"
        " WHERE p.term = w.value LIMIT ?))",
        "json_each(?) w",
        (person, min(most + 1, POSTINGS), json.dumps(doubtful)),
    )
    chosen: list[str] = []
    walked = 0
    for term in telling_terms({**counts, **dict(living)}, documents=alive):
        walked += counts[term]
        if chosen and walked > POSTINGS:
            break
        chosen.append(term)
    return chosen, len(distinct) - len(counts)


def to_memories(db: apsw.Connection, found: Sequence[Sequence[tuple[int, float]]]) -> list[Ranking]:
    """Turn lists of keys and scores into memories and scores; each memory is read once."""
    memories = fetch_by_key(db, {key for ranking in found for key, _ in ranking})
    return [tuple((memories[key], score) for key, score in ranking) for ranking in found]
