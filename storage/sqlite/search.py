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
    POSTINGS,
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


def indexed_terms(person: int, text: str, reply: str | None) -> tuple[str, str]:
    """Return a memory's terms as the full-text index has them: of the message, and of the reply.

    Each is prefixed with the person's key.
    """
    message, answer = (
        " ".join(f"{person}x{term}" for term in terms(each)) for each in (text, reply or "")
    )
    return message, answer


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
    words, absent = _words(db, person, query_terms(text))
    if not words:
        return [], 0.0
    alive, message_terms, reply_terms = db.execute(
        "SELECT alive, words, reply_words FROM people WHERE key = ?", (person,)
    ).get
    # The places in replies are negative.
    walked = fetch_rows(
        db,
        "(SELECT group_concat(iif(col = 'reply', -doc, doc), ' ') FROM postings"
        " WHERE term = w.value)",
        "json_each(?) w",
        (json.dumps(words),),
    )
    places = " ".join(found for (found,) in walked)
    place = np.fromstring(places, np.int64, sep=" ")
    documents, document = np.unique(np.abs(place), return_inverse=True)
    term = np.repeat(np.arange(len(walked)), [found.count(" ") + 1 for (found,) in walked])
    pairs, pair = np.unique(term * len(documents) + document, return_inverse=True)
    term, document = np.divmod(pairs, len(documents))
    counts = [np.bincount(pair[chosen], minlength=len(pairs)) for chosen in (place > 0, place < 0)]
    lengths, is_living, seen = _living(db, person, scope, documents, now=now, span=span)
    # Archived memories are still in the full-text index, and must not count.
    living = np.bincount(term[is_living[document]], minlength=len(words))
    weights = np.array(
        [inverse_document_frequency(count, max(alive, count)) for count in living.tolist()]
    )
    among = seen[document]
    if not among.any():
        return [], 0.0
    term, document = term[among], document[among]
    frequencies = saturated_frequencies(
        [count[among] for count in counts],
        lengths[:, document],
        average_lengths=(message_terms / alive, reply_terms / alive),
    )
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
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return lengths of documents, whether they are living, and whether the search may return them.

    Returns:
        The numbers of terms of the messages and of the replies, with the shape (2, documents), and
        two arrays of the shape (documents,).
    """
    condition, bound = _among(person, scope, span)
    rows = fetch_rows(
        db,
        f"r.memory, ifnull(r.words, 0), r.reply_words, r.fades_at > ?{condition}",
        f"recallable r WHERE r.person = ? AND r.memory {IN_LIST}",
        (now, *bound, person, json.dumps(documents.tolist())),
    )
    lengths = np.zeros((2, len(documents)), np.int64)
    living, seen = np.zeros((2, len(documents)), np.bool_)
    if rows:
        keys, *words, visible = np.array(rows, np.int64).T
        at = np.searchsorted(documents, keys)
        lengths[:, at], living[at], seen[at] = words, True, visible
    return lengths, living, seen


def _words(db: apsw.Connection, person: int, words: Sequence[str]) -> tuple[list[str], int]:
    """Return the indexed terms that are worth searching for, rarest first.

    The second result is the number of terms that are in no memory.
    """
    distinct = [f"{person}x{term}" for term in dict.fromkeys(words)]
    counts = dict(
        fetch_rows(db, "term, doc", f"vocabulary WHERE term {IN_LIST}", (json.dumps(distinct),))
    )
    absent = len(distinct) - len(counts)
    chosen = telling_terms(counts)
    # The index counts archived memories, too: a term may be common among these alone.
    archived = db.execute(
        "SELECT count(*) FROM (SELECT 1 FROM memories WHERE person = ?"
        " AND archived_at IS NOT NULL LIMIT ?)",
        (person, POSTINGS),
    ).get
    if not archived or len(chosen) == len(counts):
        return chosen, absent
    doubtful = [
        term
        for term, count in counts.items()
        if term not in chosen and count <= POSTINGS + archived
    ]
    # Counting stops once a term is known to have too many postings.
    living = fetch_rows(
        db,
        "w.value, (SELECT count(*) FROM (SELECT DISTINCT p.doc FROM postings p"
        " CROSS JOIN recallable r ON r.person = ? AND r.memory = p.doc"
        " WHERE p.term = w.value LIMIT ?))",
        "json_each(?) w",
        (person, POSTINGS + 1, json.dumps(doubtful)),
    )
    read, chosen = 0, []
    for term in telling_terms({**counts, **dict(living)}):
        read += counts[term]
        if chosen and read > POSTINGS:
            break
        chosen.append(term)
    return chosen, absent


def to_memories(db: apsw.Connection, found: Sequence[Sequence[tuple[int, float]]]) -> list[Ranking]:
    """Turn lists of keys and scores into memories and scores; each memory is read once."""
    memories = fetch_by_key(db, {key for ranking in found for key, _ in ranking})
    return [tuple((memories[key], score) for key, score in ranking) for ranking in found]
