"""Lets other libraries keep a turn, and recall six of a person's memories by meaning.

Each library is used through its own public search, with its default ranking, over the same texts
with the same vectors in the same Redis. No language model takes part.
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
"""Memories that each recall asks for."""


class OtherLibrary(Protocol):
    """A library for memories, which is empty at first."""

    name: str

    def fill(self, batch: Sequence[tuple[Memory, Vector]]) -> None:
        """Store the memories of one person by the library's quickest means."""

    def keep(self, person: Person, text: str, reply: str) -> None:
        """Store one turn."""

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """Returns the `WANTED` best memories of a person for a text."""


class Vectors(dict[str, Vector]):
    """The synthetic vectors by text, with the interfaces of the libraries' embedders."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Returns the vectors of texts, as langchain's embedders do."""
        return [self.embed(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Returns the vector of a text, as langchain's embedders do."""
        return self.embed(text)

    def embed(self, text: str, _purpose: str | None = None) -> list[float]:
        """Returns the vector of a text, as mem0's embedders do."""
        found: list[float] = self[text].tolist()
        return found


class Mem0:
    """`mem0.Memory` with its own Redis store, and without inference by a language model."""

    name = "mem0ai"

    def __init__(self, url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> None:
        os.environ |= {"MEM0_TELEMETRY": "False", "MEM0_DIR": str(folder)}
        from mem0 import Memory as Mem0Memory  # noqa: PLC0415 reads its environment when imported
        from redisvl.index import SearchIndex  # noqa: PLC0415 a other

        # mem0 2.2 calls a method that later versions of redisvl have removed.
        SearchIndex.set_client = lambda index, client: setattr(
            index, "_SearchIndex__redis_client", client
        )

        # A key is required although no server is called.
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
        """Store memories directly in its vector store, because its `add` would take minutes."""
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
        """Store a memory for each side of the turn."""
        said = [{"role": "user", "content": text}, {"role": "assistant", "content": reply}]
        self._memory.add(said, user_id=person.id, infer=False)

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """Returns the results of its hybrid search, as far as its Redis store supports it."""
        found: dict[str, list[object]] = self._memory.search(
            text, top_k=WANTED, filters={"user_id": person.id}, threshold=0.0
        )
        return found["results"]


class LangChain:
    """`langchain_redis.RedisVectorStore`, with one document for each turn."""

    name = "langchain-redis"

    def __init__(self, url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> None:
        del folder
        from langchain_redis import RedisConfig, RedisVectorStore  # noqa: PLC0415 a other

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
        """Store a document for each memory."""
        self._store.add_texts(
            [memory.content for memory, _ in batch],
            metadatas=[{"person": memory.person} for memory, _ in batch],
        )

    def keep(self, person: Person, text: str, reply: str) -> None:
        """Store one document."""
        self._store.add_texts([f"{text}\n{reply}"], metadatas=[{"person": person.id}])

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """Returns the nearest documents of a person."""
        from redisvl.query.filter import Tag  # noqa: PLC0415 a other

        found: Sequence[object] = self._store.similarity_search_with_score(
            text, k=WANTED, filter=Tag("person") == person.id
        )
        return found


class RedisvlHistory:
    """redisvl's `SemanticMessageHistory`, with one session for each person."""

    name = "redisvl SemanticMessageHistory"

    def __init__(self, url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> None:
        del folder
        from redisvl.extensions.message_history import SemanticMessageHistory  # noqa: PLC0415
        from redisvl.utils.vectorize import CustomVectorizer  # noqa: PLC0415

        # The vectorizer embeds a text of its own to find out the number of dimensions.
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
        """Store a message for each memory in the session of their person."""
        self._history.add_messages(
            [{"role": "user", "content": memory.content} for memory, _ in batch],
            session_tag=batch[0][0].person,
        )

    def keep(self, person: Person, text: str, reply: str) -> None:
        """Store a message for each side of the turn."""
        self._history.store(text, reply, session_tag=person.id)

    def recall(self, person: Person, text: str) -> Sequence[object]:
        """Returns the nearest messages of a person's session."""
        found: Sequence[object] = self._history.get_relevant(
            text, top_k=WANTED, session_tag=person.id
        )
        return found


def installed(url: str, vectors: Vectors, *, dimensions: int, folder: Path) -> list[OtherLibrary]:
    """Opens the libraries whose packages are installed."""
    # mem0 logs with each search what its store does not support.
    logging.getLogger("mem0").setLevel(logging.ERROR)
    others: list[OtherLibrary] = []
    for kind in (Mem0, LangChain, RedisvlHistory):
        with suppress(ImportError):
            others.append(kind(url, vectors, dimensions=dimensions, folder=folder))
    # redisvl warns of a deprecated role that it uses by default. The filter comes last because some
    # of the packages imported above set filters of their own.
    warnings.filterwarnings("ignore", message="Role 'llm' is a deprecated value")
    return others
