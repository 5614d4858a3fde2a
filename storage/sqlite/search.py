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
from numpy.typing import NDArray

from brain.memory.lexical import (
    K1,
    B,
    common_above,
    inverse_document_frequency,
    query_terms,
    telling_terms,
    terms,
)
from brain.memory.record import Vector
from brain.messages import Scope
from brain.ports import Ranking
from storage.sqlite.rows import IN_LIST, at_once, fetch_by_key, to_milliseconds, within

COARSE_FROM = 1_000
COARSE_POOL = 192
POOL_FACTOR = 4
"""A longer list than usual is picked from a larger pool."""
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
    rows = at_once(
        db,
        "memory, score",
        "(SELECT memory, 1.0 - vec_distance_cosine(vector, ?) AS score"
        f" FROM {alive} JOIN vectors USING (memory) WHERE length(vector) = ?"
        " ORDER BY score DESC LIMIT ?)",
        (vector.tobytes(), *arguments, vector.nbytes, limit),
    )
    return [(key, score) for key, score in rows]


def code(vector: Vector, centre: Vector) -> bytes:
    """The signs of a vector's components about the centre, one bit each."""
    return np.packbits(vector > centre).tobytes()


def recode(db: apsw.Connection, person: int) -> None:
    """Give a person who has grown past `COARSE_FROM` their centre and codes; else do nothing."""
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
    alive = db.execute("SELECT alive FROM people WHERE key = ?", (person,)).get
    words = _words(db, person, query_terms(text), alive)
    if not words:
        return []
    walked = at_once(
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
    # What is archived has its words in the index still.
    living = np.bincount(term[lengths[document] > 0], minlength=len(words))
    weights = np.array(
        [inverse_document_frequency(count, max(alive, count)) for count in living.tolist()]
    )
    among = seen[document]
    if not among.any():
        return []
    term, document, counts = term[among], document[among], counts[among]
    length = lengths[document]
    norm = K1 * (1.0 - B + B * length / length.mean())
    scores = np.bincount(document, weights=weights[term] * counts * (K1 + 1.0) / (counts + norm))
    found = np.unique(document)
    # Of equals the later one first.
    best = found[np.lexsort((-found, -scores[found]))[:limit]]
    return list(zip(documents[best].tolist(), scores[best].tolist(), strict=True))


def _living(
    db: apsw.Connection,
    person: int,
    scope: Scope,
    documents: NDArray[np.int64],
    *,
    now: int,
    span: Span | None,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """How many terms each has (0: it is archived), and whether it is to be seen."""
    condition, bound = _among(person, scope, span)
    rows = at_once(
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


def _words(db: apsw.Connection, person: int, words: Sequence[str], alive: int) -> list[str]:
    """The indexed terms worth searching, rarest first."""
    distinct = [f"{person}x{term}" for term in dict.fromkeys(words)]
    counts = dict(
        at_once(db, "term, doc", f"vocabulary WHERE term {IN_LIST}", (json.dumps(distinct),))
    )
    most = common_above(alive)
    # The archive counts there, too: perhaps what is common is so in there alone.
    archived = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM memories WHERE person = ?"
        " AND archived_at IS NOT NULL LIMIT ?)",
        (person, POSTINGS),
    ).get
    doubtful = [term for term, count in counts.items() if most < count <= most + archived]
    # One more than may be is enough to know, and what has too many to walk is not walked here.
    living = at_once(
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
    return chosen


def hydrate(db: apsw.Connection, found: Sequence[Sequence[tuple[int, float]]]) -> list[Ranking]:
    """Each list of keys and scores as records and scores; every record is read once."""
    memories = fetch_by_key(db, {key for ranking in found for key, _ in ranking})
    return [tuple((memories[key], score) for key, score in ranking) for ranking in found]
