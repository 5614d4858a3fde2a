"""Recall over a real store: what is asked of it, and what comes of it."""

from datetime import timedelta
from pathlib import Path

from brain.memory.ranking import asked_times
from brain.memory.retention import COMPANION
from brain.messages import UTC_ZONE
from brain.recall import CANDIDATES, recall
from storage.sqlite.store import SqliteStore
from tests.doubles import HashEmbedder
from tests.factories import BEN_IN_PRIVATE, DAY, IN_PRIVATE, MINUTE, NOON, conversation, memory

QUESTION = "What did I do on 3 February?"
THEN = NOON - 26 * DAY


async def test_a_question_that_names_but_a_time_finds_what_was_said_then(file: Path) -> None:
    """Everything else has more of its words, and more of it than a search brings."""
    embedder = HashEmbedder()
    store = await SqliteStore.open(file)
    await store.check_embedder(curve=COMPANION, embedder="hash", dimensions=embedder.dimensions)
    lamp = memory("I bought a lamp.", said_at=THEN)
    others = [
        memory(
            f"I do what I did in February, {n}.", said_at=NOON - 9 * DAY - n * timedelta(hours=3)
        )
        for n in range(CANDIDATES + 8)
    ]
    known = [*others, lamp]
    await store.add(known, await embedder.passages([each.content for each in known]))
    vector = await embedder.query(QUESTION)
    times = asked_times(QUESTION, now=NOON, zone=UTC_ZONE, language="en")
    assert times
    for named, expected in ((times, True), ((), False)):
        found = await recall(
            store, IN_PRIVATE, text=QUESTION, vector=vector, now=NOON, limit=6, times=named
        )
        assert (lamp.id in {one.memory.id for one in found}) is expected
    await store.close()


async def test_what_answers_a_found_question_comes_with_it_and_stays_in_the_scope(
    file: Path,
) -> None:
    store = await SqliteStore.open(file)
    asked = memory("Which town do you like best?", said_at=NOON)
    told = memory("Kyoto, by far.", said_at=NOON + MINUTE)
    await store.add([asked, told, *conversation(9, start=NOON + DAY)], [None] * 11)
    for scope, expected in ((IN_PRIVATE, {asked.id, told.id}), (BEN_IN_PRIVATE, set())):
        found = await recall(
            store, scope, text="My favourite town", vector=None, now=NOON + 2 * DAY, limit=6
        )
        assert {one.memory.id for one in found} == expected
    without = await recall(
        store,
        IN_PRIVATE,
        text="My favourite town",
        vector=None,
        now=NOON + 2 * DAY,
        limit=6,
        without={told.id},
    )
    assert [one.memory.id for one in without] == [asked.id]
    await store.close()
