"""`brain.ports.MemoryIndex.search`: which words are searched for, and what they weigh."""

import numpy as np
import pytest

from brain.memory.bm25 import inverse_document_frequency, saturated_frequencies
from brain.memory.lexical import terms
from brain.memory.record import Memory
from brain.memory.retention import COMPANION
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


def score(memories: list[Memory], one: Memory, word: str) -> float:
    """BM25 of a word as the formula has it, message and reply apart."""
    fields = [[terms(each.text), terms(each.reply or "")] for each in memories]
    containing = sum(word in [*message, *reply] for message, reply in fields)
    own = fields[memories.index(one)]
    message, reply = (sum(len(each[n]) for each in fields) / len(fields) for n in (0, 1))
    [worth] = saturated_frequencies(
        [np.array([each.count(word)]) for each in own],
        [np.array([len(each)]) for each in own],
        average_lengths=(message, reply),
    )
    return float(worth) * inverse_document_frequency(containing, len(memories))


async def test_message_and_reply_are_weighed_apart(store: MemoryStore) -> None:
    in_message = memory("My heron came.", reply="How lovely, and how did the garden look today?")
    in_reply = memory("A bird came.", reply="Was it a heron? A heron likes your pond.")
    in_both = memory("The heron is back.", reply="The heron! And what did the heron do?")
    note = memory("A heron.", reply=None)
    others = [memory(f"The kettle leaks {n}.", reply=f"Buy a new one {n}.") for n in range(6)]
    gone = memory("A heron, a heron, a heron.", reply="A heron indeed.")
    told = [in_message, in_reply, in_both, note, *others]
    await store.add([*told, gone], [None] * (len(told) + 1))
    await store.archive(IN_PRIVATE, [gone.id], now=NOON)

    async def found() -> dict[str, float]:
        ranking = await store.search(IN_PRIVATE, text="heron", vector=None, now=NOON, limit=9)
        return {known.id: score for known, score in ranking.lexical}

    expected = {each.id: score(told, each, "heron") for each in told[:4]}
    assert await found() == pytest.approx(expected)
    assert expected[in_both.id] > expected[in_message.id] > expected[in_reply.id]
    await store.restore(IN_PRIVATE, [gone.id], now=NOON, curve=COMPANION)
    told.append(gone)
    expected = {each.id: score(told, each, "heron") for each in (*told[:4], gone)}
    assert await found() == pytest.approx(expected)
    await store.erase(IN_PRIVATE, [in_both.id])
    told.remove(in_both)
    expected = {each.id: score(told, each, "heron") for each in (*told[:3], gone)}
    assert await found() == pytest.approx(expected)


async def test_a_reply_that_comes_later_is_weighed_as_one(store: MemoryStore) -> None:
    turn = memory("A bird came.", reply=None)
    others = [memory(f"The kettle leaks {n}.", reply=f"Buy a new one {n}.") for n in range(6)]
    await store.add(others, [None] * 6)
    assert await store.begin(IN_PRIVATE, turn)
    reply = "Was it a heron?"
    assert await store.finish(
        IN_PRIVATE, turn.id, reply=reply, vector=None, recalled=(), now=NOON, curve=COMPANION
    )
    [whole] = await store.get(IN_PRIVATE, [turn.id])
    ranking = await store.search(IN_PRIVATE, text="heron", vector=None, now=NOON, limit=9)
    assert [known.id for known, _ in ranking.lexical] == [turn.id]
    assert ranking.lexical[0][1] == pytest.approx(score([*others, whole], whole, "heron"))


async def test_a_rare_word_counts_behind_a_common_one(store: MemoryStore) -> None:
    common = [memory(f"Carol came, {n}.") for n in range(80)]
    others = [memory(f"The kettle leaks {n}.") for n in range(40)]
    rare = memory("Carol was there, and it was a fine day with friends, and we had a long picnic.")
    await store.add([*common, *others, rare], [None] * 121)
    assert (await words(store, "Carol picnic"))[0] == rare.id
    assert (await words(store, "picnic Carol"))[0] == rare.id
