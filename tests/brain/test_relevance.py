"""The floor of relevance: what has nothing to do with a message is not given to its reply."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brain.calibrating import sentences_by_language
from brain.embedders.e5_small import E5SmallEmbedder
from brain.errors import EmbedderError
from brain.languages import all_languages
from brain.languages.detection import detect
from brain.memory.importance import SMALL_TALK, judge_importance
from brain.memory.nearness import PARTNER, Band, Nearness, Sample, answered
from brain.memory.ranking import fuse
from brain.memory.record import Memory, Vector
from brain.memory.relevance import (
    ENOUGH,
    EQUAL,
    LEAST,
    LONG_REPLY,
    OF_NEAREST,
    Floor,
    embedded_text,
)
from brain.memory.temporal import Span
from brain.ports import Embedder
from brain.recall import Recall
from tests.doubles import HashEmbedder
from tests.factories import DAY, IN_PRIVATE, MINUTE, NOON, memory, vector
from tests.world import World

LIFE = (
    "I moved to Osaka",
    "haha ok",
    "My cat is called Miso",
    "The bus was late again this morning",
    "I'd love to see Kyoto one day",
    "I'm allergic to peanuts",
    "我妹妹小芳六月结婚",
    "Los sábados juego al ajedrez con mi tío",
)


class OnceEmbedding:
    """The real embedder, which embeds each text once: it takes its time on a busy machine."""

    name = E5SmallEmbedder.name
    dimensions = E5SmallEmbedder.dimensions

    def __init__(self, embedder: E5SmallEmbedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, Vector] = {}

    async def query(self, text: str) -> Vector:
        if f"query: {text}" not in self._vectors:
            self._vectors[f"query: {text}"] = await self._embedder.query(text)
        return self._vectors[f"query: {text}"]

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        new = [text for text in texts if text not in self._vectors]
        vectors = await self._embedder.passages(new)
        self._vectors.update(zip(new, vectors, strict=True))
        return [self._vectors[text] for text in texts]


@pytest.fixture(scope="session")
def embedder(e5: E5SmallEmbedder) -> OnceEmbedding:
    return OnceEmbedding(e5)


async def remember(world: World, embedder: Embedder, *texts: str) -> None:
    """Store each text as a turn of a day of its own, before today."""
    turns = [
        memory(text, said_at=NOON - (9 + n) * DAY, language=detect(text, fallback="en"))
        for n, text in enumerate(texts)
    ]
    await world.store.add(turns, await embedder.passages(list(map(embedded_text, turns))))


async def given_to(world: World, embedder: Embedder, message: str) -> list[str]:
    recall = Recall(world.store, embedder, world.clock)
    found = await recall.find(IN_PRIVATE, message, limit=6, only_relevant=True)
    return [one.memory.text for one in found]


NEEDED = {
    "Where do I live?": "I moved to Osaka",
    "What's the name of my pet?": "My cat is called Miso",
    "Can I have a peanut butter sandwich?": "I'm allergic to peanuts",
    "我妹妹什么时候结婚？": "我妹妹小芳六月结婚",
    "¿Con quién juego al ajedrez?": "Los sábados juego al ajedrez con mi tío",
}
NEEDLESS = (
    *("haha ok", "good morning", "thanks!", "What is the capital of France?"),
    *("好的", "早上好", "法国的首都是哪里？", "¡gracias!", "¿Quién pintó la Mona Lisa?"),
)


async def test_a_message_is_given_what_it_needs_and_little_else(
    either_world: World, embedder: OnceEmbedding
) -> None:
    await remember(either_world, embedder, *LIFE)
    for message, needed in NEEDED.items():
        given = await given_to(either_world, embedder, message)
        assert given[0] == needed
        assert "haha ok" not in given
        assert "The bus was late again this morning" not in given


ORDINARY = (
    *("My uncle Ferdi restores pianos in Antwerp.", "I'm scared of flying."),
    *("My passport number is P-4471-902.", "We named the kitten Miso."),
    *("My wife Sade is expecting twins in June.", "I hate my job, but I love my garden."),
    *("My boss Grace yelled at me in front of everyone.", "I have type 1 diabetes."),
    *("My site is example.com", "Took the number 12 tram to the dentist."),
    *("The heating is broken again.", "My neighbour's parrot swears in Dutch."),
)
ASKED = {
    "whats my kittys name?": "We named the kitten Miso.",
    "remind me of my passport no": "My passport number is P-4471-902.",
    "When is my wife due?": "My wife Sade is expecting twins in June.",
    "What am I afraid of?": "I'm scared of flying.",
    "Which illness do I have?": "I have type 1 diabetes.",
    "who shouted at me": "My boss Grace yelled at me in front of everyone.",
}
GENERAL = (
    *("Can you explain how tides work?", "what's 15% of 80", "Who wrote Don Quixote?"),
    *("Translate 'thank you' into Finnish", "write a haiku about autumn", "Tell me a joke"),
)


async def test_many_ordinary_memories_bring_no_more_than_what_is_asked_for(
    either_world: World, embedder: OnceEmbedding
) -> None:
    await remember(either_world, embedder, *ORDINARY)
    for message, needed in ASKED.items():
        given = await given_to(either_world, embedder, message)
        assert given[0] == needed
        assert len(given) <= 3
    given_needlessly = [await given_to(either_world, embedder, one) for one in GENERAL]
    assert sum(map(len, given_needlessly)) <= 2
    assert not any("passport" in one for given in given_needlessly for one in given)


async def test_a_message_that_needs_nothing_is_given_nothing(
    either_world: World, embedder: OnceEmbedding
) -> None:
    await remember(either_world, embedder, *LIFE[:4])
    for message in NEEDLESS:
        assert await given_to(either_world, embedder, message) == []


REPLIES_TO_ANYTHING = (
    (
        "My sister moves to Porto",
        "That's great! Tell me more about it. How do you feel about that?",
        "Tell me more about black holes.",
    ),
    (
        "I grind my teeth at night",
        "I'm sorry to hear that. Is there anything else I can help you with?",
        "Can you help me with an equation?",
    ),
    ("我姐姐五月搬去成都", "太好了！能多跟我说说吗？有什么我可以帮你的吗？", "能帮我算一道题吗？"),
    (
        "Mi hermana se muda a Oporto",
        "¡Qué bien! Cuéntame más. ¿Cómo te sientes?",
        "Cuéntame más sobre los agujeros negros.",
    ),
)


@pytest.mark.parametrize(("text", "reply", "message"), REPLIES_TO_ANYTHING)
async def test_a_reply_that_would_do_for_anything_brings_no_memory_up(
    world: World, embedder: OnceEmbedding, text: str, reply: str, message: str
) -> None:
    told = memory(text, reply=reply, said_at=NOON - DAY, language=detect(text, fallback="en"))
    assert embedded_text(told) == text
    await world.store.add([told], await embedder.passages([embedded_text(told)]))
    assert await given_to(world, embedder, message) == []
    assert await given_to(world, Failing(at_queries=True), message) == []


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("What suits my back?", "Swimming, twice a week."),
        ("My sister moves to Porto", "That's great! The tram there is a hundred years old."),
        ("我姐姐搬去成都", "太好了！那里的火锅很有名。"),
        ("Hello", "That sounds nice. " * (LONG_REPLY // 18 + 1)),
    ],
)
async def test_a_reply_that_tells_something_brings_its_memory_up(text: str, reply: str) -> None:
    told = memory(text, reply=reply)
    assert embedded_text(told) == f"{text}\n{reply}"


async def test_words_of_a_reply_count_if_they_tell_something(either_world: World) -> None:
    turns = [
        memory("What suits my back?", id="a", reply="Swimming.", said_at=NOON - DAY),
        memory("I planted roses", id="b", reply="What an idea!", said_at=NOON - 2 * DAY),
    ]
    await either_world.store.add(turns, [None, None])
    by_words = Failing(at_queries=True)
    assert await given_to(either_world, by_words, "Swimming") == ["What suits my back?"]
    assert await given_to(either_world, by_words, "An idea") == []


@pytest.mark.parametrize(
    "message",
    [
        *(
            "you too",
            "haha ok",
            "lol same",
            "thanks, you too!",
            "good night",
            "omg",
            "👍",
            "no way",
        ),
        *(
            "谢谢",
            "你也是",
            "哈哈我也是",
            "晚安",
            "太好了",
            "igualmente",
            "yo también",
            "jaja igual",
        ),
    ],
)
async def test_small_talk_is_given_no_earlier_small_talk(
    world: World, embedder: OnceEmbedding, message: str
) -> None:
    await remember(world, embedder, "Thanks, you too!", "lol same", "谢谢，你也是", "Jaja, igual")
    assert await given_to(world, embedder, message) == []


@pytest.mark.parametrize(
    ("message", "language"),
    [
        *(("Who am I?", "en"), ("what do you know about me", "en"), ("I'm not good", "en")),
        *(("我是谁", "zh"), ("我不太好", "zh"), ("¿Quién soy?", "es"), ("no estoy bien hoy", "es")),
    ],
)
def test_what_refers_to_something_is_no_small_talk(message: str, language: str) -> None:
    assert judge_importance(message, language=language) > SMALL_TALK


async def test_a_search_lists_the_nearest_however_little_they_have_to_do_with_it(
    world: World, embedder: OnceEmbedding
) -> None:
    await remember(world, embedder, *LIFE)
    recall = Recall(world.store, embedder, world.clock)
    for words in NEEDLESS:
        assert len(await recall.find(IN_PRIVATE, words, limit=6)) == 6


async def test_a_pinned_memory_is_given_only_where_it_belongs(
    either_world: World, embedder: OnceEmbedding
) -> None:
    pinned = memory("I'm allergic to peanuts", said_at=NOON - DAY, pinned=True)
    await either_world.store.add([pinned], await embedder.passages([pinned.content]))
    assert await given_to(either_world, embedder, "Where do I live?") == []
    assert await given_to(either_world, embedder, "Are there peanuts in it?") == [pinned.text]


async def test_a_question_that_names_a_time_is_given_what_was_said_then(
    either_world: World, embedder: OnceEmbedding
) -> None:
    lamp = memory("I bought a lamp.", said_at=NOON - 3 * DAY)
    bus = memory("The bus was late.", said_at=NOON - 20 * DAY)
    known = [lamp, bus]
    await either_world.store.add(known, await embedder.passages([one.content for one in known]))
    assert await given_to(either_world, embedder, "What did I do three days ago?") == [lamp.text]


async def test_neighbours_come_with_what_is_relevant_and_not_without_it(
    either_world: World,
) -> None:
    """The fourth turn is about nothing that is asked, and comes as the answer to the third."""
    embedder = HashEmbedder()
    asked = memory("Which town do you like best?", said_at=NOON - DAY)
    told = memory("Kyoto, by far.", said_at=NOON - DAY + MINUTE)
    turns = [asked, told]
    await either_world.store.add(turns, [await embedder.query(asked.text), None])
    assert await given_to(either_world, embedder, "My favourite town") == [asked.text, told.text]
    assert await given_to(either_world, embedder, "A lamp for the kitchen") == []


class Failing(HashEmbedder):
    """Fails at whatever it is told to."""

    def __init__(self, *, at_queries: bool = False, at_passages: bool = False) -> None:
        super().__init__()
        self.at_queries = at_queries
        self.at_passages = at_passages

    async def query(self, text: str) -> Vector:
        if self.at_queries:
            raise EmbedderError(reason="It is down.")
        return await super().query(text)

    async def passages(self, texts: Sequence[str]) -> list[Vector]:
        if self.at_passages:
            raise EmbedderError(reason="It is down.")
        return await super().passages(texts)


@pytest.mark.parametrize("embedder", [Failing(at_queries=True), Failing(at_passages=True)])
async def test_without_the_embedder_it_goes_by_words_alone(
    either_world: World, embedder: Failing
) -> None:
    turns = [
        memory("I planted two roses.", said_at=NOON - 2 * DAY),
        memory("I saw a film.", said_at=NOON - DAY),
    ]
    await either_world.store.add(turns, [vector(1), vector(2)])
    assert await given_to(either_world, embedder, "My roses are dying") == ["I planted two roses."]
    assert await given_to(either_world, embedder, "It is raining again") == []


async def test_a_calibration_that_failed_is_made_at_the_next_message(world: World) -> None:
    embedder = Failing(at_passages=True)
    await world.store.add([memory("I saw a film.", said_at=NOON - DAY)], [vector(1)])
    recall = Recall(world.store, embedder, world.clock)
    for failing in (True, False, False):
        embedder.at_passages = failing
        await recall.find(IN_PRIVATE, "My roses are dying", limit=6, only_relevant=True)
    expected = [[*some, *answered(some)] for some, _ in sentences_by_language().values()]
    assert embedder.embedded == [each for some in expected for each in some]


async def test_a_prompt_has_no_section_of_memories_where_none_is_relevant(world: World) -> None:
    for text in ("I planted two roses.", "Good morning!"):
        await world.say(text)
        world.clock.advance(2 * DAY)
    assert [message.role for message in world.model.asked[-1]] == ["system", "user"]
    assert "roses" not in world.model.asked[-1][0].content
    await world.say("My roses are dying")
    assert "I planted two roses." in world.model.asked[-1][0].content


def test_every_language_of_the_interface_has_sentences_to_calibrate_with() -> None:
    assert set(sentences_by_language()) == {each.code for each in all_languages()}
    for some in sentences_by_language().values():
        assert all(len(set(each)) == len(each) >= 24 for each in some)


KNOWN = [memory(f"Number {n}.", id=f"m{n}", said_at=NOON + n * MINUTE) for n in range(8)]
NONE = np.zeros((2, len(vector(0))), np.float16)


def sample(mean: float, deviation: float = 0.1) -> Sample:
    """What is measured where messages and memories have nothing in common."""
    return Sample(NONE, NONE, Band(NONE, mean, deviation), Band(NONE, mean + 0.5, deviation))


FLOOR = Floor(Nearness({"en": sample(0.0)}, vector(0), "en"))
"""By this floor a cosine of 0.1 is one standard deviation."""


@given(
    cosines=st.lists(st.floats(-1, 1), min_size=8, max_size=8),
    words=st.lists(st.floats(0, 9), min_size=8, max_size=8),
    removed=st.sets(st.integers(0, 7)),
)
def test_what_is_cut_has_no_say_in_what_is_given(
    cosines: list[float], words: list[float], removed: set[int]
) -> None:
    def given_of(memories: list[Memory]) -> set[str]:
        dense = [(one, cosines[KNOWN.index(one)]) for one in memories]
        worded = [(one, score) for one in memories if (score := words[KNOWN.index(one)])]
        for found in (dense, worded):
            found.sort(key=lambda pair: -pair[1])
        return set(fuse(dense, worded, floor=FLOOR, ideal=9.0).memories)

    whole = given_of(KNOWN)
    left = [one for n, one in enumerate(KNOWN) if n not in removed or one.id in whole]
    assert given_of(left) == whole


def test_the_floor_is_measured_in_deviations_from_everyday_sentences() -> None:
    below, above = 0.1 * LEAST - 0.01, 0.1 * LEAST + 0.01
    found = fuse([(KNOWN[0], above), (KNOWN[1], below)], [], floor=FLOOR)
    assert list(found.memories) == ["m0"]
    assert found.cut == {"m1"}


def test_what_was_said_at_the_time_that_is_asked_about_needs_to_reach_nothing() -> None:
    span = Span(phrase="then", position=0, first=NOON, until=NOON + MINUTE)
    found = fuse([(one, -0.9) for one in KNOWN], [], floor=FLOOR, asked=span)
    assert list(found.memories) == ["m0"]


def test_a_turn_with_its_reply_is_compared_with_turns_that_have_one() -> None:
    cosine = 0.5 + 0.1 * LEAST
    long = [memory("A", id="a", reply="Lamps."), memory("C", id="c", reply="Roses.")]
    found = fuse([(long[0], cosine + 0.01), (long[1], cosine - 0.01)], [], floor=FLOOR)
    assert list(found.memories) == ["a"]


def test_a_language_without_sentences_is_compared_with_the_mean_of_the_others() -> None:
    nearness = Nearness({"en": sample(0.2), "zh": sample(0.4, 0.3)}, vector(0), "en")
    for language, expected in {"de": 1.0, "en": 3.0}.items():
        one = memory("A lamp", language=language)
        assert nearness.of(one, 0.5, is_long=False) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("nearest", "least"),
    [(1.1 * LEAST / OF_NEAREST, 1.1 * LEAST), (2 * ENOUGH / OF_NEAREST, ENOUGH)],
)
def test_what_is_far_less_relevant_than_the_nearest_is_left_out(
    nearest: float, least: float
) -> None:
    deviations = (nearest, least + 0.1, least - 0.1)
    ranked = [(one, 0.1 * each) for one, each in zip(KNOWN, deviations, strict=False)]
    assert list(fuse(ranked, [], floor=FLOOR).memories) == ["m0", "m1"]


def test_memories_that_are_all_near_to_each_other_have_to_be_nearer() -> None:
    deviations = (LEAST + 1.0, LEAST + 0.9, LEAST + 0.3, *[LEAST - 0.1] * 4, 0.0)
    ranked = [(one, 0.1 * each) for one, each in zip(KNOWN, deviations, strict=True)]
    assert list(fuse(ranked, [], floor=FLOOR).memories) == ["m0", "m1", "m2"]
    assert list(fuse(ranked, [], floor=FLOOR.among(ranked)).memories) == ["m0", "m1"]
    alone = FLOOR.among(ranked[:1])
    assert alone.usual == pytest.approx((LEAST + 1.0) / (1 + EQUAL**2))


def test_a_question_has_a_meaning_only_with_an_answer() -> None:
    asked = [
        memory("What is my tortoise called?", id="a"),
        memory("What is my tortoise called?", id="b", reply="Okay."),
        memory("What is my tortoise called?", id="c", reply="It is Gilbert."),
        memory("Do you know that my sister Ada died?", id="d"),
    ]
    found = fuse([(one, 0.9) for one in asked], [], floor=FLOOR)
    assert list(found.memories) == ["c", "d"]


COMMON, OWN = 0.8 * vector(0), 0.6 * vector(1)


def test_what_all_messages_and_memories_have_in_common_tells_nothing() -> None:
    asked = [COMMON + 0.6 * vector(n) for n in range(2, 12)]
    said = [COMMON + 0.6 * vector(n) for n in range(12, 22)]
    rows = np.array(asked).astype(np.float16)
    band = Band.of(asked, said, 0)
    message = COMMON + OWN
    nearness = Nearness({"en": Sample(rows, rows, band, band)}, message, "en")
    near_to_all, meant = vector(0), OWN + 0.5 * COMMON + 0.7 * vector(2)

    def nearness_of(one: Vector) -> float:
        return nearness.of(memory("A lamp"), float(nearness.vector @ one), is_long=False)

    assert message @ near_to_all > message @ meant
    assert nearness_of(near_to_all) < nearness_of(meant)


def test_a_message_asks_for_memories_if_it_is_nearer_to_those_that_do() -> None:
    others = np.array([COMMON + 0.6 * vector(n) for n in range(2, 6)]).astype(np.float16)
    asking = np.array([OWN + 0.8 * vector(n) for n in range(6, 10)]).astype(np.float16)
    known = {"en": Sample(others, asking, Band(NONE, 0.0, 0.1), Band(NONE, 0.0, 0.1))}
    more, less, neither = (
        Nearness(known, one, "en").need
        for one in (OWN + 0.8 * vector(10), COMMON + 0.6 * vector(11), vector(12))
    )
    assert 0.8 < more <= 2
    assert -2 <= less < -0.8
    assert less < neither < more


def test_a_band_leaves_out_what_belongs_together() -> None:
    count = 4 * PARTNER
    messages = [vector(n) for n in range(count)]
    turns = [one + messages[(n + PARTNER) % count] for n, one in enumerate(messages)]
    apart, everything = Band.of(messages, turns, 0, PARTNER), Band.of(messages, turns)
    assert apart.mean < everything.mean
    assert apart.deviation < everything.deviation
