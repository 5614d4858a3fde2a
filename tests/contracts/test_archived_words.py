"""`brain.ports.MemoryIndex.search`: what is archived makes no word of the living common."""

import pytest

from brain.ports import MemoryStore
from tests.factories import IN_PRIVATE, NOON, memory


async def test_the_words_of_an_archive_say_nothing_about_the_living(store: MemoryStore) -> None:
    practised = [memory(f"I practised the violin, part {number}.") for number in range(120)]
    await store.add(practised, [None] * len(practised))
    await store.archive(IN_PRIVATE, [each.id for each in practised], now=NOON)
    violin, dentist = memory("A violin for the wedding."), memory("The dentist was kind.")
    others = [memory(f"The garden has flower {number}.") for number in range(30)]
    await store.add([violin, dentist, *others], [None] * (2 + len(others)))
    found = await store.search(IN_PRIVATE, text="violin dentist", vector=None, now=NOON, limit=9)
    scores = {known.id: score for known, score in found.lexical}
    assert scores.keys() == {violin.id, dentist.id}
    # One of 32 living memories has either word.
    assert 0.8 < scores[violin.id] / scores[dentist.id] < 1.25


async def test_the_commonest_word_is_left_out_where_there_are_too_many_memories_to_read(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for user in ("brain.memory.bm25", "storage.sqlite.search"):
        monkeypatch.setattr(f"{user}.POSTINGS", 50)
    talks = [memory(f"Coffee with my sister, day {number}.") for number in range(50)]
    kettles = [memory(f"The kettle leaks again, day {number}.") for number in range(48)]
    coffee_and_owl = memory("An owl sat there while I had coffee.")
    await store.add([*talks, *kettles, coffee_and_owl], [None] * 99)
    found = await store.search(IN_PRIVATE, text="owl coffee", vector=None, now=NOON, limit=9)
    assert [known.id for known, _ in found.lexical] == [coffee_and_owl.id]
