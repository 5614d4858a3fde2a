"""What a forget takes with it, and that nothing is left of it anywhere."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from brain.errors import ForgetDisturbed
from brain.ids import MemoryId, MessageId
from brain.memory.creation import first_strength
from brain.memory.importance import judge_importance
from brain.memory.record import Kind, Memory
from brain.messages import Incoming, Scope
from tests.factories import ANNA, ANNAS_DM, CAFE, DAY, IN_CAFE, IN_PRIVATE, memory
from tests.world import World

NOW = timedelta(0)
HIDDEN = "My hidden word is xylophone."
PLAIN = "My cat is called Mango and fears thunder."


async def forget(
    world: World, *ids: MemoryId, at_once: bool = True, scope: Scope = IN_PRIVATE
) -> None:
    memories = await world.store.get(scope, ids)
    plan = await world.companion.forgetting.plan(scope, memories)
    await world.companion.forgetting.carry_out(plan, at_once=at_once)


def traces(file: Path) -> int:
    return sum(path.read_bytes().lower().count(b"xylophone") for path in file.parent.iterdir())


async def test_after_a_forget_a_scan_of_the_whole_store_finds_nothing(
    world: World, file: Path
) -> None:
    await world.say(PLAIN)
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    world.clock.advance(DAY)
    world.model.say_next("You said xylophone.")
    echo = await world.say("What was that word of mine?")
    await world.companion.consolidator.run(quiet=NOW)
    assert traces(file) > 0

    await forget(world, secret.id)
    assert traces(file) == 0
    [kept] = await world.store.get(IN_PRIVATE, [echo.id])
    assert (kept.text, kept.reply) == ("What was that word of mine?", None)

    assert (await world.companion.consolidator.run(quiet=NOW)).days == 2
    assert traces(file) == 0
    notes = await world.every_note(IN_PRIVATE)
    assert {note.kind for note in notes} == set(Kind) - {Kind.TURN}
    assert any("Mango" in note.text for note in notes)


async def test_the_plan_names_what_goes_and_nothing_has_happened_yet(
    world: World,
) -> None:
    await world.say(PLAIN)
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    before = await world.every_note(IN_PRIVATE)
    plan = await world.companion.forgetting.plan(IN_PRIVATE, [secret])
    assert [turn.id for turn in plan.turns] == [secret.id]
    assert {(note.kind, note.period) for note in plan.notes} == {
        (Kind.FACT, ""),
        (Kind.DAY, "2026-03-01"),
        (Kind.INSIGHT, "2026-03-01"),
        *((kind, period) for kind in (Kind.HISTORY, Kind.PORTRAIT) for period in ABOVE),
    }
    assert await world.every_note(IN_PRIVATE) == before


ABOVE = ("2026-03", "2026", "")


async def test_with_grace_the_words_can_come_back_and_the_notes_are_made_anew(
    world: World,
) -> None:
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    await forget(world, secret.id, at_once=False)
    assert await world.every_note(IN_PRIVATE) == ()
    await world.companion.consolidator.run(quiet=NOW)
    assert await world.every_note(IN_PRIVATE) == ()

    await world.store.restore(
        IN_PRIVATE, [secret.id], now=world.clock.now(), curve=world.companion.curve
    )
    await world.companion.consolidator.run(quiet=NOW)
    assert any("xylophone" in note.text for note in await world.every_note(IN_PRIVATE))


async def test_forgetting_a_note_takes_what_it_was_made_of(world: World, file: Path) -> None:
    await world.say(PLAIN)
    await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    [fact] = [
        note
        for note in await world.every_note(IN_PRIVATE)
        if note.kind is Kind.FACT and "xylophone" in note.text
    ]
    await forget(world, fact.id)
    assert traces(file) == 0
    await world.companion.consolidator.run(quiet=NOW)
    assert traces(file) == 0


async def test_a_reply_that_only_shares_common_words_stays(world: World) -> None:
    secret = await world.say(HIDDEN)
    world.model.say_next("That sounds good, and I would like to hear more about it.")
    later = await world.say("I had a quiet afternoon.")
    await forget(world, secret.id)
    [kept] = await world.store.get(IN_PRIVATE, [later.id])
    assert kept.reply == "That sounds good, and I would like to hear more about it."


async def test_a_note_of_a_shared_place_is_left_alone_by_a_forget_in_private(
    world: World,
) -> None:
    secret = await world.say(HIDDEN)
    await world.say(PLAIN, place=CAFE)
    await world.companion.consolidator.run(quiet=NOW)
    before = await world.every_note(IN_CAFE)
    await forget(world, secret.id)
    assert await world.every_note(IN_CAFE) == before


async def test_private_notes_lose_what_is_forgotten_in_a_shared_place(
    world: World, file: Path
) -> None:
    secret = await world.say(HIDDEN, place=CAFE)
    await world.say(PLAIN)
    await world.companion.consolidator.run(quiet=NOW)
    await forget(world, secret.id, scope=IN_CAFE)
    assert traces(file) == 0


async def test_an_edited_message_leaves_no_trace_of_its_old_words(world: World, file: Path) -> None:
    turn = await world.say(HIDDEN, id="one")
    await world.companion.consolidator.run(quiet=NOW)
    edited = Incoming(id=MessageId("one"), person=ANNA, place=ANNAS_DM, text="My word is a secret.")
    assert await world.companion.edit(edited)
    assert traces(file) == 0
    [kept] = await world.store.get(IN_PRIVATE, [turn.id])
    assert kept.text == "My word is a secret."
    await world.companion.consolidator.run(quiet=NOW)
    assert any("secret" in note.text for note in await world.every_note(IN_PRIVATE))


async def test_a_deleted_message_is_erased_with_its_notes(world: World, file: Path) -> None:
    await world.say(HIDDEN, id="one")
    await world.companion.consolidator.run(quiet=NOW)
    assert await world.companion.retract(ANNA.id, ANNAS_DM, MessageId("one"))
    assert traces(file) == 0
    assert not await world.companion.retract(ANNA.id, ANNAS_DM, MessageId("one"))
    assert not await world.companion.retract(ANNA.id, ANNAS_DM, MessageId("never said"))


async def test_a_plan_that_is_out_of_date_is_made_anew(world: World, file: Path) -> None:
    secret = await world.say(HIDDEN)
    plan = await world.companion.forgetting.plan(IN_PRIVATE, [secret])
    await world.companion.consolidator.run(quiet=NOW)
    done = await world.companion.forgetting.carry_out(plan, at_once=True)
    assert done.notes
    assert traces(file) == 0


async def test_who_is_disturbed_without_end_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await world.say(HIDDEN)
    plan = await world.companion.forgetting.plan(IN_PRIVATE, [secret])

    async def never(*_: object, **__: object) -> bool:
        return False

    monkeypatch.setattr(world.store, "rewrite", never)
    with pytest.raises(ForgetDisturbed):
        await world.companion.forgetting.carry_out(plan, at_once=True)
    assert await world.store.get(IN_PRIVATE, [secret.id])


async def test_what_is_said_off_the_record_is_answered_and_not_kept(
    world: World, file: Path
) -> None:
    incoming = Incoming(
        id=MessageId("x"), person=ANNA, place=ANNAS_DM, text=HIDDEN, off_record=True
    )
    async with world.companion.turn(incoming) as turn:
        async for _ in turn:
            pass
    assert turn.reply
    assert traces(file) == 0
    again = Incoming(
        id=MessageId("y"), person=ANNA, place=ANNAS_DM, text="And now?", off_record=True
    )
    async with world.companion.turn(again) as turn:
        assert [earlier.text for earlier in turn.prompt.recent] == [HIDDEN]
    assert await world.store.count(IN_PRIVATE) == 0


async def holding(world: World, word: str) -> list[Memory]:
    return [note for note in await world.every_note(IN_PRIVATE) if word in note.text.lower()]


@pytest.mark.parametrize("archived", [False, True], ids=["due", "archived"])
async def test_what_time_takes_anyway_is_no_less_forgotten(
    world: World,
    archived: bool,  # noqa: FBT001 drawn by position
) -> None:
    await world.say(PLAIN)
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    [secret] = await world.store.get(IN_PRIVATE, [secret.id])
    world.clock.advance(secret.forgotten_at - world.clock.now() + DAY)
    if archived:
        await world.companion.upkeep()
    await forget(world, secret.id, at_once=False)
    await world.companion.consolidator.run(quiet=NOW)
    assert await holding(world, "xylophone") == []


async def test_a_shared_place_that_is_left_leaves_the_notes_in_private_to_be_mended(
    world: World,
) -> None:
    await world.say(PLAIN)
    secret = await world.say(HIDDEN, place=CAFE)
    await world.companion.consolidator.run(quiet=NOW)
    await forget(world, secret.id, scope=IN_CAFE)
    await world.companion.consolidator.run(quiet=NOW)
    assert await world.companion.notes(IN_PRIVATE)
    assert await holding(world, "xylophone") == []


@pytest.mark.parametrize("knows_it_from", ["a fact", "the portrait"])
async def test_a_reply_that_knew_it_from_what_was_made_of_it_is_an_echo_years_later(
    world: World, file: Path, knows_it_from: str
) -> None:
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    [fact] = [note for note in await world.every_note(IN_PRIVATE) if note.kind is Kind.FACT]
    world.clock.advance(900 * DAY)
    echo = memory(
        "What was my word?",
        reply="It was xylophone, of course.",
        said_at=world.clock.now(),
        sources=[fact.id] if knows_it_from == "a fact" else [],
    )
    await world.store.add([echo], [None])
    await forget(world, secret.id)
    assert traces(file) == 0
    [kept] = await world.store.get(IN_PRIVATE, [echo.id])
    assert (kept.text, kept.reply) == ("What was my word?", None)


async def test_a_word_that_the_person_often_says_makes_no_echo_of_a_far_reply(
    world: World,
) -> None:
    first = await world.say(PLAIN)
    for _ in range(3):
        world.clock.advance(DAY)
        await world.say("Mango sleeps on my feet.")
    world.clock.advance(DAY)
    world.model.say_next("Mango is a fine name.")
    later = await world.say("Good morning.", place=CAFE)
    await forget(world, first.id)
    [kept] = await world.store.get(IN_PRIVATE, [later.id])
    assert kept.reply == "Mango is a fine name."


async def test_what_is_forgotten_while_a_reply_is_under_way_does_not_come_back(
    world: World, file: Path
) -> None:
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    world.model.say_next("It was xylophone.")
    incoming = Incoming(
        id=MessageId("q"), person=ANNA, place=ANNAS_DM, text="What was my hidden word?"
    )
    async with world.companion.turn(incoming) as turn:
        await forget(world, secret.id)
        async for _ in turn:
            pass
    assert turn.reply == "It was xylophone."
    assert traces(file) == 0
    [kept] = await world.store.get(IN_PRIVATE, [turn.begun.id])
    assert (kept.text, kept.reply) == ("What was my hidden word?", None)
    assert await world.store.unembedded(limit=9) == ()


async def test_words_that_are_edited_away_while_a_reply_is_under_way_do_not_come_back(
    world: World, file: Path
) -> None:
    await world.say(HIDDEN, id="one")
    world.model.say_next("It was xylophone.")
    incoming = Incoming(
        id=MessageId("q"), person=ANNA, place=ANNAS_DM, text="What was my hidden word?"
    )
    async with world.companion.turn(incoming) as turn:
        edited = Incoming(
            id=MessageId("one"), person=ANNA, place=ANNAS_DM, text="My hidden word is secret."
        )
        await world.companion.edit(edited)
        async for _ in turn:
            pass
    assert traces(file) == 0


async def test_a_summary_meanwhile_costs_no_reply(world: World) -> None:
    await world.say(PLAIN)
    incoming = Incoming(id=MessageId("q"), person=ANNA, place=ANNAS_DM, text="How is my cat?")
    async with world.companion.turn(incoming) as turn:
        revision = await world.store.revision(ANNA.id)
        note = memory("A quiet day.", kind=Kind.DAY)
        assert await world.store.rewrite(
            IN_PRIVATE, revision=revision, now=world.clock.now(), add=[note], vectors=[None]
        )
        async for _ in turn:
            pass
    [kept] = await world.store.get(IN_PRIVATE, [turn.begun.id])
    assert kept.reply == turn.reply


async def test_a_message_that_is_edited_while_it_is_answered_keeps_its_reply(world: World) -> None:
    incoming = Incoming(
        id=MessageId("one"), person=ANNA, place=ANNAS_DM, text="My sister livs in Rome."
    )
    async with world.companion.turn(incoming) as turn:
        assert await world.companion.edit(replace(incoming, text="My sister lives in Rome."))
        async for _ in turn:
            pass
    [kept] = await world.store.get(IN_PRIVATE, [turn.begun.id])
    assert (kept.text, kept.reply) == ("My sister lives in Rome.", turn.reply)


async def test_an_edited_message_weighs_what_its_new_words_weigh(world: World) -> None:
    turn = await world.say("Nice weather.", id="one")
    weighty = "My mother died yesterday and I am heartbroken."
    assert judge_importance(weighty, language="en") != turn.importance
    assert await world.companion.edit(
        Incoming(id=MessageId("one"), person=ANNA, place=ANNAS_DM, text=weighty)
    )
    [kept] = await world.store.get(IN_PRIVATE, [turn.id])
    curve = world.companion.curve
    assert kept.importance == judge_importance(weighty, language="en")
    first = first_strength(weighty, kind=kept.kind, importance=kept.importance, curve=curve)
    assert kept.strength == pytest.approx(first)
    expected = curve.forgotten_at(kept.last_recalled, kept.strength, pinned=False)
    assert abs(kept.forgotten_at - expected) < timedelta(seconds=1)


async def delete(world: World) -> None:
    assert await world.companion.retract(ANNA.id, ANNAS_DM, MessageId("one"))


async def erase(world: World) -> None:
    await world.companion.erase_person(ANNA.id)


@pytest.mark.parametrize("meanwhile", [delete, erase])
async def test_an_edit_brings_nothing_back_that_was_erased_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[World], Awaitable[None]]
) -> None:
    turn = await world.say("My word is blue.", id="one")
    rewrite = world.store.rewrite

    async def later(*args: object, **options: object) -> bool:
        monkeypatch.setattr(world.store, "rewrite", rewrite)
        await meanwhile(world)
        return await rewrite(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(world.store, "rewrite", later)
    await world.companion.edit(
        Incoming(id=MessageId("one"), person=ANNA, place=ANNAS_DM, text=HIDDEN)
    )
    assert await world.store.get(IN_PRIVATE, [turn.id]) == ()
    if meanwhile is erase:
        assert await world.store.person(ANNA.id) is None


async def test_a_history_that_outlived_its_day_goes_with_the_turn(world: World, file: Path) -> None:
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    await world.store.pin(IN_PRIVATE, secret.id, pinned=True, curve=world.companion.curve)
    for _ in range(2):
        world.clock.advance(3_000 * DAY)
        await world.companion.upkeep()
    assert not await world.notes(IN_PRIVATE, Kind.DAY)
    assert await world.notes(IN_PRIVATE, Kind.HISTORY)
    await forget(world, secret.id)
    assert traces(file) == 0


async def test_so_does_one_that_was_made_anew_with_an_earlier_day(world: World, file: Path) -> None:
    world.clock.advance(6 * DAY)
    secret = await world.say(HIDDEN)
    await world.companion.consolidator.run(quiet=NOW)
    await world.store.pin(IN_PRIVATE, secret.id, pinned=True, curve=world.companion.curve)
    for _ in range(2):
        world.clock.advance(3_000 * DAY)
        await world.companion.upkeep()
    await world.store.add([memory(PLAIN, said_at=secret.said_at - 3 * DAY)], [None])
    await world.companion.consolidator.run(quiet=NOW)
    history = await world.notes(IN_PRIVATE, Kind.HISTORY)
    assert all("xylophone" in note.text and "Mango" in note.text for note in history.values())
    await forget(world, secret.id)
    assert traces(file) == 0


async def test_notes_from_before_a_turn_was_said_stay(world: World) -> None:
    await world.say(PLAIN)
    await world.companion.consolidator.run(quiet=NOW)
    before = {note.id for note in await world.every_note(IN_PRIVATE)}
    world.clock.advance(DAY)
    turn = await world.say("Good mornig.")
    await forget(world, turn.id)
    assert {note.id for note in await world.every_note(IN_PRIVATE)} == before


async def test_a_history_goes_alone(world: World) -> None:
    turn = await world.say(PLAIN)
    await world.companion.consolidator.run(quiet=NOW)
    life = (await world.notes(IN_PRIVATE, Kind.HISTORY))[Kind.HISTORY, ""]
    plan = await world.companion.forgetting.plan(IN_PRIVATE, [life])
    assert (plan.turns, plan.notes) == ((), (life,))
    await world.companion.forgetting.carry_out(plan, at_once=False)
    assert await world.store.get(IN_PRIVATE, [life.id]) == ()
    assert await world.store.get(IN_PRIVATE, [turn.id])


async def test_a_fact_that_another_day_bears_out_is_found_again(world: World) -> None:
    await world.say(PLAIN)
    await world.companion.consolidator.run(quiet=NOW)
    world.clock.advance(DAY)
    again = await world.say(PLAIN)
    await world.companion.consolidator.run(quiet=NOW)
    [fact] = [note for note in await world.every_note(IN_PRIVATE) if note.kind is Kind.FACT]
    assert len(fact.sources) == 2
    await forget(world, again.id)
    await world.companion.consolidator.run(quiet=NOW)
    assert [n.text for n in await world.every_note(IN_PRIVATE) if n.kind is Kind.FACT]


async def test_who_is_erased_is_gone_from_what_was_said_off_the_record(world: World) -> None:
    said = Incoming(id=MessageId("x"), person=ANNA, place=ANNAS_DM, text=HIDDEN, off_record=True)
    async with world.companion.turn(said) as turn:
        async for _ in turn:
            pass
    await world.companion.erase_person(ANNA.id)
    again = replace(said, id=MessageId("y"), text="And now?")
    async with world.companion.turn(again) as turn:
        assert turn.prompt.recent == ()
