"""/correct: a memory is chosen, gets its new words, and can be put back."""

import pytest

from bots.screens import Screen
from brain.accounts.linking import join
from brain.ids import PersonId, PlaceId
from brain.languages import languages
from brain.memory.record import Kind
from brain.messages import Person, Place
from brain.texts import say
from tests.bots.desk.bench import Bench, action, caller
from tests.factories import ANNA, ANNAS_DM, BEN, BENS_DM, CAFE, DAY, memory

CORRECT = say("en", "desk-button-correct")
WRONG = "My cat is called Mango."
RIGHT = "My cat is called Miso."


async def ids(bench: Bench, *texts: str) -> list[str]:
    there = {memory.text: memory.id for memory in await bench.memories()}
    return [there[text] for text in texts]


async def texts(bench: Bench) -> set[str]:
    return {memory.text for memory in await bench.memories()}


async def answer(
    bench: Bench, screen: Screen, text: str, *, person: Person = ANNA, place: Place = ANNAS_DM
) -> Screen:
    assert screen.question is not None
    return await bench.desk.answer(caller(person, place), screen.question.action, text)


async def test_an_id_and_new_words_correct_at_once_and_undo_puts_them_back(bench: Bench) -> None:
    await bench.say(WRONG)
    await bench.say("The train was late.")
    [wrong] = await ids(bench, WRONG)
    done = await bench.command("correct", memory=wrong[:8], text=RIGHT)
    assert RIGHT in done.text
    assert WRONG in done.text
    assert await texts(bench) == {RIGHT, "The train was late."}
    bench.start()
    undone = await bench.press(done, "undo")
    assert undone.text == say("en", "undo-receipt", count=1)
    assert await texts(bench) == {WRONG, "The train was late."}


@pytest.mark.parametrize("by", ["words", "the list", "the memory"])
async def test_a_memory_is_chosen_and_the_new_words_are_asked_for(bench: Bench, by: str) -> None:
    await bench.say(WRONG)
    if by == "the memory":
        shown = await bench.press(await bench.command("memories"), "1")
        asked = await bench.press(shown, CORRECT)
        assert bench.desk.asks(action(shown, CORRECT))
    else:
        # On Telegram the first word is the first option.
        words = {"memory": "cat", "text": "called Mango"} if by == "words" else {}
        chosen = await bench.desk.command(caller(), "correct", words)
        assert say("en", "correct-choose") in chosen.text
        asked = await bench.press(chosen, "1")
        assert bench.desk.asks(action(chosen, "1"))
    assert asked.question is not None
    assert asked.question.present == WRONG
    assert (await bench.memories())[0].id[:8] in asked.text
    assert bench.desk.asks(asked.question.action)
    done = await answer(bench, asked, RIGHT)
    assert RIGHT in done.text
    assert await texts(bench) == {RIGHT}


async def test_only_a_button_that_asks_asks(bench: Bench) -> None:
    await bench.say(WRONG)
    page = await bench.command("memories")
    assert not any(bench.desk.asks(action(page, button.label)) for button in page.rows[0])


async def test_what_else_changes_is_shown_before_and_after(bench: Bench) -> None:
    turn = memory(WRONG, reply="Mango is a lovely name.")
    diary = memory("Anna spoke of Mango.", kind=Kind.DAY, sources=[turn.id], period="2026-03-01")
    await bench.store.add([turn, diary], [None, None])
    preview = await bench.command("correct", memory=turn.id, text=RIGHT)
    assert say("en", "correct-would", before=WRONG, after=RIGHT) in preview.text
    assert say("en", "forget-would-notes", count=1) in preview.text
    assert "Mango is a lovely name." in preview.text
    assert WRONG in await texts(bench)
    shown = await bench.press(preview, "cancel")
    assert WRONG in shown.text
    done = await bench.press(preview, CORRECT)
    assert say("en", "forget-did-notes", count=1) in done.text
    assert say("en", "correct-did-reply", reply="Mango is a lovely name.") in done.text
    assert [(m.text, m.reply) for m in await bench.memories()] == [(RIGHT, None)]


async def test_a_yes_to_what_has_changed_is_asked_again(bench: Bench) -> None:
    turn = memory(WRONG)
    diary = memory("Anna spoke of Mango.", kind=Kind.DAY, sources=[turn.id], period="2026-03-01")
    await bench.store.add([turn, diary], [None, None])
    preview = await bench.command("correct", memory=turn.id, text=RIGHT)
    mood = memory("Fond of Mango.", kind=Kind.INSIGHT, sources=[turn.id], period="2026-03-01")
    await bench.store.add([mood], [None])
    again = await bench.press(preview, CORRECT)
    assert again.text.startswith(say("en", "forget-changed"))
    assert WRONG in await texts(bench)
    await bench.press(again, CORRECT)
    assert await texts(bench) == {RIGHT}


