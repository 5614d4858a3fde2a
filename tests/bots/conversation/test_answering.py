"""From a message to its reply: consent, limits, errors, and what is kept of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from brain.accounts.linking import join
from brain.errors import GeneratorUnreachable, StoreUnavailable
from brain.ids import PersonId, PlaceId
from brain.languages import languages
from brain.messages import Image, Person, Place
from brain.ports import Limited, Replacement
from brain.preferences import set_paused
from brain.texts import say
from tests.bots.desk.bench import Bench, RecordedDelivery, caller, open_bench
from tests.doubles import VoicedGenerator
from tests.factories import ANNA, ANNAS_DM, BEN, CAFE, GARDEN

CONSENT = say("en", "chat-consent")
ON_TELEGRAM = Person(PersonId("telegram:7"), "Anna T")
TELEGRAM_DM = Place(PlaceId("telegram:7"), private=True)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with open_bench(tmp_path) as opened:
        yield opened


async def test_a_message_is_answered_and_remembered(bench: Bench) -> None:
    bench.says(["Hello ", "Anna."])
    told = await bench.say("I have a cat named Mango.")
    assert told.finished == ["Hello Anna."]
    assert told.drafts == ["Hello ", "Hello Anna."]
    assert (told.typing, told.typed) == (0, 1)
    assert [(m.text, m.reply) for m in await bench.memories()] == [
        ("I have a cat named Mango.", "Hello Anna.")
    ]


async def test_thoughts_that_were_shown_are_replaced_and_not_remembered(bench: Bench) -> None:
    bench.says(["She is sad.", Replacement("Hello "), "Anna."])
    told = await bench.say("I have a cat named Mango.")
    assert told.finished == ["Hello Anna."]
    assert told.drafts == ["She is sad.", "Hello ", "Hello Anna."]
    assert [memory.reply for memory in await bench.memories()] == ["Hello Anna."]


@pytest.mark.parametrize("more", ["go on", "继续", "sigue"])
async def test_a_reply_that_reached_its_limit_may_be_asked_for_more(
    bench: Bench, more: str
) -> None:
    end = "and the bear"
    bench.says([f"Once upon a time {'there was ' * 400}{end}", Limited()], ["went home."])
    told = await bench.say("Tell me a story.")
    assert [reply[-len(end) :] for reply in told.finished] == [end]
    assert told.remarks == [CONSENT, say("en", "chat-limited")]
    assert any(more in say(code, "chat-limited") for code in languages())
    assert (await bench.say(more)).finished == ["went home."]
    system, *_, cut, asked = bench.generator.asked[-1]
    assert any(say(code, "prompt-go-on") in system.content for code in languages())
    assert (cut.role, cut.content[-len(end) :], asked.content) == ("assistant", end, more)


async def test_consent_is_said_once_and_survives_a_restart(bench: Bench) -> None:
    assert (await bench.say("Hi there.")).remarks == [CONSENT]
    bench.start()
    assert (await bench.say("Me again.")).remarks == []


async def test_consent_that_did_not_arrive_is_told_again(
    bench: Bench,
) -> None:
    class Deaf(RecordedDelivery):
        async def remark(self, text: str) -> None:
            raise OSError(text)

    assert (await bench.say("Hi there.", told=Deaf())).finished == ["I see."]
    assert (await bench.say("Me again.")).remarks == [CONSENT]


async def test_the_same_message_five_times_is_answered_once(bench: Bench) -> None:
    told = RecordedDelivery()
    for _ in range(5):
        await bench.say("Only once, please.", name="m1", told=told)
    assert len(told.finished) == 1
    assert told.remarks == [CONSENT]


async def test_a_pause_keeps_nothing_there_and_goes_on_elsewhere(bench: Bench) -> None:
    await set_paused(bench.store.values, ANNA, CAFE, paused=True)
    told = await bench.say("Nobody shall know.", place=CAFE)
    assert told.finished == ["I see."]
    await bench.say("This may be kept.")
    assert [m.text for m in await bench.memories()] == ["This may be kept."]


async def test_an_error_of_the_model_is_told_in_their_language_without_its_address(
    bench: Bench,
) -> None:
    bench.says([GeneratorUnreachable(address="http://inside")])
    told = await bench.say("你好", by=caller(language="zh"))
    assert told.remarks[-1] == say("zh", "chat-model-away")
    assert told.finished == []
    assert [m.reply for m in await bench.memories()] == [None]
    owner = await bench.say("And me?", by=replace(caller(), is_owner=True))
    assert owner.remarks == [say("en", "error-generator-unreachable", address="http://inside")]


async def test_a_delivery_that_fails_is_told_and_its_turn_is_kept(bench: Bench) -> None:
    told = await bench.say("Keep me.", told=RecordedDelivery(broken=OSError("secret words")))
    assert told.remarks[-1] == say("en", "chat-undelivered")
    assert [(m.text, m.reply) for m in await bench.memories()] == [("Keep me.", "I see.")]


async def test_a_delivery_that_is_stopped_leaves_the_message_to_be_answered_again(
    bench: Bench,
) -> None:
    with pytest.raises(asyncio.CancelledError):
        await bench.say("Again.", name="m1", told=RecordedDelivery(broken=asyncio.CancelledError()))  # type: ignore[arg-type]
    assert (await bench.say("Again.", name="m1")).finished == ["I see."]


async def test_a_bug_is_told_kindly_and_nothing_comes_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("my secret")

    monkeypatch.setattr(bench.companion, "turn", broken)
    told = await bench.say("Hello.")
    assert told.remarks[-1] == say("en", "chat-unexpected")
    assert "my secret" not in caplog.text


async def test_an_empty_message_gets_a_sentence(bench: Bench) -> None:
    assert (await bench.say("  ")).remarks[-1] == say("en", "error-empty-message")


async def test_a_picture_for_a_model_that_cannot_see_gets_a_line(bench: Bench) -> None:
    told = RecordedDelivery()
    incoming = replace(bench.incoming(""), images=(Image("image/png", b"x"),))
    await bench.message_handler.answer(caller(), incoming, told)
    assert told.remarks == [CONSENT, say("en", "chat-cannot-see")]
    assert told.finished == []
    assert await bench.memories() == []
    with_words = replace(bench.incoming("What is this?"), images=(Image("image/png", b"x"),))
    await bench.message_handler.answer(caller(), with_words, told)
    assert told.finished == ["I see."]


async def test_a_flood_is_told_once_a_minute_when_it_goes_on(tmp_path: Path) -> None:
    async with open_bench(tmp_path, messages_per_minute=3) as bench:
        told = RecordedDelivery()
        for number in range(8):
            await bench.say(f"Message {number}.", told=told)
        assert len(told.finished) == 3
        assert told.remarks == [CONSENT, say("en", "chat-too-fast", seconds=61)]
        bench.clock.advance(timedelta(minutes=1))
        assert (await bench.say("Now?")).finished == ["I see."]


async def test_what_was_written_while_the_bot_was_away_counts_in_its_minute(
    tmp_path: Path,
) -> None:
    async with open_bench(tmp_path, messages_per_minute=3) as bench:
        told, now = RecordedDelivery(), bench.clock.now()
        admit = partial(bench.message_handler.admit, caller(), told)
        for number in range(12):
            said_at = now - timedelta(minutes=10, seconds=-30 * number)
            assert await admit(waiting=number, said_at=said_at)
        flood = now - timedelta(minutes=4)
        assert [await admit(waiting=12, said_at=flood) for _ in range(5)].count(True) == 3
        # A clock of the platform that is ahead gives nobody more.
        ahead = [now + timedelta(minutes=number) for number in range(5)]
        assert [await admit(waiting=0, said_at=each) for each in ahead].count(True) == 3
        assert not told.finished


async def test_a_day_s_budget_ends_at_midnight_in_their_zone(tmp_path: Path) -> None:
    async with open_bench(tmp_path, messages_per_day=1) as bench:
        await bench.say("One.")
        told = await bench.say("Two.")
        assert told.finished == []
        assert "00:00" in told.remarks[0]
        assert "Europe/Berlin" in told.remarks[0]
        bench.clock.advance(timedelta(hours=10, minutes=59))
        assert (await bench.say("Still today.")).finished == []
        bench.clock.advance(timedelta(minutes=2))
        assert (await bench.say("Tomorrow.")).finished == ["I see."]


async def test_tokens_of_prompt_and_reply_are_counted_across_processes(tmp_path: Path) -> None:
    async with open_bench(tmp_path, tokens_per_day=30) as bench:
        assert (await bench.say("One.")).finished
        bench.start()
        assert (await bench.say("Two.")).finished == []


async def test_who_is_blocked_gets_one_line_a_day(tmp_path: Path) -> None:
    async with open_bench(tmp_path, block_people=["discord:1"]) as bench:
        told = RecordedDelivery()
        for _ in range(3):
            await bench.say("Let me in.", told=told)
        assert told.remarks == [say("en", "chat-not-admitted")]
        assert await bench.memories() == []


async def test_silence_is_silent(tmp_path: Path) -> None:
    async with open_bench(tmp_path, block_people="discord:1", when_refused="silence") as bench:
        assert (await bench.say("Let me in.")).remarks == []


async def test_an_edited_message_changes_its_memory(bench: Bench) -> None:
    await bench.say("I live in Ulm.", name="m1")
    await bench.message_handler.edit_message(caller(), bench.incoming("I live in Rome.", name="m1"))
    assert [m.text for m in await bench.memories()] == ["I live in Rome."]


async def test_a_deleted_message_is_erased(bench: Bench) -> None:
    await bench.say("I live in Ulm.", name="m1")
    await bench.message_handler.delete_message(caller(), "m1")
    assert await bench.memories() == []


async def test_a_message_from_before_a_link_is_still_edited_and_deleted(bench: Bench) -> None:
    for name in ("m1", "m2"):
        await bench.say(f"Said as {name}.", person=ON_TELEGRAM, place=TELEGRAM_DM, name=name)
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    by = caller(ON_TELEGRAM, TELEGRAM_DM)
    changed = bench.incoming("Changed.", person=ON_TELEGRAM, place=TELEGRAM_DM, name="m1")
    await bench.message_handler.edit_message(by, changed)
    await bench.message_handler.delete_message(by, "m2")
    assert [m.text for m in await bench.memories()] == ["Changed."]


async def test_a_joined_account_is_answered_as_the_person(bench: Bench) -> None:
    await bench.say("My cat is called Mango.")
    await join(bench.store, ANNA.id, ON_TELEGRAM.id)
    bench.says(["Mango!"])
    await bench.say("What is my cat called?", person=ON_TELEGRAM, place=TELEGRAM_DM)
    prompt = "".join(message.content for message in bench.generator.asked[0])
    assert "My cat is called Mango." in prompt
    assert await bench.memories(ON_TELEGRAM.id) == []


@pytest.mark.parametrize("paused", [False, True])
async def test_what_a_stranger_says_while_the_store_is_away_is_kept_unless_they_paused(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, paused: bool
) -> None:
    await set_paused(bench.store.values, ANNA, ANNAS_DM, paused=paused)

    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable(reason="test")

    with monkeypatch.context() as outage:
        for name in ("person", "profile", "conversation", "begin", "acquire"):
            outage.setattr(bench.store, name, away)
        told = await bench.say("Who am I?")
        assert told.finished == ["I see."]
        assert told.remarks == [
            CONSENT,
            say("en", "chat-perhaps-paused"),
            say("en", "chat-without-memory"),
        ]
    assert await bench.companion.drain() == 0
    assert [memory.text for memory in await bench.memories()] == ["Who am I?"] * (not paused)


async def test_who_leaves_a_community_takes_their_words_along_if_it_says_so(bench: Bench) -> None:
    await bench.say("Said in the café.", place=CAFE)
    await bench.say("Said in private.")
    await bench.message_handler.forget_leaver(caller(place=CAFE), [CAFE.id].__contains__)
    assert len(await bench.memories()) == 2
    await bench.communities.set_forget_leavers("discord:guild:1", forget=True)
    await bench.message_handler.forget_leaver(caller(place=CAFE), [CAFE.id].__contains__)
    assert [m.place for m in await bench.memories()] == [ANNAS_DM.id]


async def test_a_persona_of_a_community_is_that_of_its_turns_alone(bench: Bench) -> None:
    await bench.communities.set_persona("discord:guild:1", "A parrot of few words.")
    await bench.say("Who are you?", place=CAFE)
    await bench.say("Who are you?")
    there, in_private = (said[0].content for said in bench.generator.asked)
    assert there.startswith("A parrot of few words.")
    assert in_private.startswith("A friend (en).")


async def test_two_communities_hear_two_voices_and_private_places_the_default_one(
    bench: Bench,
) -> None:
    voices = VoicedGenerator("calm", "merry")
    bench.speaks(voices)
    for community, voice in (("discord:guild:1", "calm"), ("discord:guild:2", "merry")):
        await bench.communities.set_voice(community, voice)
    elsewhere = replace(caller(BEN, GARDEN), community="discord:guild:2")
    there, here, in_private = await asyncio.gather(
        bench.say("Hello.", person=BEN, place=GARDEN, by=elsewhere),
        bench.say("Hello.", place=CAFE),
        bench.say("Hello."),
    )
    assert there.finished == ["I am merry."]
    assert here.finished == ["I am calm."]
    assert in_private.finished == ["I see."]


async def test_a_community_whose_voice_is_gone_hears_the_default_one(bench: Bench) -> None:
    await bench.communities.set_voice("discord:guild:1", "calm")
    assert (await bench.say("Hello.", place=CAFE)).finished == ["I see."]


async def test_a_community_s_language_and_rate_hold_there(bench: Bench) -> None:
    await bench.communities.set_language("discord:guild:1", "zh")
    await bench.communities.set_rate_limit("discord:guild:1", 1)
    told = await bench.say("One.", place=CAFE)
    assert told.remarks == [say("zh", "chat-consent")]
    assert (await bench.say("Two.", place=CAFE)).remarks == [say("zh", "chat-too-fast", seconds=61)]
    assert (await bench.say("Two.")).finished == ["I see."]


async def test_where_help_is_stands_beside_the_reply_also_when_the_model_fails(
    bench: Bench,
) -> None:
    bench.says([GeneratorUnreachable(address="http://inside")])
    told = await bench.say("I want to kill myself.")
    assert told.remarks[0] == CONSENT
    assert told.remarks[-1] == say("en", "chat-model-away")
    assert len(told.remarks) == 3
    calm = await bench.say("The weather is fine.")
    assert calm.remarks == [say("en", "chat-model-away")]
