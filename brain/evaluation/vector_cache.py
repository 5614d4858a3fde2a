"""Keeps the vectors of an evaluation on the disk, so that a second run embeds nothing."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np

from brain.embedders.chunking import CHUNK_BYTES, MOST_CHUNKS
from brain.memory.record import Vector
from brain.ports import Embedder

log = logging.getLogger(__name__)

MOST_BYTES = 512 << 20
"""The most bytes of vectors in a file; the oldest are deleted."""
NAME = "evaluation-vectors.sqlite"
"""The name of the file."""
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (key BLOB UNIQUE NOT NULL, vector BLOB NOT NULL)"
_BUSY_S = 30.0


class VectorFile:
    """Vectors by keys, in an SQLite file that several processes may use.

    A file that cannot be read or written is no error: that is logged, and nothing is kept any more.
    """

    def __init__(self, folder: Path) -> None:
        """Use the file in a folder, which is created when it is needed."""
        self._folder = folder
        self._is_usable = True

    def read(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        """Return the vectors that the file has, by key."""
        found: dict[bytes, Vector] = {}

        def look(db: sqlite3.Connection) -> None:
            for key in keys:
                for (blob,) in db.execute("SELECT vector FROM vectors WHERE key = ?", (key,)):
                    found[key] = np.frombuffer(blob, np.float32)

        self._run(look)
        return found

    def write(self, vectors: Mapping[bytes, Vector]) -> None:
        """Add vectors, one at least, and delete the oldest beyond `MOST_BYTES`."""
        rows = [(key, vector.tobytes()) for key, vector in vectors.items()]
        most = MOST_BYTES // max(len(blob) for _, blob in rows)

        def add(db: sqlite3.Connection) -> None:
            db.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows)
            # Ids of rows rise with time.
            newest = "(SELECT max(rowid) FROM vectors)"
            db.execute(f"DELETE FROM vectors WHERE rowid <= {newest} - ?", (most,))  # noqa: S608

        self._run(add)

    def _run(self, work: Callable[[sqlite3.Connection], None]) -> None:
        if not self._is_usable:
            return
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._folder / NAME, timeout=_BUSY_S)) as db, db:
                db.execute(_TABLE)
                work(db)
        except (OSError, sqlite3.Error) as error:
            log.warning("Vectors of the evaluation are not kept: %s", type(error).__name__)
            self._is_usable = False


class CachingEmbedder:
    """An embedder (`brain.ports.Embedder`) that embeds each text once and keeps its vector.

    A text is known by a digest of it, its role, the embedder's class and name, and the length of
    chunks. Whoever changes an embedder otherwise has to delete the file.
    """

    def __init__(self, embedder: Embedder, *, folder: Path | None = None) -> None:
        """Wrap an embedder.

        Args:
            embedder: embeds what is not known yet.
            folder: the folder of the file of vectors; None to keep them in memory alone.
        """
        self._embedder = embedder
        self._file = folder and VectorFile(folder)
        self._known: dict[bytes, Vector] = {}
        made_by = type(embedder)
        space = (made_by.__module__, made_by.__qualname__, embedder.name, CHUNK_BYTES, MOST_CHUNKS)
        self._space = " ".join(map(str, space))

    @property
    def name(self) -> str:
        """The name of the wrapped embedder."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """The number of dimensions of the wrapped embedder."""
        return self._embedder.dimensions

    async def query(self, text: str) -> Vector:
        """Return the vector to search with. Raises EmbedderError."""

        async def embed(texts: Sequence[str]) -> list[Vector]:
            return [await self._embedder.query(one) for one in texts]

        [vector] = await self._vectors("query", [text], embed)
        return vector

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Return the vectors to be found by a search. Raises EmbedderError."""
        return await self._vectors("passage", texts, self._embedder.passages)

    async def _vectors(
        self,
        role: str,
        texts: Sequence[str],
        embed: Callable[[Sequence[str]], Awaitable[list[Vector]]],
    ) -> list[Vector]:
        by_key = {self._key(role, text): text for text in texts}
        unseen = [key for key in by_key if key not in self._known]
        if unseen and self._file:
            self._known.update(await asyncio.to_thread(self._file.read, unseen))
        if new := [key for key in unseen if key not in self._known]:
            vectors = dict(zip(new, await embed([by_key[key] for key in new]), strict=True))
            self._known.update(vectors)
            if self._file:
                await asyncio.to_thread(self._file.write, vectors)
        return [self._known[self._key(role, text)] for text in texts]

    def _key(self, role: str, text: str) -> bytes:
        return sha256(f"{self._space}\n{role}\n{text}".encode()).digest()
