"""What is erased is nowhere in the bytes of the file or of what lies beside it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import apsw
import numpy as np
import pytest

from brain.ids import PersonId, PlaceId
from brain.memory.lexical import terms
from brain.memory.record import Kind, Memory, Vector
from brain.memory.retention import COMPANION
from brain.messages import Person
from brain.ports import Due
from storage.sqlite.store import SqliteStore
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BENS_DM,
    CAFE,
    DAY,
    IN_PRIVATE,
    NOON,
    crowd,
    memory,
    vector,
)

LETTERS = np.array(list("bcdfghjklmnpqrstvwxz"))


def gibberish(seed: int, *, words: int) -> str:
    """Words that no other text shares even a part of."""
    random = np.random.default_rng(seed)
    return " ".join("".join(random.choice(LETTERS, size=12)) for _ in range(words))


SECRET = f"Remember: {gibberish(1, words=5)}, and 秘密暗号鯨 too."
LONG_SECRET = gibberish(2, words=3_000)
"""Far longer than a page of the file."""
REPLY = gibberish(3, words=8)
SECRET_PLACE = replace(CAFE, id=PlaceId("discord:qwzxvkjhgfdspl"))


def traces(*texts: str) -> set[bytes]:
    """What must not be found: the text, its words, and parts of its terms.

    An index keeps of a term only what differs from the term before it, so that the middle is
    looked for as well.
    """
    wanted = {text.encode() for text in texts}
    for text in texts:
        unusual = [term for term in terms(text) if len(term) >= 8 or not term.isascii()]
        wanted |= {term.encode() for term in unusual if len(term) > 1}
        wanted |= {term[3:].encode() for term in unusual if len(term) >= 8}
    return wanted - {b"remember"}


def parts(of: Vector) -> set[bytes]:
    """A vector's bytes, whole and in pieces."""
    raw = of.tobytes()
    return {raw, *(raw[start : start + 32] for start in range(0, len(raw) - 32, 256))}


def found_in(folder: Path, wanted: set[bytes]) -> set[bytes]:
    content = b"\n".join(file.read_bytes() for file in sorted(folder.iterdir()))
    return {trace for trace in wanted if trace in content}


async def furnish(store: SqliteStore) -> None:
    """Memories around the secret ones, of the same person and of another."""
    for start in (0, 40):
        await store.add(
            [
                memory(gibberish(1_000 + n, words=30), person=(ANNA, BEN)[n % 2], place=CAFE)
                for n in range(start, start + 40)
            ],
            [vector(1_000 + n) for n in range(start, start + 40)],
        )


async def plant(store: SqliteStore) -> list[Memory]:
    """The secrets, in every way that they get in: a turn, an import, a vector that came later."""
    short = memory(SECRET, id="secret-id-zvkwqx", place=ANNAS_DM, strength=1.0)
    assert await store.begin(IN_PRIVATE, short)
    await store.finish(
        IN_PRIVATE,
        short.id,
        reply=REPLY,
        vector=vector(1),
        recalled=[],
        now=NOON,
        curve=COMPANION,
    )
    long = memory(LONG_SECRET, place=SECRET_PLACE, strength=1.0)
    await store.add([long], [None])
    await store.set_vector(IN_PRIVATE, long.id, vector(2))
    await store.set_vector(IN_PRIVATE, long.id, vector(3))
    return [short, long]


SAMPLE = " ".join(LONG_SECRET.split()[::20])
"""Of the long text: to look for every word of it takes long."""
EVERY_TRACE = (
    {LONG_SECRET[:2_000].encode(), LONG_SECRET[-2_000:].encode()}
    | traces(SECRET, SAMPLE, REPLY, "secret-id-zvkwqx", SECRET_PLACE.id)
    | parts(vector(1))
    | parts(vector(2))
    | parts(vector(3))
)


async def by_hand(store: SqliteStore, secrets: list[Memory]) -> None:
    assert len(await store.erase(IN_PRIVATE, [known.id for known in secrets])) == len(secrets)


async def from_the_archive(store: SqliteStore, secrets: list[Memory]) -> None:
    ids = [known.id for known in secrets]
    await store.archive(IN_PRIVATE, ids, now=NOON)
    assert len(await store.erase(IN_PRIVATE, ids)) == len(secrets)


async def with_the_person(store: SqliteStore, _: list[Memory]) -> None:
    assert await store.erase_person(ANNA.id) == 42


async def by_time(store: SqliteStore, secrets: list[Memory]) -> None:
    soon, later = NOON + 20 * DAY, NOON + 100 * DAY
    assert await store.forget_due(now=soon, curve=COMPANION, limit=99) == Due(len(secrets), 0)
    done = await store.forget_due(now=later, curve=COMPANION, limit=99)
    assert done.erased == len(secrets)


async def by_rewriting(store: SqliteStore, secrets: list[Memory]) -> None:
    revision = await store.revision(ANNA.id)
    ids = [known.id for known in secrets]
    assert await store.rewrite(IN_PRIVATE, revision=revision, now=NOON, erase=ids)


Erasure = Callable[[SqliteStore, list[Memory]], Awaitable[None]]
every_erasure = pytest.mark.parametrize(
    "erase", [by_hand, from_the_archive, with_the_person, by_time, by_rewriting]
)


