"""/forget: what was shown goes, nothing else, and comes back if it was not meant."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from brain.accounts.linking import join
from brain.errors import StoreUnavailable
from brain.ids import MemoryId, MessageId, PersonId
from brain.memory.record import Kind
from brain.messages import Person, Scope
from brain.preferences import load_preferences, set_paused
from brain.texts import say
from tests.bots.desk.bench import Bench, actions
from tests.factories import ANNA, ANNAS_DM, CAFE, DAY, NOON, memory

FOR_GOOD = say("en", "forget-button-for-good")
NONE = say("en", "forget-none-found")


async def test_words_are_previewed_confirmed_and_undone(bench: Bench) -> None:
    await bench.say("My cat Mango fears thunder.")
    await bench.say("The train was late.")
    preview = await bench.command("forget", what="Mango")
    assert "✓" in preview.text
    assert "Mango" in preview.text
    assert "train" not in preview.text
    assert len(await bench.memories()) == 2
    bench.start()
    receipt = await bench.press(preview, "forget")
    assert [m.text for m in await bench.memories()] == ["The train was late."]
    undone = await bench.press(receipt, "undo")
    assert undone.text == say("en", "undo-receipt", count=1)
    assert len(await bench.memories()) == 2


async def test_the_way_back_ends_with_the_grace(bench: Bench) -> None:
    await bench.say("My cat Mango fears thunder.")
    receipt = await bench.press(await bench.command("forget", what="Mango"), "forget")
    bench.clock.advance(timedelta(days=31))
    await bench.companion.upkeep()
    assert (await bench.press(receipt, "undo")).text == say("en", "forget-undo-late")


async def test_consequences_are_shown_before_and_after(bench: Bench) -> None:
    turn = memory("My cat Mango fears thunder.")
    diary = memory("Anna spoke of Mango.", kind=Kind.DAY, sources=[turn.id], period="2026-03-01")
    await bench.store.add([turn, diary], [None, None])
    preview = await bench.command("forget", what=turn.id)
    assert say("en", "forget-would-notes", count=1) in preview.text
    receipt = await bench.press(preview, "forget")
    assert say("en", "forget-did-notes", count=1) in receipt.text
    assert await bench.memories() == []


@pytest.mark.parametrize(
    "what",
    ["2026-02-20..2026-02-22", "2026-02-20 to 2026-02-22", "2026-02-21", "last week", "上周"],
)
async def test_a_time_forgets_its_days_alone(bench: Bench, what: str) -> None:
    there = memory("Inside.", said_at=NOON - 8 * DAY)
    await bench.store.add([there, memory("Outside.", said_at=NOON)], [None, None])
    await bench.press(await bench.command("forget", what=what), "forget")
    assert [m.text for m in await bench.memories()] == ["Outside."]


@pytest.mark.parametrize(
    "what",
    [
        *("since last week", "what I said since last week", "since 2026-02-21"),
        *("2026-02-21 onwards", "上周以来", "从上周开始", "desde la semana pasada"),
    ],
)
async def test_since_a_time_reaches_to_today(bench: Bench, what: str) -> None:
    there = memory("Inside.", said_at=NOON - 8 * DAY)
    earlier = memory("Earlier.", said_at=NOON - 30 * DAY)
    await bench.store.add([earlier, there, memory("Today.", said_at=NOON)], [None] * 3)
    await bench.press(await bench.command("forget", what=what), "forget")
    assert [m.text for m in await bench.memories()] == ["Earlier."]


@pytest.mark.parametrize(
    "what", ["after last week", "before yesterday", "antes de la semana pasada"]
)
async def test_what_is_beyond_a_time_is_not_taken_for_the_time(bench: Bench, what: str) -> None:
    turns = [memory(f"Number {n}.", said_at=NOON - n * DAY) for n in range(20)]
    await bench.store.add(turns, [None] * len(turns))
    preview = await bench.command("forget", what=what)
    assert say("en", "forget-meant", count=7) not in preview.text
    assert say("en", "forget-mark-sure") not in preview.text


async def test_what_is_no_time_is_words(bench: Bench) -> None:
    await bench.say("I may go home last week or never.")
    await bench.say("Nothing of that.")
    preview = await bench.command("forget", what="never home")
    assert "go home" in preview.text
    assert (await bench.command("forget", what="2026-13-45")).text


async def test_a_yes_to_what_has_changed_is_asked_again(bench: Bench) -> None:
    await bench.say("Mango one.")
    preview = await bench.command("forget", what="Mango")
    await bench.say("Mango two.")
    again = await bench.press(preview, "forget")
    assert again.text.startswith(say("en", "forget-changed"))
    assert len(await bench.memories()) == 2
    await bench.press(again, "forget")
    assert await bench.memories() == []


async def test_everything_for_good_takes_the_person_and_the_accounts(bench: Bench) -> None:
    await bench.say("A secret.")
    await bench.say("In the café.", place=CAFE)
    await join(bench.store, ANNA.id, PersonId("telegram:7"))
    await set_paused(bench.store.values, ANNA, ANNAS_DM, paused=True)
    erased = await bench.press(await bench.command("forget", what="everything"), FOR_GOOD)
    assert erased.text == say("en", "forget-receipt-erased", count=2)
    assert await bench.store.people() == ()
    assert await bench.memories() == []
    assert (await load_preferences(bench.store.values, ANNA)).paused == {ANNAS_DM.id}


async def test_everything_for_good_takes_what_was_off_the_record_and_what_waits(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise StoreUnavailable(reason="test")

    await bench.say("A secret.")
    with monkeypatch.context() as outage:
        for name in ("person", "profile", "conversation", "claim", "begin", "finish"):
            outage.setattr(bench.store, name, away)
        await bench.say("It waits.", name="waits")
    await set_paused(bench.store.values, ANNA, CAFE, paused=True)
    await bench.say("My PIN is 4711.", name="aside", place=CAFE)
    held = bench.companion.find_turn
    assert await held(ANNA.id, CAFE, MessageId("aside")) is not None
    assert await held(ANNA.id, ANNAS_DM, MessageId("waits")) is not None

    await bench.press(await bench.command("forget", what="everything"), FOR_GOOD)

    assert await held(ANNA.id, CAFE, MessageId("aside")) is None
    await bench.companion.drain()
    assert await bench.memories() == []


async def test_what_an_account_said_off_the_record_goes_with_its_person(bench: Bench) -> None:
    other = Person(PersonId("telegram:7"))
    await set_paused(bench.store.values, other, CAFE, paused=True)
    await bench.say("My PIN is 4711.", name="aside", person=other, place=CAFE)
    await bench.say("A secret.")
    await join(bench.store, ANNA.id, other.id)
    assert await bench.companion.find_turn(other.id, CAFE, MessageId("aside")) is not None

    await bench.press(await bench.command("forget", what="everything"), FOR_GOOD)

    assert await bench.companion.find_turn(other.id, CAFE, MessageId("aside")) is None


async def test_everything_in_a_shared_place_is_that_place_s(bench: Bench) -> None:
    await bench.say("A secret.")
    await bench.say("In the café.", place=CAFE)
    preview = await bench.command("forget", what="everything", place=CAFE)
    assert "secret" not in preview.text
    await bench.press(preview, FOR_GOOD, place=CAFE)
    assert [m.text for m in await bench.memories()] == ["A secret."]


async def test_another_person_s_memory_is_not_there(bench: Bench) -> None:
    await bench.say("A secret.")
    [kept] = await bench.memories()
    ben = Person(PersonId("discord:12"), "Ben")
    preview = await bench.command("forget", what=kept.id, person=ben)
    assert preview.text == NONE
    assert not actions(preview)


async def test_nothing_changes_on_cancel_and_a_bare_command_explains(bench: Bench) -> None:
    await bench.say("Stay.")
    preview = await bench.command("forget", what="Stay")
    assert (await bench.press(preview, "cancel")).text == say("en", "forget-none-chosen")
    assert len(await bench.memories()) == 1
    assert say("en", "forget-how") == (await bench.command("forget")).text


async def test_suggestions_name_memories_of_the_place(bench: Bench) -> None:
    await bench.say("A secret about Mango.")
    await bench.say("Mango in the café.", place=CAFE)
    from tests.bots.desk.bench import caller  # noqa: PLC0415

    [one] = await bench.desk.suggest(caller(place=CAFE), "forget", "what", "mango")
    assert "café" in one.label
    [kept] = await bench.store.get(Scope.of(ANNA, CAFE), [MemoryId(one.value)])
    assert kept.text == "Mango in the café."
    assert len(await bench.desk.suggest(caller(), "forget", "what", "mango")) == 2
    assert await bench.desk.suggest(caller(), "memories", "search", "m") == ()


async def test_likely_ones_are_listed_beside_the_sure_ones_and_stay(bench: Bench) -> None:
    await bench.say("Elena's phone number is 0171 5550199.")
    await bench.say("Elena likes hiking.")
    preview = await bench.command("forget", what="please forget Elena's phone number")
    meant, similar = preview.text.split(say("en", "forget-similar", count=1))
    assert "0171" in meant
    assert "1. Sun, 1 Mar 2026: Elena likes hiking." in similar
    await bench.press(preview, "forget")
    assert [m.text for m in await bench.memories()] == ["Elena likes hiking."]
    chosen = await bench.press(preview, "1")
    await bench.press(chosen, "forget")
    assert await bench.memories() == []


async def test_only_a_part_of_a_message_can_be_forgotten_and_brought_back(bench: Bench) -> None:
    whole = "I live in Ulm and work at Bosch."
    await bench.say(whole)
    preview = await bench.command("forget", what="forget where I work")
    assert say("en", "forget-rest", text="I live in Ulm.") in preview.text
    receipt = await bench.press(preview, say("en", "forget-button-part"))
    assert [m.text for m in await bench.memories()] == ["I live in Ulm."]
    await bench.press(receipt, "undo")
    assert [m.text for m in await bench.memories()] == [whole]


async def test_a_part_that_is_brought_back_is_as_strong_as_it_was(bench: Bench) -> None:
    plain = memory("I live in Ulm and work at Bosch.", strength=480.0)
    strong = replace(plain, importance=1.0)
    await bench.store.add([strong], [None])
    preview = await bench.command("forget", what="forget where I work")
    receipt = await bench.press(preview, say("en", "forget-button-part"))
    await bench.press(receipt, "undo")
    [back] = await bench.memories()
    assert (back.text, back.importance, back.strength) == (strong.text, 1.0, 480.0)
    assert back.fades_at > NOON + 480 * DAY


async def test_replies_that_repeat_it_are_shown_and_undone_with_it(bench: Bench) -> None:
    turn = memory("My locker code is 48151623.")
    echo = memory("Which one was it?", reply="It was 48151623.")
    await bench.store.add([turn, echo], [None, None])
    preview = await bench.command("forget", what=turn.id)
    assert "“It was 48151623.”" in preview.text
    receipt = await bench.press(preview, "forget")
    assert [m.reply for m in await bench.memories()] == [None]
    await bench.press(receipt, "undo")
    assert {m.reply for m in await bench.memories()} == {None, "It was 48151623."}


async def test_a_request_that_names_a_time_alone_means_the_time(bench: Bench) -> None:
    await bench.store.add([memory("Then.", said_at=NOON - DAY), memory("Now.")], [None, None])
    await bench.press(await bench.command("forget", what="what I told you yesterday"), "forget")
    assert [m.text for m in await bench.memories()] == ["Now."]


@pytest.mark.parametrize("what", ["don't forget my cat Mango", "别忘了Mango"])
async def test_a_request_not_to_forget_finds_nothing_to_forget(bench: Bench, what: str) -> None:
    await bench.say("My cat Mango fears thunder.")
    assert (await bench.command("forget", what=what)).text == NONE
    assert len(await bench.memories()) == 1


async def test_what_a_request_excepts_is_not_listed(bench: Bench) -> None:
    await bench.say("Mango fears thunder.")
    await bench.say("Mango has a birthday in May.")
    preview = await bench.command("forget", what="forget Mango except the birthday")
    assert "thunder" in preview.text
    assert "birthday" not in preview.text
