"""An edit that leaves a message without words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from brain.messages import Image
from brain.texts import say
from tests.bots.desk.bench import Bench, caller, open_bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path) as opened:
        yield opened


async def test_words_that_are_taken_back_are_erased(bench: Bench) -> None:
    await bench.say("I live in Ulm.", name="m1")
    await bench.answering.edited(caller(), bench.incoming(" \n", name="m1"))
    assert await bench.memories() == []


async def test_a_picture_that_loses_its_words_stays_a_picture(bench: Bench) -> None:
    await bench.say("My house in Ulm.", name="m1")
    bare = replace(bench.incoming("", name="m1"), images=(Image("image/png", b"png"),))
    await bench.answering.edited(caller(), bare)
    assert [m.text for m in await bench.memories()] == [say("en", "chat-picture-alone")]
