"""Messages that are edited or deleted, wherever what they say is held."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from brain.accounts.linking import join
from brain.errors import StoreUnavailable
from brain.ids import PersonId, PlaceId
from brain.memory.importance import judge_importance
from brain.messages import Image, Person, Place
from brain.preferences import set_paused
from brain.texts import say
from tests.bots.desk.bench import Bench, caller, open_bench
from tests.factories import ANNA, ANNAS_DM

ON_TELEGRAM = Person(PersonId("telegram:7"), "Anna T")
TELEGRAM_DM = Place(PlaceId("telegram:7"), private=True)
DIARY = "I am going to zanzibar."


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path) as opened:
        yield opened


async def test_words_that_are_taken_back_are_erased(bench: Bench) -> None:
    await bench.say("I live in Ulm.", name="m1")
    await bench.message_handler.edit_message(caller(), bench.incoming(" \n", name="m1"))
    assert await bench.memories() == []


async def test_a_picture_that_loses_its_words_stays_a_picture(bench: Bench) -> None:
    await bench.say("My house in Ulm.", name="m1")
    bare = replace(bench.incoming("", name="m1"), images=(Image("image/png", b"png"),))
    await bench.message_handler.edit_message(caller(), bare)
    assert [m.text for m in await bench.memories()] == [say("en", "chat-picture-alone")]


async def test_what_was_said_before_a_link_keeps_its_reply_when_an_edit_changes_nothing(
    bench: Bench,
) -> None:
    bench.says(["Lovely."])
    said = "I live in Kyoto."
    await bench.say(said, person=ON_TELEGRAM, place=TELEGRAM_DM, name="m1")
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    same = bench.incoming(said, person=ON_TELEGRAM, place=TELEGRAM_DM, name="m1")
    await bench.message_handler.edit_message(caller(ON_TELEGRAM, TELEGRAM_DM), same)
    assert [(m.text, m.reply) for m in await bench.memories()] == [(said, "Lovely.")]


async def test_what_was_said_before_a_link_is_weighed_by_its_new_words(bench: Bench) -> None:
    await bench.say("Hm.", person=ON_TELEGRAM, place=TELEGRAM_DM, name="m1")
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    weighty = "My mother died yesterday, and I am getting divorced."
    assert judge_importance(weighty, language="en") != judge_importance("Hm.", language="en")
    changed = bench.incoming(weighty, person=ON_TELEGRAM, place=TELEGRAM_DM, name="m1")
    await bench.message_handler.edit_message(caller(ON_TELEGRAM, TELEGRAM_DM), changed)
    assert [m.importance for m in await bench.memories()] == [
        judge_importance(weighty, language="en")
    ]


async def test_what_was_said_off_the_record_is_forgotten_when_it_is_deleted(bench: Bench) -> None:
    await set_paused(bench.store.values, ANNA, ANNAS_DM, paused=True)
    for name in ("m1", "m2"):
        await bench.say(f"{DIARY} ({name})", name=name)
    assert await bench.message_handler.remembered_text(caller(), "m2") == f"{DIARY} (m2)"
    await bench.message_handler.delete_message(caller(), "m1")
    await bench.message_handler.edit_message(caller(), bench.incoming("Never mind.", name="m2"))
    assert await bench.message_handler.remembered_text(caller(), "m1") is None
    await bench.say("Hello again.")
    prompt = str(bench.generator.asked[-1])
    assert "zanzibar" not in prompt
    assert "Never mind." in prompt


@pytest.mark.parametrize("edited", [False, True])
async def test_what_waits_for_the_store_is_written_as_it_is_in_the_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, edited: bool
) -> None:
    await bench.say("Hello.", name="m0")

    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable(reason="test")

    with monkeypatch.context() as outage:
        for name in (
            "person",
            "profile",
            "conversation",
            "get",
            "claim",
            "begin",
            "finish",
            "save_person",
        ):
            outage.setattr(bench.store, name, away)
        outage.setattr(bench.store.values, "get", away)
        await bench.say(DIARY, name="m1")
        change = (
            bench.companion.edit(bench.incoming("Never mind.", name="m1"))
            if edited
            else bench.message_handler.delete_message(caller(), "m1")
        )
        with pytest.raises(StoreUnavailable):
            await change
    assert await bench.companion.drain() == 0
    kept = [m.text for m in await bench.memories()]
    assert kept == (["Never mind.", "Hello."] if edited else ["Hello."])
