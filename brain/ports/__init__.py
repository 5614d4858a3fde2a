"""The ports: what the brain asks of the parts that fulfil them.

Each Protocol is small, so that a double is quick to write; `MemoryStore` is their sum. Rules that
hold for every method of every store:

- Whatever reads or writes a person's memories takes a `Scope` and answers nothing outside it.
- When a write returns, it is durable against the death of the process.
- No driver's exception comes out: only `brain.errors.StoreError` and its kin.
- Times are aware datetimes in UTC, kept to the millisecond at least.
"""

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from brain.ids import MemoryId
from brain.memory.ranking import Neighbour
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import Curve
from brain.messages import ChatMessage, Scope
from brain.ports.derivations import Derivations
from brain.ports.people import People
from brain.ports.processes import Claims, ConversationLocks
from brain.ports.turns import TurnStore
from brain.ports.values import Values


class Clock(Protocol):
    """The time, so that tests and previews can move it."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...


class Embedder(Protocol):
    """Text to vectors. Queries and passages differ: use each rightly."""

    @property
    def name(self) -> str:
        """Names the vector space: vectors of different names are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of each vector."""
        ...

    async def query(self, text: str) -> Vector:
        """The vector to search with. Raises EmbedderError."""
        ...

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        """One vector a text, to be searched for; texts of any length. Raises EmbedderError."""
        ...


class Generator(Protocol):
    """A chat model."""

    @property
    def name(self) -> str:
        """What a person is told: model and where it runs."""
        ...

    @property
    def context_tokens(self) -> int:
        """What prompt and reply together may take."""
        ...

    @property
    def reply_tokens(self) -> int:
        """The longest reply that is asked for."""
        ...

    def count_tokens(self, text: str) -> int:
        """An estimate that errs high; pure and quick."""
        ...

    def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[str, None]:
        """The reply, piece by piece. Closing the generator stops the model.

        Raises GeneratorError, before the first piece or between two.
        """
        ...


Form = TypeVar("Form", bound=BaseModel)


@runtime_checkable
class FormFiller(Protocol):
    """A chat model that can also answer by filling in a form."""

    async def fill(self, messages: Sequence[ChatMessage], form: type[Form]) -> Form:
        """The answer as that model's JSON schema has it, checked.

        Raises GeneratorError; FormRefused when the model or server cannot do this, AnswerUnusable
        when it can and did not.
        """
        ...


@runtime_checkable
class Seeing(Protocol):
    """A chat model that may look at pictures."""

    @property
    def sees(self) -> bool:
        """Whether `ChatMessage.images` reach the model."""
        ...


@runtime_checkable
class Metered(Protocol):
    """A chat model that tells what a reply cost, where its server counts tokens."""

    def metered(
        self, messages: Sequence[ChatMessage], on_usage: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        """Streams a reply as `Generator.stream` does, and reports what it cost.

        Args:
            messages: as for `Generator.stream`.
            on_usage: called with the tokens of prompt and reply together. It is never called where
                the server does not count them; of several calls the last one is right.
        """
        ...


@runtime_checkable
class Voiced(Protocol):
    """A chat model that can speak in several voices: adapters over it, or models of its server."""

    @property
    def voices(self) -> tuple[str, ...]:
        """Their names, sorted; none: it has only its own. They may change while it runs."""
        ...

    def voiced(self, name: str) -> Generator:
        """The same in that voice: a view, quick to make, which needs no closing.

        Raises VoiceUnknown. So does the view, before its first piece, once the voice is gone.
        """
        ...


Ranking = tuple[tuple[Memory, float], ...]
"""Memories with a score each, best first."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a store found, best first, each with its score: cosine, and BM25 (higher is better).

    The two lists overlap. The brain fuses them (`brain.memory.ranking`).
    """

    dense: Ranking = ()
    lexical: Ranking = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some memories, and the cursor for the next page (None: there is none)."""

    memories: tuple[Memory, ...]
    after: str | None


