"""The ports: what the brain asks of the parts that fulfil them.

| module | ports |
|---|---|
| `clock` | the time |
| `models` | chat models and embedding models |
| `turns`, `index` | memories as they are written and as recall searches them |
| `memory_collection` | memories as a person lists, pins, archives, restores and erases them |
| `derivations` | which days to summarise anew, and writing what came of it |
| `upkeep`, `people` | work over all people, and who they are |
| `locks_and_claims` | processes that share one store |
| `values` | small texts and counters beside the memories |
| `store` | `MemoryStore`, the sum of those that a database fulfils |

Each Protocol is small, so that a double is quick to write. Rules that hold for every method of
every store:

- Whatever reads or writes a person's memories takes a `Scope` and answers nothing outside it.
- When a write returns, it is durable against the death of the process.
- No exception of a driver gets out: a store raises `brain.errors.StoreError` and its subclasses.
- Times are aware datetimes in UTC, kept to the millisecond at least.
"""

from brain.ports.clock import Clock
from brain.ports.derivations import Derivations, StaleDay
from brain.ports.index import Candidates, MemoryIndex, Ranking
from brain.ports.locks_and_claims import Claims, ConversationLocks
from brain.ports.memory_collection import MemoryCollection, Page
from brain.ports.models import (
    Embedder,
    Form,
    FormFiller,
    Generator,
    Limited,
    Metered,
    Replacement,
    Seeing,
    Voiced,
)
from brain.ports.people import MOST_JOINS, People, Profile
from brain.ports.store import MemoryStore
from brain.ports.turns import Conversation, TurnStore
from brain.ports.upkeep import Due, Upkeep
from brain.ports.values import Values

__all__ = [
    "MOST_JOINS",
    "Candidates",
    "Claims",
    "Clock",
    "Conversation",
    "ConversationLocks",
    "Derivations",
    "Due",
    "Embedder",
    "Form",
    "FormFiller",
    "Generator",
    "Limited",
    "MemoryCollection",
    "MemoryIndex",
    "MemoryStore",
    "Metered",
    "Page",
    "People",
    "Profile",
    "Ranking",
    "Replacement",
    "Seeing",
    "StaleDay",
    "TurnStore",
    "Upkeep",
    "Values",
    "Voiced",
]
