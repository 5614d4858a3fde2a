"""Recall's two queries: nearest vectors, and BM25.

Nearest vectors. A person's vectors are compared exactly up to `COARSE_FROM` of them. From then on
a coarse pass over 48-byte codes (the sign of each component, after subtracting the person's mean
vector) picks `COARSE_POOL`, and only those are compared exactly. Subtracting the mean is what makes
the codes work: the embedder's vectors share one strong direction, and of the true ten nearest of
3,892 a pool of 256 holds 98.5 % with it, 69 % without; one of 128 holds 95 % (the seed's bank and
LoCoMo, multilingual-e5).
Measured against sqlite-vec's own `vec0` table at 10,000 vectors: 1.8 ms to 5.2; and `vec0` would
reserve a chunk of vectors for each person.

BM25. FTS5's own ranks with statistics over all people; what a word is worth to one person must not
hang on others, so it is computed here over that person's postings, and takes no longer.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import apsw
import numpy as np

from brain.memory.lexical import K1, B, inverse_document_frequency, query_terms, terms
from brain.memory.record import Vector
from brain.messages import Scope
from brain.ports import Ranking
from storage.sqlite.rows import IN_LIST, fetch_by_key, to_milliseconds, within

COARSE_FROM = 1_000
COARSE_POOL = 192
POOL_FACTOR = 4
"""A longer list than usual is picked from a larger pool."""
QUERY_TERMS = 24
"""The rarest terms of a query that are searched; a paste has thousands."""
POSTINGS = 1_000
"""Rarest terms first, as many as keep the postings to walk below this: the common ones that are
left out cost the most and tell the least."""


def indexed_terms(person: int, text: str) -> str:
    """A text as the full-text index keeps it: each term belongs to one person."""
    return " ".join(f"{person}x{term}" for term in terms(text))


@dataclass(frozen=True, slots=True)
class Span:
    """When it was said, in milliseconds: [start, end). None: always."""

    start: int
    end: int

    @classmethod
    def between(cls, start: datetime | None, end: datetime | None) -> "Span | None":
        """Open where a side is None."""
        if start is None and end is None:
            return None
        return cls(
            -(1 << 63) if start is None else to_milliseconds(start),
            (1 << 63) - 1 if end is None else to_milliseconds(end),
        )


def _among(person: int, scope: Scope, span: Span | None) -> tuple[str, tuple[str | int, ...]]:
    """The conditions on `recallable r` that narrow a search."""
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
    """Keys and cosine similarities, best first."""
    condition, bound = _among(person, scope, span)
    alive = f"recallable r WHERE r.person = ? AND r.fades_at > ?{condition}"
    arguments: tuple[object, ...] = (person, now, *bound)
    centre = db.execute("SELECT centre FROM people WHERE key = ?", (person,)).get
    # Of another length: somebody else has changed the embedder.
    if centre is not None and len(centre) == vector.nbytes:
        alive = (
            f"(SELECT r.memory FROM {alive} AND r.bits IS NOT NULL"
            " ORDER BY vec_distance_hamming(vec_bit(r.bits), vec_bit(?)) LIMIT ?)"
        )
        pool = max(COARSE_POOL, POOL_FACTOR * limit)
        arguments = (*arguments, code(vector, np.frombuffer(centre, np.float32)), pool)
    else:
        alive = f"(SELECT r.memory FROM {alive})"
    rows = db.execute(
        "SELECT memory, 1.0 - vec_distance_cosine(vector, ?) AS score"
        f" FROM {alive} JOIN vectors USING (memory) WHERE length(vector) = ?"
        " ORDER BY score DESC LIMIT ?",
        (vector.tobytes(), *arguments, vector.nbytes, limit),
    )
    return [(key, score) for key, score in rows]


def code(vector: Vector, centre: Vector) -> bytes:
    """The signs of a vector's components about the centre, one bit each."""
    return np.packbits(vector > centre).tobytes()


def recode(db: apsw.Connection, person: int) -> None:
    """Give a person who has grown past `COARSE_FROM` their centre and codes; else do nothing."""
    alive, centre = db.execute("SELECT alive, centre FROM people WHERE key = ?", (person,)).get
    if centre is not None or alive < COARSE_FROM:
        return
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
) -> list[tuple[int, float]]:
    """Keys and BM25 scores, best first."""
    documents = db.execute("SELECT alive FROM people WHERE key = ?", (person,)).get
    weights = _weights(db, person, query_terms(text), documents)
    if not weights:
        return []
    condition, bound = _among(person, scope, span)
    rows = db.execute(
        "WITH hits AS MATERIALIZED (SELECT found.doc, found.weight, found.count, r.words FROM"
        " (SELECT p.doc, w.value AS weight, count(*) AS count FROM json_each(?) w"
        " CROSS JOIN postings p ON p.term = w.key GROUP BY w.key, p.doc) found"
        " CROSS JOIN recallable r ON r.person = ? AND r.memory = found.doc"
        f" WHERE r.fades_at > ?{condition}),"
        " average AS (SELECT avg(words) AS words FROM hits)"
        " SELECT hits.doc, sum(weight * count * (? + 1.0)"
        " / (count + ? * (1.0 - ? + ? * hits.words / average.words))) AS score"
        " FROM hits, average GROUP BY hits.doc ORDER BY score DESC, hits.doc DESC LIMIT ?",
        (json.dumps(weights), person, now, *bound, K1, K1, B, B, limit),
    )
    return [(key, score) for key, score in rows]


def _weights(
    db: apsw.Connection, person: int, words: Sequence[str], documents: int
) -> dict[str, float]:
    """The indexed terms worth searching, with their weights for this person."""
    distinct = [f"{person}x{term}" for term in dict.fromkeys(words)]
    counted: list[tuple[Any, ...]] = db.execute(
        f"SELECT term, doc FROM vocabulary WHERE term {IN_LIST}", (json.dumps(distinct),)
    ).fetchall()
    counted.sort(key=lambda pair: pair[1])
    weights: dict[str, float] = {}
    walked = 0
    for term, count in counted[:QUERY_TERMS]:
        walked += count
        if weights and walked > POSTINGS:
            break
        weights[term] = inverse_document_frequency(count, max(documents, count))
    return weights


def hydrate(db: apsw.Connection, found: Sequence[Sequence[tuple[int, float]]]) -> list[Ranking]:
    """Each list of keys and scores as records and scores; every record is read once."""
    memories = fetch_by_key(db, {key for ranking in found for key, _ in ranking})
    return [tuple((memories[key], score) for key, score in ranking) for ranking in found]