class MemoryIndex(Protocol):
    """What recall searches."""

    async def search(
        self,
        scope: Scope,
        *,
        text: str,
        vector: Vector | None,
        now: datetime,
        limit: int,
        said_from: datetime | None = None,
        said_until: datetime | None = None,
    ) -> Candidates:
        """The nearest by vector and the best by BM25 among what has not faded, `limit` of each.

        Only kinds in `RECALLED`, said in [said_from, said_until) where that is given. Words are
        searched by `brain.memory.lexical.query_terms`.
        """
        ...

    async def neighbours(
        self, scope: Scope, ids: Sequence[MemoryId], *, reach: int, now: datetime
    ) -> tuple[Neighbour, ...]:
        """The turns said near those: up to `reach` turns before and after each.

        By the same person in the same place, in the order of `Conversation.recent`. A turn that has
        faded is not given, but counts as one of the `reach`; what is archived does neither. An id
        that is no living turn of this scope has no neighbours. The order is the store's own.

        Args:
            scope: as ever.
            ids: some dozens at most.
            reach: turns to each side.
            now: for what has faded.
        """
        ...

    async def add(
        self, memories: Sequence[Memory], vectors: Sequence[Vector | None]
    ) -> tuple[MemoryId, ...]:
        """Keep memories as they are (an import, a summary). Ids already known stay untouched.

        Each memory names its own person and place. All or nothing; gives the ids that were new.
        """
        ...

    async def set_vector(self, scope: Scope, memory_id: MemoryId, vector: Vector) -> bool:
        """Set the vector of a memory that is still there and has none.

        A turn may be finished, with a better vector, while its message alone is embedded.
        """
        ...

    async def vectors(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Vector | None, ...]:
        """One for each id, in that order; None where there is no vector, or no such memory.

        Archived memories have theirs still. A store that keeps them at half precision gives them
        so.
        """
        ...


class MemoryShelf(Protocol):
    """What a person sees and does with their own memories."""

    async def get(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[Memory, ...]:
        """Those that exist in this scope, archived ones included, in the order asked for."""
        ...

    async def page(
        self,
        scope: Scope,
        *,
        limit: int,
        after: str | None = None,
        kinds: Collection[Kind] | None = None,
        archived: bool = False,
        said_from: datetime | None = None,
        said_until: datetime | None = None,
        id_prefix: str = "",
    ) -> Page:
        """Newest first, of those kinds (None: all). The span is [from, until).

        `archived` shows the archive instead.
        """
        ...

    async def pin(self, scope: Scope, memory_id: MemoryId, *, pinned: bool, curve: Curve) -> bool:
        """A pinned memory never fades. False: there is none such."""
        ...

    async def archive(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime
    ) -> tuple[MemoryId, ...]:
        """Out of sight at once, restorable until erased. Gives the ids that were archived.

        What a person puts away was not archived by time, whatever the curve says: `forgotten_at`
        is `FOREVER` from then on, and `restore` solves it anew. What time had archived already is
        put away now; what was put away before stays as it is. Of an archived memory nothing else
        moves the times.
        """
        ...

    async def restore(
        self, scope: Scope, ids: Sequence[MemoryId], *, now: datetime, curve: Curve
    ) -> tuple[MemoryId, ...]:
        """Back from the archive, as if recalled now but no stronger."""
        ...

    async def erase(self, scope: Scope, ids: Sequence[MemoryId]) -> tuple[MemoryId, ...]:
        """Gone for good, text, terms and vector, alive or archived. Gives the ids erased."""
        ...


@dataclass(frozen=True, slots=True)
class Due:
    """How much an upkeep step did or, as a dry run, would do."""

    archived: int
    erased: int


class Upkeep(Protocol):
    """Work over all people. It moves ids and numbers, never words."""

    async def forget_due(self, *, now: datetime, curve: Curve, limit: int) -> Due:
        """Archive at most `limit` memories past `forgotten_at`, erase as many past the grace."""
        ...

    async def count_due(self, *, now: datetime, curve: Curve) -> Due:
        """The dry run, without a limit."""
        ...

    async def unembedded(self, *, limit: int) -> tuple[tuple[Scope, MemoryId], ...]:
        """Memories without a vector, each with a scope that sees it: an interrupted turn."""
        ...

    async def check_embedder(self, *, curve: Curve, embedder: str, dimensions: int) -> None:
        """Called once at start. When the curve's constants changed, solve all times anew.

        Raises EmbedderChanged when the stored vectors are of another embedder.
        """
        ...

    async def replace_embedder(self, *, embedder: str, dimensions: int) -> int:
        """Make this the embedder of the store: vectors of another are dropped, in one step.

        What has lost its vector is `unembedded`, and is found by words until it gets a new one;
        archived memories wait for theirs until they are restored. Vectors that are of this embedder
        already stay. A process that checked the old embedder must be started anew. Gives how
        many memories wait for a vector.
        """
        ...

    async def embedder(self) -> tuple[str, int] | None:
        """Name and dimensions of the store's embedder; None: it has none, and so no vectors."""
        ...


class MemoryStore(
    TurnStore,
    MemoryIndex,
    MemoryShelf,
    Derivations,
    Upkeep,
    People,
    ConversationLocks,
    Claims,
    Protocol,
):
    """All that a database must do. tests/contracts/ holds each store to it."""

    @property
    def values(self) -> Values:
        """The key-value store beside the memories."""
        ...

    async def close(self) -> None:
        """Finish what is being written and let go of the database."""
        ...
