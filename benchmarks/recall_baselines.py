"""Runs the queries of a recall without the store around them, as a lower bound for its time.

The same commands or statements are sent by the same driver, and their answers are fetched but not
decoded. What comes before (terms, filters, the commands themselves) is prepared outside the timing.
"""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Protocol

import apsw
from redis.asyncio import Redis

from brain.ids import MemoryId
from brain.memory.bm25 import QUERY_TERMS
from brain.memory.lexical import query_terms
from brain.memory.ranking import REACH, SPREAD_FROM
from brain.memory.record import Vector
from brain.messages import Scope
from brain.recall import CANDIDATES
from storage.conversions import digest, to_milliseconds
from storage.redis import search as redis_search
from storage.redis.schema import pack
from storage.redis.store import RedisStore
from storage.sqlite.neighbours import find_neighbours
from storage.sqlite.rows import COLUMNS, IN_LIST, fetch_rows
from storage.sqlite.search import dense, lexical
from storage.sqlite.store import SqliteStore

Call = Callable[[], Awaitable[object]]


class Floor(Protocol):
    """Queries the database of a store without the store."""

    def recall(self, scope: Scope, text: str, vector: Vector, now: datetime) -> Call:
        """Prepares a recall, and returns a function that runs its queries when it is awaited."""

    async def close(self) -> None:
        """Close the connections."""


class RedisFloor:
    """Sends two FT.SEARCH and the counts in one round trip, by an unchanged redis-py client."""

    def __init__(self, store: RedisStore, url: str) -> None:
        self._client: Redis = Redis.from_url(url)
        self._db = store._db  # noqa: SLF001 the same names
        self._indexing = store._indexing  # noqa: SLF001 and the same index

    def recall(self, scope: Scope, text: str, vector: Vector, now: datetime) -> Call:
        """Prepares the commands that the store sends for a text of ordinary length."""
        keys, timeout_ms = self._db.keys, self._db.timeout_ms
        precision = self._indexing.precision
        words = list(dict.fromkeys(query_terms(text)))[:QUERY_TERMS]
        among = redis_search.within(scope, now=to_milliseconds(now))
        near = redis_search.dense(
            keys.alias,
            among,
            vector=pack(vector, dimensions=vector.size, precision=precision),
            precision=precision,
            limit=CANDIDATES,
            timeout_ms=timeout_ms,
        )
        worded = redis_search.lexical(
            keys.alias, among, terms=words, limit=CANDIDATES, timeout_ms=timeout_ms
        )
        counts = redis_search.statistics(keys, digest(scope.person), words)

        def call() -> Awaitable[list[Any]]:
            pipe = self._client.pipeline(transaction=False)
            for command in (near, worded, *counts):
                pipe.execute_command(*command)
            return pipe.execute()

        return call

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.aclose()


def sqlite_search(
    db: apsw.Connection, scope: Scope, text: str, vector: Vector, now: datetime
) -> list[MemoryId]:
    """Runs the statements of a search, fetches the rows that they find, and returns their ids."""
    moment = to_milliseconds(now)
    person = db.execute("SELECT key FROM people WHERE id = ?", (scope.person,)).get
    near = dense(db, person, scope, vector=vector, now=moment, limit=CANDIDATES)
    worded, _ = lexical(db, person, scope, text=text, now=moment, limit=CANDIDATES)
    return _rows(db, [key for key, _ in (*near, *worded)])


def sqlite_recall(
    db: apsw.Connection, scope: Scope, text: str, vector: Vector, now: datetime
) -> None:
    """Runs the statements of a recall: those of a search, and those that fetch neighbouring turns.

    It takes the neighbours of the first memories found and not of the best ones, which makes no
    difference to the database.
    """
    ids = sqlite_search(db, scope, text, vector, now)
    beside = find_neighbours(db, scope, ids[:SPREAD_FROM], reach=REACH, now=to_milliseconds(now))
    _rows(db, [key for _, key, _ in beside])


def _rows(db: apsw.Connection, keys: list[int]) -> list[MemoryId]:
    rows = fetch_rows(
        db,
        f"m.key, {COLUMNS}",
        f"memories m JOIN people p ON p.key = m.person WHERE m.key {IN_LIST}",
        (json.dumps(keys),),
    )
    return [MemoryId(row[1]) for row in rows]


class SqliteFloor:
    """Runs the SQL of a search on a thread of its own, as the store does."""

    def __init__(self, store: SqliteStore) -> None:
        self._db = store._db  # noqa: SLF001 the same file and settings
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(1)

    def recall(self, scope: Scope, text: str, vector: Vector, now: datetime) -> Call:
        """Returns a function that runs the statements on the thread."""

        def query() -> None:
            if not hasattr(self._local, "db"):
                self._local.db = self._db._connect()  # noqa: SLF001
            sqlite_search(self._local.db, scope, text, vector, now)

        return lambda: asyncio.get_running_loop().run_in_executor(self._threads, query)

    async def close(self) -> None:
        """End the thread; the store closes the connections."""
        self._threads.shutdown()
