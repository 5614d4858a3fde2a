"""`brain.ports.MemoryIndex`: what recall finds, in which order, and what it passes over."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from msgspec.structs import replace

from brain.memory.bm25 import inverse_document_frequency
from brain.memory.record import RECALLED, Kind, Memory, Vector
from brain.memory.retention import COMPANION
from brain.messages import Scope
from brain.ports import Candidates, MemoryStore
from tests.contracts.harness import Harness
from tests.factories import (
    ANNA,
    ANNAS_DM,
    BEN,
    BEN_IN_PRIVATE,
    BENS_DM,
    CAFE,
    DAY,
    IN_CAFE,
    IN_PRIVATE,
    MILLISECOND,
    NOON,
    between,
    crowd,
    memory,
    vector,
)

SMALL_TALK = [
    f"{who} {does} {what} {when}."
    for who in ("My neighbour", "The postman", "Our teacher", "Nobody", "Her brother")
    for does in ("carries", "paints", "repairs", "describes", "forgets")
    for what in ("the ladder", "a bridge", "two lamps", "some bread", "the garden")
    for when in ("every morning", "on Sundays")
]
"""250 sentences of a few words, each of them common."""

SIGNS = ["・", "・・・", "･", "゛", "゜・", "゠", "\u3099", "\ufaff", "\U0003ffff"]
"""Neither letters nor digits, though they stand among characters of Chinese and Japanese."""


def ids(ranking: tuple[tuple[Memory, float], ...]) -> list[str]:
    return [known.id for known, _ in ranking]


async def find(
    store: MemoryStore,
    text: str = "",
    near: Vector | None = None,
    *,
    scope: Scope = IN_PRIVATE,
    said_from: datetime | None = None,
    said_until: datetime | None = None,
) -> Candidates:
    return await store.search(
        scope,
        text=text,
        vector=near,
        now=NOON,
        limit=10,
        said_from=said_from,
        said_until=said_until,
    )


async def words(store: MemoryStore, text: str, *, scope: Scope = IN_PRIVATE) -> list[str]:
    return ids((await find(store, text, scope=scope)).lexical)


def similarities(kept: dict[str, Vector], near: Vector) -> dict[str, float]:
    """The true cosine of each, by brute force."""
    cosines = np.stack(list(kept.values())).astype(np.float64) @ near.astype(np.float64)
    return dict(zip(kept, (float(cosine) for cosine in cosines), strict=True))


def nearest(kept: dict[str, Vector], near: Vector, number: int) -> list[str]:
    """The true answer, by brute force."""
    cosines = similarities(kept, near)
    return sorted(cosines, key=cosines.__getitem__, reverse=True)[:number]


async def add_many(store: MemoryStore, vectors: list[Vector], text: str = "") -> dict[str, Vector]:
    made = [memory(text or f"Number {n}.") for n in range(len(vectors))]
    await store.add(made, vectors)
    return {known.id: row for known, row in zip(made, vectors, strict=True)}


async def test_the_nearest_come_in_exact_order_of_cosine(harness: Harness) -> None:
    kept = await add_many(harness.store, crowd(300, seed=1))
    async for store in harness.twice():
        for near in crowd(5, seed=1, topics=40) + crowd(3, seed=2):
            found = await store.search(IN_PRIVATE, text="", vector=near, now=NOON, limit=20)
            true = similarities(kept, near)
            best = sorted(true.values(), reverse=True)[:20]
            # Neighbours as close as float32 tells apart may change places, no others.
            assert [true[known.id] for known, _ in found.dense] == pytest.approx(best, abs=1e-5)
            scores = [score for _, score in found.dense]
            assert scores == pytest.approx(best, abs=1e-3)


async def test_scores_never_rise_along_a_list(store: MemoryStore) -> None:
    await store.add([memory(text) for text in SMALL_TALK], crowd(len(SMALL_TALK), seed=3))
    found = await find(store, "Our teacher paints the garden on Sundays", vector(1))
    for ranking in (found.dense, found.lexical):
        scores = [score for _, score in ranking]
        assert len(scores) == 10
        assert scores == sorted(scores, reverse=True)


async def test_a_rare_word_is_found_among_common_ones(store: MemoryStore) -> None:
    rare = memory("My neighbour plays the theremin every morning.")
    texts = [memory(text) for text in SMALL_TALK]
    await store.add([*texts[:100], rare, *texts[100:]], [None] * (len(texts) + 1))
    assert await words(store, "theremin") == [rare.id]
    assert (await words(store, "Who plays the theremin on Sundays?"))[0] == rare.id


async def test_a_word_that_is_everywhere_is_found_still(store: MemoryStore) -> None:
    await store.add([memory(f"Number {n}.") for n in range(60)], [None] * 60)
    assert len(await words(store, "number")) == 10


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I am allergic to walnuts.", "WALNUTS"),
        ("I am allergic to walnuts.", "walnut"),
        ("We went hiking.", "hikes"),
        ("Мой кот любит рыбу.", "КОТ"),
        ("Ich wohne in der Großstraße.", "GROSSSTRASSE"),
        ("El niño duerme.", "niño"),
        ("My flat is number 4711.", "4711"),
        ("I like C3PO.", "c3po"),
        ("我养了一只猫，叫小白。", "猫"),
        ("我养了一只猫，叫小白。", "小白"),
        ("我很怕打雷。", "打雷"),
        ("我很怕打雷。", "你怕不怕打雷？"),
        ("我喜欢Python编程。", "python"),
        ("我喜欢Python编程。", "编程"),
        ("昨日、東京タワーへ行きました。", "東京"),
        ("나는 고양이를 좋아해.", "고양이"),
        ("𠮷野家で食べた。", "𠮷"),
    ],
)
async def test_words_are_found_in_many_scripts(store: MemoryStore, said: str, asked: str) -> None:
    wanted = memory(said)
    others = [memory(text) for text in ("Nothing here.", "这里什么都没有。", "Ничего.")]
    await store.add([wanted, *others], [None] * 4)
    assert await words(store, asked) == [wanted.id]


@pytest.mark.parametrize(
    "asked",
    [
        'tea" OR "x',
        "tea*",
        "-tea",
        "tea NOT lemon",
        "NEAR(tea lemon)",
        "words:tea",
        "@words:{tea}",
        "(tea",
        "tea | $x => {$weight: 0}",
        "%%tea%%",
        "~tea",
        "tea\\",
        "'tea'; DROP TABLE memories; --",
        "tea " * 3_000,
        " ".join(f"word{n}" for n in range(2_000)) + " tea",
    ],
    ids=range(15),
)
async def test_nothing_in_a_message_is_a_query_language(store: MemoryStore, asked: str) -> None:
    tea, milk = memory("I had tea with lemon."), memory("I had milk.")
    await store.add([tea, milk], [None, None])
    assert (await words(store, asked))[0] == tea.id


@pytest.mark.parametrize("asked", ["", " ", "?!", "🐈", "\u200f", "___", "* * *", *SIGNS])
async def test_a_text_without_words_finds_nothing_by_words(store: MemoryStore, asked: str) -> None:
    known = memory("🐈 ?! ___ " + asked)
    await store.add([known], [vector(1)])
    found = await find(store, asked, vector(1))
    assert found.lexical == ()
    assert ids(found.dense) == [known.id]


@pytest.mark.parametrize("sign", SIGNS)
async def test_words_are_found_beside_signs_of_a_language(store: MemoryStore, sign: str) -> None:
    known, other = memory(f"{sign}東京{sign}駅"), memory(f"海{sign}")
    await store.add([known, other], [None, None])
    for asked in (f"駅{sign}", f"{sign} {sign}東京"):
        assert await words(store, asked) == [known.id]


async def test_the_rarer_word_weighs_more_and_two_words_more_than_one(store: MemoryStore) -> None:
    others = [memory(text) for text in SMALL_TALK[:60]]
    common = [memory(f"The river seemed calm {n}.") for n in range(15)]
    rare = memory("The heron seemed calm 99.")
    both = memory("The heron seemed river 98.")
    await store.add([*others, *common, rare, both], [None] * 77)
    found = await words(store, "heron river")
    assert found[:2] == [both.id, rare.id]
    assert set(found[2:]) < {known.id for known in common}


async def test_without_a_vector_a_memory_is_found_by_words_alone(store: MemoryStore) -> None:
    known = memory("The kettle is broken.")
    await store.add([known], [None])
    found = await find(store, "kettle", vector(1))
    assert ids(found.lexical) == [known.id]
    assert found.dense == ()
    assert await store.set_vector(IN_PRIVATE, known.id, vector(1))
    found = await find(store, "kettle", vector(1))
    assert ids(found.dense) == ids(found.lexical) == [known.id]


async def test_without_a_vector_to_search_with_only_words_count(store: MemoryStore) -> None:
    known = memory("The kettle is broken.")
    await store.add([known], [vector(1)])
    found = await find(store, "kettle", None)
    assert ids(found.lexical) == [known.id]
    assert found.dense == ()


async def test_an_ideal_memory_has_every_word_and_words_of_no_memory_weigh_most(
    store: MemoryStore,
) -> None:
    """The words that are searched for are the same in both stores, however many there are."""
    known = [memory("The kettle is broken."), memory("A kettle and a lamp.")]
    await store.add(known, [None, None])
    weights = [inverse_document_frequency(count, 2) for count in range(3)]
    for text, expected in (
        ("kettle", weights[2]),
        ("the kettle and the lamp", weights[2] + weights[1]),
        ("the kettle, the lamp and the zebra", weights[2] + weights[1] + weights[0]),
        (" ".join(["kettle", *(f"zebra{n}" for n in range(40))]), weights[2] + 40 * weights[0]),
        ("the zebra", 0.0),
    ):
        assert (await find(store, text)).ideal == pytest.approx(expected)


async def test_a_stranger_finds_nothing(store: MemoryStore) -> None:
    await store.add([memory()], [vector(1)])
    assert await find(store, "tea", vector(1), scope=BEN_IN_PRIVATE) == Candidates()


async def test_each_list_is_as_long_as_asked_for_at_most(store: MemoryStore) -> None:
    made = [memory(f"Tea, {n}.") for n in range(50)]
    await store.add(made, [vector(n) for n in range(50)])
    for limit in (1, 7, 50, 500):
        found = await store.search(IN_PRIVATE, text="tea", vector=vector(3), now=NOON, limit=limit)
        assert len(found.dense) == len(found.lexical) == min(limit, 50)
        assert len(set(ids(found.dense))) == len(set(ids(found.lexical))) == min(limit, 50)


async def test_what_is_found_is_the_whole_memory_as_it_stands(store: MemoryStore) -> None:
    known = memory("The kettle is broken.", reply="Buy one.", sources=["a"], place=CAFE)
    await store.add([known], [vector(1)])
    await store.pin(IN_PRIVATE, known.id, pinned=True, curve=COMPANION)
    [now] = await store.get(IN_PRIVATE, [known.id])
    found = await find(store, "kettle", vector(1))
    assert [kept for kept, _ in found.dense] == [kept for kept, _ in found.lexical] == [now]
    assert now.pinned


async def test_a_memory_is_found_until_it_fades_and_not_from_then_on(harness: Harness) -> None:
    known = memory("The kettle is broken.")
    await harness.store.add([known], [vector(1)])
    async for store in harness.twice():
        for now, expected in (
            (NOON - DAY, [known.id]),
            (known.fades_at - MILLISECOND, [known.id]),
            (known.fades_at, []),
            (known.fades_at + 900 * DAY, []),
        ):
            found = await store.search(
                IN_PRIVATE, text="kettle", vector=vector(1), now=now, limit=3
            )
            assert ids(found.dense) == ids(found.lexical) == expected


async def test_times_that_were_set_are_kept_whatever_the_curve_says(store: MemoryStore) -> None:
    known = replace(memory("The kettle."), fades_at=NOON + timedelta(seconds=1))
    await store.add([known], [vector(1)])
    assert await words(store, "kettle") == [known.id]
    later = NOON + timedelta(seconds=1)
    found = await store.search(IN_PRIVATE, text="kettle", vector=vector(1), now=later, limit=3)
    assert found == Candidates()


async def test_a_pinned_memory_is_found_for_ever(store: MemoryStore) -> None:
    known = memory("The kettle is broken.", strength=0.001)
    await store.add([known], [vector(1)])
    assert await store.pin(IN_PRIVATE, known.id, pinned=True, curve=COMPANION)
    found = await store.search(
        IN_PRIVATE, text="kettle", vector=vector(1), now=NOON.replace(year=9990), limit=3
    )
    assert ids(found.dense) == ids(found.lexical) == [known.id]


async def test_what_is_archived_is_not_found_until_it_is_restored(store: MemoryStore) -> None:
    known, other = memory("The kettle is broken."), memory("The pot.")
    gone = memory("Another kettle.", archived_at=NOON)
    await store.add([known, other, gone], [vector(1), vector(2), vector(3)])
    await store.archive(IN_PRIVATE, [known.id], now=NOON)
    found = await find(store, "kettle", vector(1))
    assert (ids(found.dense), ids(found.lexical)) == ([other.id], [])
    await store.restore(IN_PRIVATE, [known.id], now=NOON, curve=COMPANION)
    found = await find(store, "kettle", vector(1))
    assert (ids(found.dense), ids(found.lexical)) == ([known.id, other.id], [known.id])


async def test_what_is_erased_is_not_found(store: MemoryStore) -> None:
    known = memory("The kettle is broken.")
    await store.add([known], [vector(1)])
    await store.erase(IN_PRIVATE, [known.id])
    assert await find(store, "kettle", vector(1)) == Candidates()


@pytest.mark.parametrize("number", [1_050, 2_200])
async def test_near_neighbours_are_found_among_thousands(harness: Harness, number: int) -> None:
    vectors = crowd(number, seed=number)
    kept: dict[str, Vector] = {}
    # As a life goes: a heap from an import, then more and more.
    for start, end in ((0, 700), (700, 1_020), (1_020, number)):
        kept |= await add_many(harness.store, vectors[start:end])
    async for store in harness.twice():
        hits = 0
        asked = [between(vectors[n], other, 0.3) for n, other in enumerate(crowd(20, seed=7))]
        for near in asked:
            found = await find(store, near=near)
            hits += len(set(ids(found.dense)) & set(nearest(kept, near, 10)))
            # Whatever is found, it is ranked by the exact similarity.
            true = similarities(kept, near)
            exact = [true[name] for name in ids(found.dense)]
            assert exact == pytest.approx(sorted(exact, reverse=True), abs=1e-5)
        assert hits >= 0.9 * 10 * len(asked)


async def test_a_new_subject_is_found_beside_thousands_of_old_ones(store: MemoryStore) -> None:
    await add_many(store, crowd(1_100, seed=11))
    new = await add_many(store, crowd(60, seed=12, topics=3))
    hits = 0
    for near in crowd(10, seed=12, topics=3):
        found = await find(store, near=near)
        hits += len(set(ids(found.dense)) & set(nearest(new, near, 10)))
    assert hits >= 90


async def test_among_thousands_a_memory_comes_and_goes(store: MemoryStore) -> None:
    await add_many(store, crowd(1_100, seed=13))
    late, restored = memory("The kettle."), memory("The pot.")
    await store.add([late, restored], [None, vector(2)])
    await store.set_vector(IN_PRIVATE, late.id, vector(1))
    await store.archive(IN_PRIVATE, [restored.id], now=NOON)
    assert ids((await find(store, near=vector(1))).dense)[0] == late.id
    assert restored.id not in ids((await find(store, near=vector(2))).dense)
    await store.restore(IN_PRIVATE, [restored.id], now=NOON, curve=COMPANION)
    assert ids((await find(store, near=vector(2))).dense)[0] == restored.id
    await store.erase(IN_PRIVATE, [late.id])
    assert late.id not in ids((await find(store, near=vector(1))).dense)


async def test_among_thousands_the_list_is_as_long_as_asked_for(store: MemoryStore) -> None:
    await add_many(store, crowd(1_100, seed=14), text="Number one.")
    found = await store.search(IN_PRIVATE, text="number", vector=vector(1), now=NOON, limit=600)
    assert len(found.dense) == len(found.lexical) == 600


async def test_thousands_of_private_memories_do_not_crowd_out_a_shared_place(
    store: MemoryStore,
) -> None:
    near = vector(1)
    private = [between(near, vector(n), 0.2) for n in range(10, 1_210)]
    await add_many(store, private, text="Tea, tea, tea.")
    shared = [memory("Tea?", place=CAFE), memory("Milk and tea and bread.", place=CAFE)]
    await store.add(shared, [vector(2), vector(3)])
    found = await find(store, "tea", near, scope=IN_CAFE)
    assert set(ids(found.dense)) == set(ids(found.lexical)) == {known.id for known in shared}


async def test_thousands_of_faded_memories_do_not_crowd_out_the_living(store: MemoryStore) -> None:
    near = vector(1)
    faded = [memory("Tea, tea, tea.", strength=1.0) for _ in range(1_200)]
    await store.add(faded, [between(near, vector(n), 0.2) for n in range(10, 1_210)])
    alive = memory("Milk and tea and bread.", strength=1_000.0)
    await store.add([alive], [vector(2)])
    now = NOON + 30 * DAY
    found = await store.search(IN_PRIVATE, text="tea", vector=near, now=now, limit=10)
    assert ids(found.dense) == ids(found.lexical) == [alive.id]


async def test_how_words_rank_for_one_person_does_not_hang_on_others(store: MemoryStore) -> None:
    random = np.random.default_rng(5)
    vocabulary = [f"word{n}" for n in range(400)]
    frequency = 1.0 / np.arange(3, 403)
    frequency /= frequency.sum()

    def sentence(length: int) -> str:
        return " ".join(random.choice(vocabulary, size=length, p=frequency))

    mine = [memory(sentence(length)) for length in random.integers(5, 40, size=300)]
    await store.add(mine, [None] * len(mine))
    narrow = [f"word{n}" for n in range(340, 400)]
    wide = [sentence(8) for _ in range(20)]
    before = {text: (await find(store, text)).lexical for text in narrow + wide}

    theirs = [memory(sentence(60), person=BEN, place=place) for place in (BENS_DM, CAFE) * 400]
    await store.add(theirs, [None] * len(theirs))
    for text in narrow:
        assert len(before[text]) <= 10
        assert (await find(store, text)).lexical == before[text]
    # Where more match than are asked for, a store may choose whom to score; not the best ones.
    for text in wide:
        assert (await words(store, text))[:5] == ids(before[text])[:5]


async def test_adding_gives_the_new_ids_and_leaves_known_ones_alone(store: MemoryStore) -> None:
    first, second = memory("First."), memory("Second.", person=BEN, place=BENS_DM)
    assert await store.add([first], [None]) == (first.id,)
    changed = replace(first, text="Changed.", person=BEN.id)
    assert await store.add([changed, second, second], [vector(1), None, None]) == (second.id,)
    assert await store.get(IN_PRIVATE, [first.id]) == (first,)
    assert await store.get(BEN_IN_PRIVATE, [first.id, second.id]) == (second,)
    assert await store.add([], []) == ()


async def test_adding_is_all_or_nothing(store: MemoryStore) -> None:
    good = memory()
    bad = replace(memory(), text=None)
    with pytest.raises(Exception):  # noqa: B017, PT011 a caller's mistake, of any kind
        await store.add([good, bad], [None, None])
    assert await store.get(IN_PRIVATE, [good.id]) == ()
    assert await store.count(IN_PRIVATE) == 0


async def test_embedding_what_is_gone_or_out_of_scope_does_nothing(store: MemoryStore) -> None:
    private, gone = memory("The kettle.", place=ANNAS_DM), memory(person=ANNA)
    await store.add([private, gone], [None, None])
    await store.erase(IN_PRIVATE, [gone.id])
    assert not await store.set_vector(IN_PRIVATE, gone.id, vector(1))
    assert not await store.set_vector(IN_CAFE, private.id, vector(1))
    assert not await store.set_vector(BEN_IN_PRIVATE, private.id, vector(1))
    assert (await find(store, near=vector(1))).dense == ()
    assert len(await store.unembedded(limit=5)) == 1


async def test_a_span_leaves_out_its_end(harness: Harness) -> None:
    said = [memory("Tea again.", said_at=NOON + n * DAY) for n in range(-6, 0)]
    await harness.store.add(said, crowd(6, seed=4))
    start, end = said[2].said_at, said[4].said_at
    spans: list[tuple[datetime | None, datetime | None, list[Memory]]] = [
        (start, end, said[2:4]),
        (start, None, said[2:]),
        (None, end, said[:4]),
        (end, end, []),
        (end, start, []),
        (start + MILLISECOND, end + MILLISECOND, said[3:5]),
        (None, None, said),
    ]
    async for store in harness.twice():
        for first, until, expected in spans:
            found = await find(store, "tea", vector(1), said_from=first, said_until=until)
            assert sorted(ids(found.lexical)) == [known.id for known in expected]
            assert sorted(ids(found.dense)) == [known.id for known in expected]


async def test_a_span_finds_what_much_nearer_ones_outside_would_hide(store: MemoryStore) -> None:
    vectors = crowd(1_300, seed=5)
    near = vectors[0]
    vectors.sort(key=lambda each: float(each @ near))
    said = [memory("Tea.", said_at=NOON - (1_300 - n) * MILLISECOND) for n in range(1_300)]
    await store.add(said, vectors)
    farthest = said[:5]
    found = await find(store, "tea", near, said_from=said[0].said_at, said_until=said[5].said_at)
    assert ids(found.dense) == [known.id for known in reversed(farthest)]
    assert sorted(ids(found.lexical)) == [known.id for known in farthest]


async def test_a_span_keeps_to_the_scope(store: MemoryStore) -> None:
    private, shared = memory("Tea at home."), memory("Tea out.", place=CAFE)
    bens = memory("Ben's tea.", person=BEN, place=CAFE)
    await store.add([private, shared, bens], [vector(1)] * 3)
    found = await find(store, "tea", vector(1), scope=IN_CAFE, said_from=NOON - DAY)
    assert ids(found.lexical) == ids(found.dense) == [shared.id]


@pytest.mark.parametrize("kind", list(Kind))
async def test_only_what_recall_is_for_is_found_counted_and_waits_for_a_vector(
    harness: Harness, kind: Kind
) -> None:
    known = memory("The kettle is broken.", kind=kind)
    waits = memory("The kettle waits.", kind=kind)
    await harness.store.add([known, waits], [vector(1), None])
    await harness.store.archive(IN_PRIVATE, [known.id, waits.id], now=NOON)
    names = [known.id, waits.id]
    await harness.store.restore(IN_PRIVATE, names, now=NOON, curve=COMPANION)
    recalled = kind in RECALLED
    async for store in harness.twice():
        found = await find(store, "kettle", vector(1))
        assert sorted(ids(found.lexical)) == (names if recalled else [])
        assert ids(found.dense) == (names[:1] if recalled else [])
        assert await store.count(IN_PRIVATE) == (2 if recalled else 0)
        waiting = [name for _, name in await store.unembedded(limit=9)]
        assert waiting == (names[1:] if recalled else [])
        assert len(await store.get(IN_PRIVATE, names)) == 2