async def test_corrections_are_undone_one_by_one(bench: Bench) -> None:
    await bench.say(WRONG)
    [wrong] = await ids(bench, WRONG)
    first = await bench.command("correct", memory=wrong, text=RIGHT)
    bench.clock.advance(DAY)
    second = await bench.command("correct", memory=wrong, text="My cat is called Momo.")
    await bench.press(second, "undo")
    assert await texts(bench) == {RIGHT}
    await bench.press(first, "undo")
    assert await texts(bench) == {WRONG}
    assert (await bench.press(first, "undo")).text == say("en", "forget-undo-late")


async def test_what_was_kept_with_remember_is_corrected(bench: Bench) -> None:
    await bench.command("remember", text="Marta lives in Berlin.")
    [fact] = await bench.memories()
    await bench.command("correct", memory=fact.id, text="Marta lives in Lisbon.")
    [kept] = await bench.memories()
    assert (kept.id, kept.text, kept.pinned) == (fact.id, "Marta lives in Lisbon.", True)
    assert "Marta lives in Lisbon." in (await bench.command("portrait")).text


@pytest.mark.parametrize("language", languages())
async def test_what_cannot_be_corrected_is_told_in_one_sentence(
    bench: Bench, language: str
) -> None:
    there, gone = memory(WRONG, id="aaaa1111"), memory("Gone.", id="bbbb2222")
    bens = memory("Of Ben.", id="cccc3333", person=BEN, place=BENS_DM)
    mood = memory("Fond of cats.", id="dddd4444", kind=Kind.INSIGHT, period="2026-03-01")
    await bench.store.add([there, gone, bens, mood, memory(id="aaaa2222")], [None] * 5)
    by = caller(language=language)
    await bench.store.archive(by.scope, [gone.id], now=bench.clock.now())
    asked = await bench.desk.command(by, "correct", {"memory": there.id})
    assert asked.question is not None
    for text, key in ((" ", "error-correct-empty"), (WRONG, "error-correct-same")):
        told = await bench.desk.answer(by, asked.question.action, text)
        assert told.text.startswith(say(language, key))
        # They may try once more.
        assert told.question == asked.question
    long = "x" * 40_000
    told = await bench.desk.answer(by, asked.question.action, long)
    limit = bench.companion.options.message_characters
    too_long = say(language, "error-correct-too-long", length=len(long), limit=limit)
    assert told.text.startswith(too_long)
    for handle, key in (
        (gone.id, "error-correct-archived"),
        (mood.id, "error-correct-made"),
        (bens.id, "desk-no-such-memory"),
        ("0123456789", "desk-no-such-memory"),
    ):
        told = await bench.desk.command(by, "correct", {"memory": handle, "text": RIGHT})
        assert told.text == say(language, key)
    several = await bench.desk.command(by, "correct", {"memory": "aaaa", "text": RIGHT})
    assert "aaaa1111" in several.text
    assert "aaaa2222" in several.text
    assert {WRONG, "Fond of cats."} <= await texts(bench)


async def test_a_shared_place_neither_shows_nor_corrects_what_is_private(bench: Bench) -> None:
    await bench.say(WRONG)
    await bench.say("Tea in the café.", place=CAFE)
    [wrong] = await ids(bench, WRONG)
    by = caller(place=CAFE)
    for words in ("", "cat"):
        options = {"memory": words, "text": "called Mango"} if words else {}
        assert "Mango" not in (await bench.desk.command(by, "correct", options)).text
    told = await bench.command("correct", place=CAFE, memory=wrong, text=RIGHT)
    assert told.text == say("en", "desk-no-such-memory")
    asked = await bench.command("correct", memory=wrong)
    assert asked.question is not None
    told = await answer(bench, asked, RIGHT, place=CAFE)
    assert told.text == say("en", "desk-old-button")
    told = await answer(bench, asked, RIGHT, person=BEN, place=BENS_DM)
    assert told.text == say("en", "desk-old-button")
    assert WRONG in await texts(bench)


async def test_words_given_in_private_for_a_shared_place_are_asked_about(bench: Bench) -> None:
    await bench.say(WRONG, place=CAFE)
    [wrong] = await ids(bench, WRONG)
    preview = await bench.command("correct", memory=wrong, text=RIGHT)
    assert say("en", "correct-spreads") in preview.text
    assert await texts(bench) == {WRONG}
    await bench.press(preview, CORRECT)
    assert [(m.text, m.place) for m in await bench.memories()] == [(RIGHT, CAFE.id)]


async def test_a_joined_account_corrects_the_one_person_s_memories(bench: Bench) -> None:
    there = Person(PersonId("telegram:7"), "Anna T")
    their_dm = Place(PlaceId("telegram:7"), private=True)
    await bench.say(WRONG)
    await join(bench.store, ANNA.id, there.id)
    [wrong] = await ids(bench, WRONG)
    await bench.command("correct", person=there, place=their_dm, memory=wrong, text=RIGHT)
    assert await texts(bench) == {RIGHT}


async def test_a_memory_is_completed_as_it_is_for_a_forget(bench: Bench) -> None:
    await bench.say(WRONG)
    [found] = await bench.desk.suggest(caller(), "correct", "memory", "mango")
    assert found.value == (await bench.memories())[0].id
