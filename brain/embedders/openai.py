"""Embeddings over OpenAI's protocol: OpenAI itself, or any server that speaks it."""

from collections.abc import Sequence

import numpy as np
import openai

from brain.embedders.pooling import Matrix, chunk, pool, prefixes
from brain.errors import EmbedderError
from brain.generators.endpoints import connect, is_openai
from brain.generators.openai_errors import reason_of
from brain.memory.record import Vector

BATCH = 64
"""Chunks in one request."""


class OpenAIEmbedder:
    """Fulfils `brain.ports.Embedder` over HTTP. `start` it before asking for `dimensions`."""

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
        """Opens no connection yet, but reads certificates: best made off the event loop.

        Args:
            model: as the server names it; also the name of the vector space.
            base_url: with the `/v1`; None: OpenAI.
            api_key: None or empty where the server wants none.
            dimensions: length of the vectors; OpenAI is asked for vectors of this length.
                None: `start` finds out.
            timeout_s: the longest silence of the server, in seconds.
            max_retries: how often a failed request is repeated.
        """
        self.name = model
        self._dimensions = dimensions
        self._asked = dimensions if is_openai(base_url) else None
        self._prefixes = prefixes(model) or ("", "")
        self._client = connect(
            base_url=base_url, api_key=api_key, timeout_s=timeout_s, max_retries=max_retries
        )

    @property
    def dimensions(self) -> int:
        """Length of each vector; without the setting known from `start` on."""
        if self._dimensions is None:
            raise RuntimeError("start() has to come first")
        return self._dimensions

    async def start(self) -> None:
        """Ask for one vector: is the server there, and are they as long as was set?

        Raises EmbedderError.
        """
        self._dimensions = len(await self.query("dimensions"))

    async def query(self, text: str) -> Vector:
        """The vector to search with. Raises EmbedderError."""
        [vector] = await self._embed([text], prefix=self._prefixes[0])
        return vector

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text, to be searched for. Raises EmbedderError."""
        return await self._embed(texts, prefix=self._prefixes[1])

    async def aclose(self) -> None:
        """Close what is open to the server."""
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
            answer = await self._client.embeddings.create(
                model=self.name,
                input=list(parts),
                # Every server knows this one; the SDK would ask for base64.
                encoding_format="float",
                dimensions=openai.omit if self._asked is None else self._asked,
            )
            ordered = sorted(answer.data, key=lambda item: item.index)
            rows = np.array([item.embedding for item in ordered], dtype=np.float32)
        except openai.APIConnectionError as exc:
            raise EmbedderError(reason="The embedding server cannot be reached.") from exc
        except openai.OpenAIError as exc:
            raise EmbedderError(reason=reason_of(exc)) from exc
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
