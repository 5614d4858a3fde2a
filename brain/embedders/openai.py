"""Embeddings over OpenAI's protocol, from OpenAI itself or from any server that implements it."""

from collections.abc import Sequence

import numpy as np
import openai

from brain.embedders.chunking import Matrix, chunk, pool
from brain.embedders.e5_prefixes import e5_prefixes
from brain.errors import EmbedderError
from brain.generators.openai_client import create_client, is_openai
from brain.generators.openai_errors import refusal_reason
from brain.memory.record import Vector

BATCH = 64
"""Most chunks in one request."""
MOST_BYTES = 32_000_000
"""Longest answer that is read: twice what the longest vectors of a whole request take as text."""
LONGEST_S = 300.0
"""Longest time of an answer, in seconds."""


class OpenAIEmbedder:
    """Fulfils `brain.ports.Embedder` over HTTP.

    Await `start` before reading `dimensions`. The object owns its HTTP client; `aclose` closes it.
    """

    def __init__(
        self,
        *,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        dimensions: int | None = None,
        timeout_s: float = 30.0,
        max_retries: int = 2,
    ) -> None:
        """Creates the client without opening a connection.

        The TLS certificates are read from disk, so call it off the event loop.

        Args:
            model: name of the model on the server, and name of the vector space.
            base_url: address of the server including `/v1`; None means OpenAI.
            api_key: None or empty for a server that needs none.
            dimensions: expected length of the vectors, which OpenAI is also asked for. None means
                that `start` finds it out.
            timeout_s: longest silence of the server, in seconds.
            max_retries: how often a failed request is repeated.
        """
        self.name = model
        self._dimensions = dimensions
        self._requested_dimensions = (
            openai.omit if dimensions is None or not is_openai(base_url) else dimensions
        )
        self._prefixes = e5_prefixes(model) or ("", "")
        self._client = create_client(
            base_url=base_url,
            api_key=api_key,
            timeout_s=timeout_s,
            max_retries=max_retries,
            most_bytes=MOST_BYTES,
            longest_s=LONGEST_S,
        )

    @property
    def dimensions(self) -> int:
        """Length of each vector; without the setting it is known once `start` has returned.

        Raises:
            RuntimeError: the length is not known yet.
        """
        if self._dimensions is None:
            raise RuntimeError("start() has to come first")
        return self._dimensions

    async def start(self) -> None:
        """Requests one vector, to check that the server answers and to learn the vectors' length.

        Raises:
            EmbedderError: the server cannot be used, or its vectors have another length than was
                set.
        """
        self._dimensions = len(await self.query("dimensions"))

    async def query(self, text: str) -> Vector:
        """Returns the vector to search with. Raises EmbedderError."""
        [vector] = await self._embed([text], prefix=self._prefixes[0])
        return vector

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """Returns one vector a text, to be found by queries. Raises EmbedderError."""
        return await self._embed(texts, prefix=self._prefixes[1])

    async def aclose(self) -> None:
        """Closes the connections to the server."""
        await self._client.close()

    async def _embed(self, texts: Sequence[str], *, prefix: str) -> list[Vector]:
        if not texts:
            return []
        chunked = chunk(texts)
        parts = [prefix + part for part in chunked.chunks]
        rows = [
            await self._request(parts[start : start + BATCH])
            for start in range(0, len(parts), BATCH)
        ]
        return pool(np.concatenate(rows), chunked.counts)

    async def _request(self, parts: Sequence[str]) -> Matrix:
        try:
            response = await self._client.embeddings.create(
                model=self.name,
                input=list(parts),
                # Every server supports this format, while the SDK would ask for base64.
                encoding_format="float",
                dimensions=self._requested_dimensions,
            )
            ordered = sorted(response.data, key=lambda item: item.index)
            rows = np.array([item.embedding for item in ordered], dtype=np.float32)
        except openai.APIConnectionError as exc:
            raise EmbedderError(reason="The embedding server cannot be reached.") from exc
        except openai.OpenAIError as exc:
            raise EmbedderError(reason=refusal_reason(exc)) from exc
        except (ValueError, TypeError, AttributeError) as exc:
            raise EmbedderError(reason="The server sent what are no vectors.") from exc
        if rows.ndim != 2 or len(rows) != len(parts):  # noqa: PLR2004 one row a text
            shape = " x ".join(map(str, rows.shape))
            raise EmbedderError(reason=f"{len(parts)} vectors were expected, {shape} came.")
        if self._dimensions not in (None, rows.shape[1]):
            raise EmbedderError(
                reason=f"The model {self.name} gives vectors of {rows.shape[1]} numbers, "
                f"{self._dimensions} were expected."
            )
        return rows
