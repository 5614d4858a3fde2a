"""Embeddings over OpenAI's protocol, from OpenAI itself or from any server that implements it."""

import asyncio
import base64
import json
import re
from collections.abc import Mapping, Sequence

import httpx2
import numpy as np
import openai

from brain.embedders.chunking import Matrix, chunk, pool
from brain.embedders.e5_prefixes import e5_prefixes
from brain.embedders.worker import BaseEmbedder
from brain.errors import EmbedderError, EmbedderUnreachable
from brain.generators.openai_client import OPENAI_URL, create_client, is_openai, printable_url
from brain.generators.openai_errors import error_text, is_proxys_refusal, refusal_reason
from brain.memory.record import Vector
from brain.network import failure_values

BATCH = 64
"""Most chunks in one request; a server that takes fewer says so."""
MOST_BYTES = 32_000_000
"""Longest answer that is read: twice what the longest vectors of a whole request take as text."""
LONGEST_S = 300.0
"""Longest time of an answer, in seconds."""


_REFUSALS = frozenset({400, 413, 422, 424, 500})
"""Statuses of servers that take fewer texts at a time, or do not know an option."""
_NUMBER = re.compile(r"\b\d{1,4}\b")


class _Refusal(Exception):
    """The server refused a request, or answered a part of it; another one may be accepted."""

    def __init__(self, reason: str, words: str) -> None:
        """Takes the reason to show, and the server's own words, which are only searched."""
        super().__init__(reason)
        self.reason = reason
        self.words = words


class OpenAIEmbedder(BaseEmbedder):
    """Embeds over HTTP. The object owns its HTTP client; `aclose` closes it."""

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
        super().__init__(dimensions=dimensions)
        self.name = model
        self._batch = BATCH
        """Most chunks in one request, as far as is known."""
        # Every server supports this format, if it knows any.
        self._options: dict[str, object] = {"encoding_format": "float"}
        """What is asked for besides the vectors, without what the server has refused."""
        if dimensions is not None and is_openai(base_url):
            self._options["dimensions"] = dimensions
        self._address = printable_url(base_url or OPENAI_URL)
        self._prefixes = e5_prefixes(model) or ("", "")
        self._client = create_client(
            base_url=base_url,
            api_key=api_key,
            timeout_s=timeout_s,
            max_retries=max_retries,
            most_bytes=MOST_BYTES,
            longest_s=LONGEST_S,
        )

    async def aclose(self) -> None:
        """Closes the connections to the server."""
        await self._client.close()

    async def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[Vector]:
        if not texts:
            return []
        prefix = self._prefixes[0 if is_query else 1]
        chunked = chunk(texts)
        parts = [prefix + part for part in chunked.chunks]
        rows: list[Matrix] = []
        batch = self._batch
        try:
            while parts:
                rows.append(await self._request(parts[: self._batch]))
                parts = parts[len(rows[-1]) :]
        except EmbedderError:
            # It was for one of the texts, and not for their number.
            self._batch = batch
            raise
        return pool(np.concatenate(rows), chunked.counts)

    async def _request(self, parts: Sequence[str]) -> Matrix:
        """Returns the vectors of the first parts: of as many as the server takes at a time.

        What the server refuses is left out, and its limit of texts is found; both are remembered.
        """
        batch, options = len(parts), dict(self._options)
        first: _Refusal | None = None
        while True:
            try:
                rows = await self._post(parts[:batch], options, is_repeated=first is not None)
            except _Refusal as refusal:
                first = first or refusal
                named = next((name for name in options if name in refusal.words), None)
                if named is not None:
                    del options[named]
                elif batch > 1:
                    batch = _fewer(batch, refusal.words)
                elif options and refusal.words:
                    options.popitem()
                else:
                    raise EmbedderError(reason=first.reason) from refusal
            else:
                self._options = options
                self._batch = batch if batch < len(parts) else self._batch
                return self._checked(rows)

    async def _post(
        self, parts: Sequence[str], options: Mapping[str, object], *, is_repeated: bool
    ) -> Matrix:
        # What was refused already was sent several times.
        client = self._client.with_options(max_retries=0) if is_repeated else self._client
        try:
            # The SDK's own method would ask for base64 where nothing is said.
            response = await client.post(
                "/embeddings",
                cast_to=httpx2.Response,
                body={"model": self.name, "input": list(parts), **options},
            )
            rows = await asyncio.to_thread(_read_rows, response.content)
        except openai.APIStatusError as exc:
            if is_proxys_refusal(exc):
                raise self._unreachable(exc) from exc
            if exc.status_code in _REFUSALS:
                raise _Refusal(refusal_reason(exc), error_text(exc)) from exc
            raise EmbedderError(reason=refusal_reason(exc)) from exc
        except (openai.APIConnectionError, httpx2.TransportError) as exc:
            raise self._unreachable(exc) from exc
        except openai.OpenAIError as exc:
            raise EmbedderError(reason=refusal_reason(exc)) from exc
        except httpx2.HTTPError as exc:
            raise EmbedderError(reason="The server's answer has no end.") from exc
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as exc:
            page = isinstance(exc, json.JSONDecodeError) and exc.doc.lstrip().startswith("<")
            hint = " Is /v1 missing from the address?" if page else ""
            raise EmbedderError(reason=f"The server sent what are no vectors.{hint}") from exc
        if len(rows) != len(parts):
            shape = " x ".join(map(str, rows.shape)) if len(rows) else "0"
            raise _Refusal(f"{len(parts)} vectors were expected, {shape} came.", "")
        return rows

    def _unreachable(self, error: Exception) -> EmbedderUnreachable:
        return EmbedderUnreachable(address=self._address, **failure_values(error, self._address))

    def _checked(self, rows: Matrix) -> Matrix:
        if self._dimensions not in (None, rows.shape[1]):
            raise EmbedderError(
                reason=f"The model {self.name} gives vectors of {rows.shape[1]} numbers, "
                f"{self._dimensions} were expected."
            )
        return rows


