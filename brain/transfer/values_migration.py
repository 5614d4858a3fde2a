"""Copies the key-value store beside the memories from one store into another.

A store that can list the owners of its values (`ListableValues`) gives all of them, with the time
that each has left: where somebody paused, what a server chose, which group got another id, who
wrote which message. Of another store only the people it knows are asked about, and what they asked
for is copied. A value that the target has already stays as it is.
"""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from brain.messages import Person
from brain.ports import MemoryStore
from brain.preferences import preference_values


@dataclass(frozen=True, slots=True)
class Value:
    """A text, and how long it is still valid."""

    text: str
    ttl_s: float | None
    """Seconds; None: until somebody removes it."""


@runtime_checkable
class ListableValues(Protocol):
    """A key-value store that can also list its owners."""

    async def owners(self) -> tuple[str, ...]:
        """The owners that have a value that is valid now, sorted."""
        ...

    async def get_with_ttl(self, owner: str) -> Mapping[str, tuple[str, float | None]]:
        """By name: the text, and the seconds until it expires; None: it stays."""
        ...


def can_list_values(store: MemoryStore) -> bool:
    """Whether all of its values can be copied; else only the preferences of the people it knows."""
    return isinstance(store.values, ListableValues)


async def copy_values(source: MemoryStore, target: MemoryStore, people: Iterable[Person]) -> int:
    """Write what the target does not have yet, and give how many those were. Raises StoreError."""
    written = 0
    async for owner, values in _by_owner(source, people):
        known = await target.values.get(owner)
        for name, value in values.items():
            if name not in known:
                await target.values.set(owner, name, value.text, ttl_s=value.ttl_s)
                written += 1
    return written


async def missing_values(
    source: MemoryStore, target: MemoryStore, people: Iterable[Person]
) -> AsyncIterator[tuple[str, str, str]]:
    """Owners of lasting values that the target lacks, with a checksum of the names in each store.

    A value that differs is no difference: a server may have chosen anew since. What people asked
    for is compared with their memories (`brain.preferences`). Raises StoreError.
    """
    compared = {person.id for person in people}
    async for owner, values in _by_owner(source, people):
        lasting = sorted(name for name, value in values.items() if value.ttl_s is None)
        if owner not in compared and lasting:
            known = await target.values.get(owner)
            there = [name for name in lasting if name in known]
            if there != lasting:
                yield owner, _checksum(lasting), _checksum(there)


async def _by_owner(
    store: MemoryStore, people: Iterable[Person]
) -> AsyncIterator[tuple[str, dict[str, Value]]]:
    values = store.values
    if isinstance(values, ListableValues):
        for owner in await values.owners():
            kept = await values.get_with_ttl(owner)
            yield owner, {name: Value(*each) for name, each in kept.items()}
    else:
        for person in people:
            preferences = await preference_values(values, person.id)
            yield person.id, {name: Value(text, None) for name, text in preferences.items()}


def _checksum(names: Iterable[str]) -> str:
    return hashlib.blake2b("\n".join(names).encode(), digest_size=32).hexdigest()
