"""The cache of vectors: a second run embeds nothing."""

import logging
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from blockbuster import blockbuster_ctx

from brain.evaluation import vector_cache
from brain.evaluation.vector_cache import NAME, CachingEmbedder
from brain.memory.record import Vector
from tests.doubles import HashEmbedder


class CountingEmbedder(HashEmbedder):
    """Counts the texts of both roles; a passage has another vector than the same query."""

    def __init__(self, name: str = "hash") -> None:
        super().__init__(name=name, dimensions=8)
        self.asked: list[str] = []

    async def query(self, text: str) -> Vector:
        self.asked.append(text)
        return -await super().query(text)


class AnotherEmbedder(CountingEmbedder):
    """An embedder of another class, which may round otherwise."""


TEXTS = ["the kitten", "小猫", "the kitten", "the dog"]


async def both(embedder: CountingEmbedder, folder: Path | None) -> list[Vector]:
    cached = CachingEmbedder(embedder, folder=folder)
    return [*await cached.passages(TEXTS), await cached.query("the kitten")]


async def test_a_second_run_embeds_nothing_and_finds_the_same(tmp_path: Path) -> None:
    first, second = CountingEmbedder(), CountingEmbedder()
    with blockbuster_ctx("brain"):
        made = await both(first, tmp_path / "new" / "folder")
        read = await both(second, tmp_path / "new" / "folder")
    assert (first.embedded, first.asked) == (["the kitten", "小猫", "the dog"], ["the kitten"])
    assert (second.embedded, second.asked) == ([], [])
    np.testing.assert_array_equal(made, read)
    np.testing.assert_array_equal(made, await both(CountingEmbedder(), None))
    assert b"kitten" not in (tmp_path / "new" / "folder" / NAME).read_bytes()


@pytest.mark.parametrize("other", [CountingEmbedder("other"), AnotherEmbedder()])
async def test_another_embedder_has_vectors_of_its_own(
    tmp_path: Path, other: CountingEmbedder
) -> None:
    await both(CountingEmbedder(), tmp_path)
    await both(other, tmp_path)
    assert (len(other.embedded), len(other.asked)) == (3, 1)


async def test_without_a_folder_a_text_is_embedded_once_by_each_object() -> None:
    embedder = CountingEmbedder()
    cached = CachingEmbedder(embedder)
    for _ in range(2):
        await cached.passages(TEXTS)
        await cached.query("the kitten")
    assert (len(embedder.embedded), len(embedder.asked)) == (3, 1)


async def test_the_oldest_vectors_give_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_cache, "MOST_BYTES", 3 * 8 * 4)
    for number in range(5):
        await CachingEmbedder(CountingEmbedder(), folder=tmp_path).passages([f"text {number}"])
    embedder = CountingEmbedder()
    cached = CachingEmbedder(embedder, folder=tmp_path)
    await cached.passages([f"text {number}" for number in range(2, 5)])
    assert embedder.embedded == []
    await cached.passages(["text 1"])
    assert embedder.embedded == ["text 1"]


@pytest.mark.parametrize("damage", ["folder", "content", "schema"])
async def test_a_file_that_cannot_be_used_is_logged_and_done_without(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "cache"
    if damage == "folder":
        folder.write_bytes(b"")
    else:
        folder.mkdir()
        if damage == "content":
            (folder / NAME).write_bytes(b"no database at all" * 100)
        else:
            with sqlite3.connect(folder / NAME) as db:
                db.execute("CREATE TABLE vectors (other)")
            db.close()
    with caplog.at_level(logging.WARNING):
        found = await both(CountingEmbedder(), folder)
    assert len(found) == len(TEXTS) + 1
    assert len(caplog.records) == 1