def _fewer(batch: int, refusal: str) -> int:
    """Returns how many texts to try after a refusal: a number that it names, or half as many."""
    named = [int(number) for number in _NUMBER.findall(refusal)]
    return max((number for number in named if 0 < number < batch), default=batch // 2)


def _read_rows(body: bytes) -> Matrix:
    """Returns the vectors of an answer, in the order of the texts.

    Raises ValueError, TypeError, KeyError, AttributeError or RecursionError if there are none.
    """
    answer = json.loads(body)
    items = (
        answer
        if answer and isinstance(answer, list)
        else answer.get("data", answer.get("embeddings"))
    )
    if not isinstance(items, list):
        raise TypeError("no list of vectors")
    rows = [_row(item["embedding"] if isinstance(item, dict) else item) for item in items]
    if not rows:
        return np.zeros((0, 0), dtype=np.float32)
    places = [item.get("index") if isinstance(item, dict) else None for item in items]
    matrix = np.array(rows, dtype=np.float32)
    if matrix.ndim != 2:  # noqa: PLR2004 one row a text
        raise ValueError("vectors of several lengths")
    if not np.isfinite(matrix).all():
        raise ValueError("a vector of no numbers")
    if any(place is not None for place in places):
        # Gemini leaves out what is 0 (samfoy/pi-session-search#13).
        places = [0 if place is None else place for place in places]
    # Some servers count from one; some give every vector the index 0, or none at all.
    if any(sorted(places, key=str) == sorted(range(at, at + len(rows)), key=str) for at in (0, 1)):
        matrix = matrix[np.argsort(np.array(places, dtype=np.int64))]
    return matrix


def _row(value: object) -> Vector:
    """Returns a vector that is a list, base64 of float32, or the list of a list of the tokens'."""
    if isinstance(value, str):
        return np.frombuffer(base64.b64decode(value, validate=True), dtype="<f4")
    row = np.array(value, dtype=np.float32)
    return row.mean(axis=0) if row.ndim == 2 else row  # noqa: PLR2004 a row a token
