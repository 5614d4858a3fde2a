"""What somebody else said reaches the model and is recalled, and nobody learns from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from brain.forgetting.request_matching import read
from brain.ids import MessageId
from brain.memory.parts import with_parts
from brain.memory.record import Kind, Memory, Vector
from brain.messages import UTC_ZONE, Incoming, Part
from tests.factories import ANNA, ANNAS_DM, IN_PRIVATE
from tests.world import World

NOW = timedelta(0)
ILL = "I was diagnosed with diabetes and I live in Kyoto."
FROM_BO = Part(kind="forwarded", text=ILL, author="Bo", said_at=datetime(2026, 5, 3, tzinfo=UTC))


def quoted(memory: Memory) -> Part:
    return Part(kind="quoted", text=memory.reply or "", by_companion=True)


async def found(world: World, text: str) -> list[str]:
    return [one.memory.text for one in await world.companion.recall(IN_PRIVATE, text, limit=3)]


async def test_a_forward_is_shown_and_recalled_as_that_of_its_author(either_world: World) -> None:
    world = either_world
    turn = await world.say("What do I tell my sister?", parts=[FROM_BO])
    assert turn.text == (
        f"> [Forwarded from Bo, Sun, 3 May 2026]\n> {ILL}\n\nWhat do I tell my sister?"
    )
    assert world.model.asked[-1][-1].content == turn.text
    assert await found(world, "diagnosed diabetes") == [turn.text]
    assert await found(world, "Bo") == [turn.text]
    world.clock.advance(timedelta(days=2))
    await world.say("Who of us was diagnosed with diabetes?")
    shown = world.model.asked[-1][0].content
    assert f"[Forwarded from Bo, Sun, 3 May 2026: {ILL}] What do I tell my sister?" in shown


async def test_what_is_quoted_is_searched_for_where_the_own_words_say_too_little(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    query = world.companion.embedder.query

    async def watched(text: str) -> Vector:
        searched.append(text)
        return await query(text)

    monkeypatch.setattr(world.companion.embedder, "query", watched)
    part = Part(kind="quoted", text="Cats sleep a lot. " * 9, by_companion=True)
    await world.say("What is the name of my sister?", parts=[part])
    await world.say("Do you mean her?", parts=[part])
    await world.say("", parts=[FROM_BO])
    assert "What is the name of my sister?" in searched
    assert f"{part.text.strip()}\n\nDo you mean her?" in searched
    assert ILL in searched


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", [FROM_BO]),
        ("", [Part(kind="quoted", text=ILL, author="Bo")]),
        ("", [Part(kind="attached", text=ILL, author="diary.txt")]),
        (f"> {ILL}", []),
    ],
)
async def test_no_note_rests_on_what_somebody_else_said(
    either_world: World, text: str, parts: list[Part]
) -> None:
    world = either_world
    await world.say("My cat is called Mango.")
    theirs = await world.say(text, parts=parts)
    await world.companion.consolidator.run(quiet=NOW)
    notes = await world.every_note(IN_PRIVATE)
    assert {note.kind for note in notes} == set(Kind) - {Kind.TURN}
    assert not [note for note in notes if "diabetes" in note.text or theirs.id in note.sources]
    [kept] = await world.store.get(IN_PRIVATE, [theirs.id])
    assert "diabetes" in kept.text


async def test_a_statement_of_somebody_else_replaces_nothing(either_world: World) -> None:
    world = either_world
    home = await world.say("I live in Osaka.")
    world.clock.advance(timedelta(minutes=1))
    await world.say("", parts=[Part(kind="forwarded", text="I moved to Kyoto.", author="Bo")])
    assert (await world.store.get(IN_PRIVATE, [home.id]))[0].ended_by is None
    world.clock.advance(timedelta(minutes=1))
    moved = await world.say("I moved to Kyoto.")
    assert (await world.store.get(IN_PRIVATE, [home.id]))[0].ended_by == moved.id


async def test_care_is_for_who_speaks_and_not_for_who_is_forwarded(world: World) -> None:
    words = "I want to kill myself"
    incoming = Incoming(
        id=MessageId("1"),
        person=ANNA,
        place=ANNAS_DM,
        text="",
        parts=(Part(kind="forwarded", text=words, author="Bo"),),
    )
    async with world.companion.turn(incoming) as turn:
        assert turn.care is None
    async with world.companion.turn(
        Incoming(id=MessageId("2"), person=ANNA, place=ANNAS_DM, text=words)
    ) as turn:
        assert turn.care


async def test_the_reply_to_a_quotation_of_the_companion_stays_in_the_diary(world: World) -> None:
    first = await world.say("What shall we drink?")
    await world.say("Yes, that one.", parts=[quoted(first)])
    await world.companion.consolidator.run(quiet=NOW)
    diary = next(
        request[-1].content
        for request in world.model.asked
        if "Yes, that one." in request[-1].content and "Companion:" in request[-1].content
    )
    assert "Quoted" not in diary
    assert diary.count("Companion:") == 2


async def test_the_language_is_that_of_the_own_words(world: World) -> None:
    spanish = await world.say(
        "Mira lo que me escribe mi hermana, no lo puedo creer", parts=[FROM_BO]
    )
    assert spanish.language == "es"
    assert spanish.text.startswith("> [Reenviado de Bo, dom 3 may 2026]\n")
    assert (await world.say("", parts=[FROM_BO])).language == "es"


async def test_an_edit_changes_the_parts_of_a_message(either_world: World) -> None:
    world = either_world
    turn = await world.say("Tea.", parts=[FROM_BO], id="m")
    edited = Incoming(
        id=MessageId("m"), person=ANNA, place=ANNAS_DM, text="Coffee.", parts=(FROM_BO,)
    )
    assert await world.companion.edit(edited)
    [kept] = await world.store.get(IN_PRIVATE, [turn.id])
    assert kept.text == turn.text.replace("Tea.", "Coffee.")


async def test_a_quotation_of_what_is_forgotten_goes_with_it(either_world: World) -> None:
    world = either_world
    world.model.reactions["4711"] = "I keep it: 4711."
    secret = await world.say("My number is 4711.")
    world.model.reactions.clear()
    world.clock.advance(timedelta(days=3))
    later = await world.say("Thanks for that.", parts=[quoted(secret)])
    assert "4711" in later.text
    forgetting = world.companion.forgetting
    await forgetting.carry_out(await forgetting.plan(IN_PRIVATE, [secret]), at_once=True)
    page = await world.store.page(IN_PRIVATE, limit=9)
    assert [(turn.text, turn.reply) for turn in page.memories] == [
        ("> [Quoted from the companion]\n\nThanks for that.", None)
    ]
    assert await found(world, "4711") == [page.memories[0].text]


@pytest.mark.parametrize(
    ("said", "is_gone"),
    [
        ("My cat **Mango** fears thunder.", True),
        ("fears thunder", True),
        ("What you told me: My cat Mango fears thunder. I like tea.", True),
        ("Mango", False),
        ("Thunder is loud in the hills, my cat fears it.", False),
        ("…", False),
    ],
)
async def test_what_is_quoted_word_by_word_is_gone_and_what_is_like_it_stays(
    world: World, said: str, *, is_gone: bool
) -> None:
    await world.say("My cat Mango fears thunder.")
    world.clock.advance(timedelta(days=3))
    part = Part(kind="quoted", text=said, author="Bo")
    later = await world.say("Look at that.", parts=[part])
    assert await world.companion.retract(ANNA.id, ANNAS_DM, MessageId("message-1"))
    [kept] = await world.store.get(IN_PRIVATE, [later.id])
    heading = "> [Quoted from Bo]"
    words = "" if is_gone else f"\n> {said}"
    assert kept.text == f"{heading}{words}\n\nLook at that."
    assert (kept.reply is None) == is_gone


def test_a_request_to_forget_a_companion_means_no_turn_that_quotes_this_one() -> None:
    text = "> [Quoted from the companion]\n> Tea?\n\nYes, that one."
    other = "My travel companion is called Lea."
    assert read("forget my companion", [text, other]).shares == (0.0, 1.0)
    named = "> [Quoted from Dana]\n> Tea?\n\nYes, that one."
    assert read("forget Dana", [named, other]).shares == (1.0, 0.0)


@pytest.mark.parametrize(
    ("language", "name", "request_"),
    [
        ("en", "Bo Li", "forget everything about Bo"),
        ("es", "José Núñez", "olvida todo sobre José"),
        ("zh", "王小明", "忘掉关于王小明的事"),
        ("zh", "Dana", "忘掉关于Dana的事"),
    ],
)
def test_what_somebody_said_is_forgotten_by_their_name(
    language: str, name: str, request_: str
) -> None:
    for part in (replace(FROM_BO, author=name), Part(kind="quoted", text="Tea?", author=name)):
        text = with_parts("Yes.", [part], language=language, zone=UTC_ZONE)
        assert read(request_, [text, "My cat is called Mango."]).shares == (1.0, 0.0)


def test_a_part_of_a_quotation_is_not_cut_out_of_it() -> None:
    text = "> [Forwarded from Bo]\n> I live in Kyoto. I was diagnosed.\n\nPoor Bo. My cat is Mango."
    assert read("forget Kyoto", [text]).rest_of(text) is None
    assert read("forget Mango", [text]).rest_of(text) == (
        "> [Forwarded from Bo]\n> I live in Kyoto. I was diagnosed.\n\nPoor Bo."
    )
