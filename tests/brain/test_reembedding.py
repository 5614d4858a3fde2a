from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from brain.errors import EmbedderError
from brain.memory.record import Vector
from brain.memory.retention import COMPANION
from brain.reembedding import ENOUGH, LISTED, STEP, embed_missing
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder
from tests.factories import BEN, BENS_DM, IN_PRIVATE, NOON, memory


class Fussy(HashEmbedder):
    """Refuses some texts, and any step that holds one."""

    def __init__(self, *, away: bool = False) -> None:
        super().__init__()
        self.away = away
        self.steps: list[int] = []

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        self.steps.append(len(texts))
        if self.away or any("odd" in text for text in texts):
            raise EmbedderError(reason="no")
        return await super().passages(texts)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "memories.db")
    await opened.check_embedder(curve=COMPANION, embedder="hash-384", dimensions=384)
    yield opened
    await opened.close()


async def test_everybody_gets_vectors_in_steps_and_hears_how_far_it_is(store: SqliteStore) -> None:
    mine = [memory(f"Number {n}.") for n in range(STEP)]
    bens = [memory("Beer.", person=BEN, place=BENS_DM)]
    await store.add([*mine, *bens], [None] * (STEP + 1))
    told: list[int] = []
    fussy = Fussy()
    assert await embed_missing(store, fussy, progress=told.append) == 0
    assert told == [STEP, STEP + 1]
    assert fussy.steps == [STEP, 1]
    assert await store.unembedded(limit=9) == ()
    like = await fussy.query("Number 7.")
    found = await store.search(IN_PRIVATE, text="", vector=like, now=NOON, limit=1)
    assert [known.text for known, _ in found.dense] == ["Number 7."]


async def test_what_the_embedder_refuses_keeps_back_no_other(store: SqliteStore) -> None:
    texts = ["odd one", "fine", "odd two", "good"]
    made = [memory(text) for text in texts]
    await store.add(made, [None] * len(made))
    assert await embed_missing(store, Fussy()) == 2
    assert {name for _, name in await store.unembedded(limit=9)} == {made[0].id, made[2].id}


async def test_an_embedder_that_is_away_is_not_asked_for_each(store: SqliteStore) -> None:
    made = [memory(f"Number {n}.") for n in range(STEP)]
    await store.add(made, [None] * len(made))
    fussy = Fussy(away=True)
    assert await embed_missing(store, fussy) == STEP
    assert fussy.steps == [STEP] + [1] * ENOUGH
    assert len(await store.unembedded(limit=LISTED)) == STEP


async def test_replies_go_first(store: SqliteStore) -> None:
    await store.add([memory() for _ in range(STEP + 1)], [None] * (STEP + 1))
    rests: list[int] = []
    fussy = Fussy()

    async def rest() -> None:
        rests.append(len(fussy.embedded))

    await embed_missing(store, fussy, rest=rest)
    assert rests == [0, STEP]


async def test_vectors_that_another_process_has_outdated_end_the_work(store: SqliteStore) -> None:
    await store.add([memory()], [None])
    await store.replace_embedder(embedder="shorter", dimensions=8)
    assert await embed_missing(store, HashEmbedder()) == 0
    assert len(await store.unembedded(limit=9)) == 1
