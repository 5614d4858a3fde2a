"""What consolidation works with."""

from dataclasses import dataclass

from brain.consolidation.scribe import Scribe
from brain.memory.retention import Curve
from brain.messages import Person
from brain.ports import Clock, Embedder, Generator, MemoryStore
from brain.texts import say

MOST_REQUESTS = 16
"""The most requests for one of a day's texts: what does not fit, the least important, is left
out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What consolidation works with."""

    store: MemoryStore
    embedder: Embedder
    generator: Generator
    clock: Clock
    curve: Curve
    scribe: Scribe


def named(person: Person, language: str) -> str:
    """What models call them."""
    return person.name or say(language, "consolidate-nobody")
