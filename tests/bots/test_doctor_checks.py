import pytest

from bots.doctor_checks import Check, CheckStatus, store_checks
from brain.languages import languages
from brain.texts import say

HEALTHY: dict[str, str | int] = {
    "schema": 1,
    "redis": "8.2.3",
    "memories": 1_200,
    "people": 3,
    "bytes": 5 << 20,
    "eviction": "noeviction",
    "aof": 1,
    "fsync": "everysec",
    "precision": "float16",
    "unreadable": 0,
}
ADDRESS = "redis://bot:secret@host:6379/0"


def checks(language: str = "en", **changes: str | int) -> list[Check]:
    return store_checks(HEALTHY | changes, address=ADDRESS, language=language)


def test_a_healthy_redis_is_told_in_two_lines() -> None:
    memories, durability = checks()
    assert memories.status is durability.status is CheckStatus.OK
    for told in ("@host:6379/0", "Redis 8.2.3", "float16", "1,200", "5 MiB"):
        assert told in memories.detail
    assert "secret" not in memories.detail
    assert "last second" in durability.detail


@pytest.mark.parametrize(
    ("aof", "fsync", "status", "told"),
    [
        (1, "always", CheckStatus.OK, "survives a power cut"),
        (1, "everysec", CheckStatus.OK, "last second"),
        (1, "no", CheckStatus.NOTE, "half minute"),
        (1, "", CheckStatus.OK, "does not tell"),
        (0, "everysec", CheckStatus.NOTE, "appendonly yes"),
    ],
)
def test_what_a_write_is_worth_is_told(
    aof: int, fsync: str, status: CheckStatus, told: str
) -> None:
    _, durability = checks(aof=aof, fsync=fsync)
    assert durability.status is status
    assert told in durability.detail


def test_a_redis_that_throws_memories_away_is_noted() -> None:
    *_, eviction = checks(eviction="allkeys-lru")
    assert eviction.status is CheckStatus.NOTE
    assert "allkeys-lru" in eviction.detail
    assert "noeviction" in eviction.detail


def test_damaged_entries_are_counted() -> None:
    *_, unreadable = checks(unreadable=2)
    assert unreadable.status is CheckStatus.NOTE
    assert "2" in unreadable.detail


@pytest.mark.parametrize("language", languages())
def test_each_language_says_all_of_it(language: str) -> None:
    for fsync in ("always", "everysec", "no", ""):
        found = checks(language, aof=1, fsync=fsync, eviction="volatile-lru", unreadable=1)
        assert len({check.title for check in found}) == 4
        assert all(check.detail for check in found)
    assert say(language, "doctor-durable-off") in [
        check.detail for check in checks(language, aof=0)
    ]
