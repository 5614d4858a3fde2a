"""The port for the upkeep of a store: forgetting what is due, and the embedder of its vectors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from brain.ids import MemoryId
from brain.memory.retention import Curve
from brain.messages import Scope


@dataclass(frozen=True, slots=True)
class Due:
    """How many memories a step of forgetting changed or, in a dry run, would change."""

    archived: int
    erased: int


class Upkeep(Protocol):
    """Work over all people. It changes ids and numbers, never words."""

    async def forget_due(self, *, now: datetime, curve: Curve, limit: int) -> Due:
        """Archive what is past `forgotten_at`, and erase what is past the days of grace.

        What is beyond a budget of the curve (`Curve.memories_per_person`, `Curve.store_bytes`) is
        archived as well, with `now` as its `forgotten_at`, so that it counts as forgotten by time.

        Args:
            now: the present time.
            curve: the constants of forgetting.
            limit: the most memories to archive, and the most to erase.
        """
        ...

    async def count_due(self, *, now: datetime, curve: Curve) -> Due:
        """Count what `forget_due` would change without a limit."""
        ...

    async def unembedded(self, *, limit: int) -> tuple[tuple[Scope, MemoryId], ...]:
        """Return living memories that recall searches and that have no vector.

        Each comes with a scope that sees it. Interrupted turns and imports leave such memories, and
        so does a new embedder.
        """
        ...

    async def update_terms(self) -> int:
        """Index memories anew, in small steps, whose terms are of another `TERMS_VERSION`.

        A store that is up to date is only asked for its version. If the process dies in between,
        the next call does the rest.

        Returns:
            How many memories have other terms now (`brain.memory.lexical.terms`).
        """
        ...

    async def check_embedder(self, *, curve: Curve, embedder: str, dimensions: int) -> None:
        """Check the embedder at start; compute all times anew where the curve's constants changed.

        Args:
            curve: the constants of forgetting.
            embedder: the name of the vector space (`Embedder.name`).
            dimensions: the number of components of its vectors.

        Raises:
            EmbedderChanged: the stored vectors are of another embedder.
        """
        ...

    async def replace_embedder(self, *, embedder: str, dimensions: int) -> int:
        """Make this the embedder of the store: vectors of another are dropped, in one step.

        A memory that has lost its vector is `unembedded`, and is found by words until it gets a new
        one; an archived memory gets one once it is restored. Vectors that are of this embedder
        already stay. A process that checked the old embedder has to be restarted.

        Returns:
            How many memories wait for a vector.
        """
        ...

    async def embedder(self) -> tuple[str, int] | None:
        """Return the name and dimensions of the store's embedder; None before the first check."""
        ...
