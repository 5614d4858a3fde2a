"""The port for a whole store: the sum of the smaller ports."""

from typing import Protocol

from brain.ports.derivations import Derivations
from brain.ports.index import MemoryIndex
from brain.ports.locks_and_claims import Claims, ConversationLocks
from brain.ports.memory_collection import MemoryCollection
from brain.ports.people import People
from brain.ports.turns import TurnStore
from brain.ports.upkeep import Upkeep
from brain.ports.values import Values


class MemoryStore(
    TurnStore,
    MemoryIndex,
    MemoryCollection,
    Derivations,
    Upkeep,
    People,
    ConversationLocks,
    Claims,
    Protocol,
):
    """All that a database must do. `tests/contracts/` holds each store to it."""

    @property
    def values(self) -> Values:
        """The key-value store beside the memories."""
        ...

    async def close(self) -> None:
        """Finish what is being written and close the database."""
        ...
