"""The same work by other libraries: keep a turn, and recall six of a person's memories by meaning.

Each is asked by its own public way of searching, with its own default of how to rank, over the
same texts with the same vectors, in the same Redis. No language model takes part.
"""

import logging
import os
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from brain.memory.record import Memory, Vector
from brain.messages import Person

WANTED = 6


class Peer(Protocol):
    """One library, empty at first."""

    name: str

    def fill(self, batch: Sequence[tuple[Memory, Vector]]) -> None:
        """Keep a person's past, the quickest way that it has."""

    def keep(self, person: Person, text: str, reply: str) -> None:
        """Keep one turn."""

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """Find `WANTED` memories."""


class Vectors(dict[str, Vector]):
    """What every embedder here answers: the vector that was made up for a text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """As langchain asks."""
        return [self.embed(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """As langchain asks."""
        return self.embed(text)

    def embed(self, text: str, _purpose: str | None = None) -> list[float]:
        """As mem0 asks."""
        found: list[float] = self[text].tolist()
        return found


class Mem0:
    """`mem0.Memory`, told to infer nothing, on its own Redis store."""

    name = "mem0ai"

    def __init__(self, url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> None:
        os.environ |= {"MEM0_TELEMETRY": "False", "MEM0_DIR": str(folder)}
        from mem0 import Memory as Mem0Memory  # noqa: PLC0415 reads its environment when imported
        from redisvl.index import SearchIndex  # noqa: PLC0415 a peer

        # mem0 2.2 calls what later versions of redisvl have no more: without it, it cannot start.
        SearchIndex.set_client = lambda index, client: setattr(
            index, "_SearchIndex__redis_client", client
        )

        # A key is asked for, though nobody is called.
        unused = {"provider": "openai", "config": {"api_key": "unused"}}
        self._memory = Mem0Memory.from_config(
            {
                "vector_store": {
                    "provider": "redis",
                    "config": {
                        "collection_name": "mem0",
                        "embedding_model_dims": dimensions,
                        "redis_url": url,
                    },
                },
                "embedder": unused,
                "llm": unused,
                "history_db_path": str(folder / "history.db"),
            }
        )
        self._vectors = self._memory.embedding_model = vectors

    def fill(self, batch: Sequence[tuple[Memory, Vector]]) -> None:
        """Past its `add`, which would take minutes."""
        self._memory.vector_store.insert(
            vectors=[vector.tolist() for _, vector in batch],
            payloads=[
                {
                    "data": memory.content,
                    "hash": memory.id,
                    "user_id": memory.person,
                    "created_at": memory.said_at.isoformat(),
                }
                for memory, _ in batch
            ],
            ids=[memory.id for memory, _ in batch],
        )

    def keep(self, person: Person, text: str, reply: str) -> None:
        """A memory for each side."""
        said = [{"role": "user", "content": text}, {"role": "assistant", "content": reply}]
        self._memory.add(said, user_id=person.id, infer=False)

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """Its hybrid search, as far as its Redis store has it."""
        found: dict[str, list[object]] = self._memory.search(
            text, top_k=WANTED, filters={"user_id": person.id}, threshold=0.0
        )
        return found["results"]


class LangChain:
    """`langchain_redis.RedisVectorStore`, one document a turn."""

    name = "langchain-redis"

    def __init__(self, url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> None:
        del folder
        from langchain_redis import RedisConfig, RedisVectorStore  # noqa: PLC0415 a peer

        self._store = RedisVectorStore(
            vectors,
            config=RedisConfig(
                index_name="langchain",
                redis_url=url,
                embedding_dimensions=dimensions,
                metadata_schema=[{"name": "person", "type": "tag"}],
            ),
        )

    def fill(self, batch: Sequence[tuple[Memory, Vector]]) -> None:
        """As it stands."""
        self._store.add_texts(
            [memory.content for memory, _ in batch],
            metadatas=[{"person": memory.person} for memory, _ in batch],
        )

    def keep(self, person: Person, text: str, reply: str) -> None:
        """One document."""
        self._store.add_texts([f"{text}\n{reply}"], metadatas=[{"person": person.id}])

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """The nearest of that person."""
        from redisvl.query.filter import Tag  # noqa: PLC0415 a peer

        found: Sequence[object] = self._store.similarity_search_with_score(
            text, k=WANTED, filter=Tag("person") == person.id
        )
        return found


class History:
    """redisvl's own `SemanticMessageHistory`, one session a person."""

    name = "redisvl SemanticMessageHistory"

    def __init__(self, url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> None:
        del folder
        from redisvl.extensions.message_history import SemanticMessageHistory  # noqa: PLC0415
        from redisvl.utils.vectorize import CustomVectorizer  # noqa: PLC0415

        # It embeds a text of its own to learn the dimensions.
        self._history = SemanticMessageHistory(
            name="history",
            redis_url=url,
            distance_threshold=2.0,
            vectorizer=CustomVectorizer(
                embed=lambda text, **_: (
                    vectors.embed(text) if text in vectors else [0.0] * dimensions
                )
            ),
        )

    def fill(self, batch: Sequence[tuple[Memory, Vector]]) -> None:
        """A batch is of one person, and so of one session."""
        self._history.add_messages(
            [{"role": "user", "content": memory.content} for memory, _ in batch],
            session_tag=batch[0][0].person,
        )

    def keep(self, person: Person, text: str, reply: str) -> None:
        """A message for each side."""
        self._history.store(text, reply, session_tag=person.id)

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """The nearest of that session."""
        found: Sequence[object] = self._history.get_relevant(
            text, top_k=WANTED, session_tag=person.id
        )
        return found


def installed(url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> list[Peer]:
    """Those whose packages are there, opened one beside the other."""
    # One says with each search what its store does not support.
    logging.getLogger("mem0").setLevel(logging.ERROR)
    peers: list[Peer] = []
    for kind in (Mem0, LangChain, History):
        with suppress(ImportError):
            peers.append(kind(url, vectors, dimensions=dimensions, folder=folder))
    # And redisvl that it will not long have the role that it gives by default. Last, because some
    # that are imported above set filters of their own.
    warnings.filterwarnings("ignore", message="Role 'llm' is a deprecated value")
    return peers
