"""`brain.ports.MemoryIndex.search`: which words of a question are searched for."""

import pytest

from brain.ports import MemoryStore
from tests.factories import IN_PRIVATE, NOON, memory


async def words(store: MemoryStore, asked: str) -> list[str]:
    found = await store.search(IN_PRIVATE, text=asked, vector=None, now=NOON, limit=9)
    return [known.id for known, _ in found.lexical]


async def test_what_holds_a_sentence_together_is_not_searched_for(store: MemoryStore) -> None:
    kettle, talk = memory("My kettle leaks."), memory("What is that? It was from there.")
    await store.add([kettle, talk], [None, None])
    assert await words(store, "What was it that is with the kettle?") == [kettle.id]


@pytest.mark.parametrize("asked", ["The Who", "Who is it?"])
async def test_a_question_of_such_words_alone_is_searched_by_them(
    store: MemoryStore, asked: str
) -> None:
    band, other = memory("We heard The Who, it is loud."), memory("My kettle leaks.")
    await store.add([band, other], [None, None])
    assert await words(store, asked) == [band.id]
