"""Copies the values that a store keeps beside the memories into another store.

Values are, for example, where a person paused, what a server chose, which group got another id, and
who wrote which message. If the source can list the owners of its values (`ListableValues`), all of
them are copied, each with the time until it expires. Otherwise only the preferences of the people
that the source knows are copied. A value that the target has already stays as it is.
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
    """A text with the time for which it is still valid."""

    text: str
    ttl_s: float | None
    """Seconds until it expires; None if it stays until it is removed."""


@runtime_checkable
class ListableValues(Protocol):
    """A key-value store that can also list its owners."""

    async def owners(self) -> tuple[str, ...]:
        """Returns the owners with at least one value that has not expired, sorted."""
        ...

    async def get_with_ttl(self, owner: str) -> Mapping[str, tuple[str, float | None]]:
        """Returns by name the text and the seconds until it expires, None if it does not."""
        ...


def can_list_values(store: MemoryStore) -> bool:
    """Returns whether all values of a store can be copied, not only its people's preferences."""
    return isinstance(store.values, ListableValues)


async def copy_values(source: MemoryStore, target: MemoryStore, people: Iterable[Person]) -> int:
    """Copy the values that the target does not have yet, and return their number.

    Raises:
        StoreError: a store failed.
    """
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
    """Yields the owners of lasting values that the target lacks.

    Each comes with a checksum of the names of these values in the source and in the target. Only
    names are compared, because a server may have changed a value since. People are left out,
    because their preferences are compared with their memories (`brain.preferences`).

    Raises:
        StoreError: a store failed.
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