@every_erasure
async def test_an_erased_secret_leaves_no_trace(path: Path, erase: Erasure) -> None:
    store = await SqliteStore.open(path)
    await furnish(store)
    secrets = await plant(store)
    await furnish_more(store)
    assert SECRET.encode() in found_in(path.parent, EVERY_TRACE)
    await erase(store, secrets)
    assert found_in(path.parent, EVERY_TRACE) == set()
    await store.close()
    assert found_in(path.parent, EVERY_TRACE) == set()


async def furnish_more(store: SqliteStore) -> None:
    bens = [memory(gibberish(n, words=20), person=BEN, place=BENS_DM) for n in range(2_000, 2_030)]
    await store.add(bens, [vector(n) for n in range(2_000, 2_030)])


@every_erasure
async def test_a_secret_of_an_earlier_start_leaves_no_trace(path: Path, erase: Erasure) -> None:
    store = await SqliteStore.open(path)
    await furnish(store)
    secrets = await plant(store)
    await store.close()
    assert SECRET.encode() in found_in(path.parent, EVERY_TRACE)
    store = await SqliteStore.open(path)
    await erase(store, secrets)
    assert found_in(path.parent, EVERY_TRACE) == set()
    await store.close()


async def test_half_of_many_words_leave_no_trace_in_the_index(
    store: SqliteStore, path: Path
) -> None:
    # Enough of them that the index spreads over many pages, whose borders are terms as well.
    texts = [gibberish(5_000 + n, words=40) for n in range(400)]
    made = [memory(text) for text in texts]
    for start in range(0, 400, 50):
        await store.add(made[start : start + 50], [None] * 50)
    await store.erase(IN_PRIVATE, [known.id for known in made[::2]])
    sample = [" ".join(text.split()[::4]) for text in texts[::2]]
    assert found_in(path.parent, traces(*sample)) == set()
    found = await store.search(IN_PRIVATE, text=texts[1], vector=None, now=NOON, limit=1)
    assert [known.id for known, _ in found.lexical] == [made[1].id]
    assert (await store.diagnose())["integrity"] == "ok"


async def test_a_vector_among_a_thousand_leaves_no_trace(store: SqliteStore, path: Path) -> None:
    vectors = crowd(1_100, seed=21)
    made = [memory(f"Number {n}.") for n in range(1_100)]
    await store.add(made, vectors)
    erased = [7, 500, 1_099]
    wanted = {piece for n in erased for piece in parts(vectors[n])}
    assert found_in(path.parent, wanted)
    await store.erase(IN_PRIVATE, [made[n].id for n in erased])
    assert found_in(path.parent, wanted) == set()


async def test_a_reader_that_looked_on_before_does_not_keep_a_trace(path: Path) -> None:
    store = await SqliteStore.open(path)
    secrets = await plant(store)
    reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    assert reader.execute("SELECT count(*) FROM memories").get == 2
    await by_hand(store, secrets)
    assert found_in(path.parent, EVERY_TRACE) == set()
    reader.close()
    await store.close()
    assert found_in(path.parent, EVERY_TRACE) == set()


@pytest.mark.parametrize("last", ["write", "close"])
async def test_once_a_reader_in_the_way_is_gone_no_trace_is_left(path: Path, last: str) -> None:
    store = await SqliteStore.open(path)
    secrets = await plant(store)
    reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM memories").get == 2
    await by_hand(store, secrets)
    # The reader still sees what it began to read: so long, the bytes are there.
    assert reader.execute("SELECT count(*) FROM memories").get == 2
    reader.execute("COMMIT")
    reader.close()
    if last == "write":
        await store.begin(IN_PRIVATE, memory("Good morning."))
    else:
        await store.close()
    assert found_in(path.parent, EVERY_TRACE) == set()
    await store.close()


async def test_an_erased_person_is_nowhere_in_the_file(store: SqliteStore, path: Path) -> None:
    person = Person(PersonId("discord:7364528190"), "Xylographina Qwertzenbach", language="zh")
    await store.save_person(person)
    await furnish(store)
    await store.add([memory("tea", person=person)], [vector(1)])
    wanted = {b"7364528190", b"Xylographina"}
    assert found_in(path.parent, wanted) == wanted
    await store.erase_person(person.id)
    assert found_in(path.parent, wanted) == set()


async def test_what_was_replaced_leaves_no_trace_after_the_next_upkeep(path: Path) -> None:
    store = await SqliteStore.open(path)
    await furnish(store)
    secrets = await plant(store)
    for known in secrets:
        assert await store.rewrite(
            IN_PRIVATE,
            revision=await store.revision(ANNA.id),
            now=NOON,
            erase=[known.id],
            add=[memory("Nothing.", id=known.id, kind=Kind.FACT)],
            vectors=[None],
        )
    await furnish_more(store)
    assert await store.forget_due(now=NOON, curve=COMPANION, limit=99) == Due(0, 0)
    assert found_in(path.parent, EVERY_TRACE - traces(secrets[0].id)) == set()
    await store.close()


async def test_values_and_joined_accounts_go_with_their_person(path: Path) -> None:
    store = await SqliteStore.open(path)
    secret = gibberish(7, words=2)
    await store.save_person(replace(ANNA, same_as=PersonId(secret), accounts=(PersonId(secret),)))
    await store.values.set(ANNA.id, secret, secret)
    await store.values.increment(ANNA.id, secret, by=1, ttl_s=60)
    await furnish(store)
    assert found_in(path.parent, {secret.encode()})
    await store.erase_person(ANNA.id)
    assert found_in(path.parent, {secret.encode()}) == set()
    await store.close()
