from pathlib import Path

import pytest

from bots.settings.addresses import HIDDEN, masked, sqlite_path, store_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://:secret@host:6379/0", f"redis://{HIDDEN}@host:6379/0"),
        ("rediss://bot:secret@host", f"rediss://{HIDDEN}@host"),
        ("redis://bot:se@cr/et?#secret@host", f"redis://{HIDDEN}@host"),
        ("unix:///run/redis.sock?db=0&password=secret", f"unix:///run/redis.sock?db=0&password={HIDDEN}"),
        ("unix://bot@/run/redis.sock?password=secret@secret", f"unix://{HIDDEN}"),
        ("redis://:a?key=secret@host", f"redis://{HIDDEN}"),
        ("https://me:secret@host/v1?api_key=secret", f"https://{HIDDEN}@host/v1?api_key={HIDDEN}"),
        ("redis://host:6379/0", "redis://host:6379/0"),
        ("https://host/v1", "https://host/v1"),
        ("sqlite:/home/a@b/memories.db", "sqlite:/home/a@b/memories.db"),
        ("me", "me"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert masked(address) == shown
    assert "secret" not in masked(address)


@pytest.mark.parametrize("address", ["sqlite:a.db", "redis://h", "rediss://h", "unix:///a.sock"])
def test_a_store_is_a_file_or_a_redis(address: str) -> None:
    assert store_address(address) == address


@pytest.mark.parametrize("address", ["", "sqlite:", "redis://", "http://a:secret@h", "secret.db"])
def test_what_is_no_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ValueError, match="sqlite:") as told:
        store_address(address)
    assert "secret" not in str(told.value)


def test_a_home_is_found() -> None:
    assert sqlite_path("sqlite:~/a.db") == Path.home() / "a.db"
