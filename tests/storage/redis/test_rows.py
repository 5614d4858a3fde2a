"""What a hash holds: a memory comes back whole, and no other way."""

from datetime import UTC, datetime
from struct import pack
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from brain.memory.record import FOREVER, Memory
from storage.redis.rows import entries, memory_from, record_of, state_of
from tests.contracts.strategies import memories
from tests.factories import NOON, memory, whole

ORDER = b"0000000000000007"
BEFORE_1970 = datetime(1802, 5, 4, 3, 2, 1, 7_000, UTC)
CENTURIES_ON = datetime(2302, 5, 4, 3, 2, 1, 123_000, UTC)


@given(memories(number=1))
def test_a_memory_comes_back_as_it_was(known: Memory) -> None:
    again = memory_from(record_of(known), ORDER + state_of(known))
    times = {
        name: whole(value)
        for name in known.__struct_fields__
        if isinstance(value := getattr(known, name), datetime)
    }
    changes: dict[str, Any] = times
    assert again == replace(known, **changes)


@pytest.mark.parametrize("moment", [FOREVER, BEFORE_1970, CENTURIES_ON, NOON])
def test_any_time_is_kept_to_the_millisecond(moment: datetime) -> None:
    known = replace(memory(), said_at=moment, fades_at=moment, archived_at=moment)
    assert memory_from(record_of(known), ORDER + state_of(known)) == known


def test_what_is_added_to_a_record_counts() -> None:
    known = memory()
    record = record_of(known)
    [number] = record[2:3]
    added = record[:1] + pack(">H", number + 2) + record[3:]
    added += entries({"reply": "猫?", "sources": ("a", "b")})
    again = memory_from(added, ORDER + state_of(known))
    assert again == replace(known, reply="猫?", sources=("a", "b"))
