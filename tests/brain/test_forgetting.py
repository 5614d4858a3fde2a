"""What a forget takes with it, and that nothing is left of it anywhere."""

from datetime import timedelta
from pathlib import Path

import pytest

from brain.errors import ForgetDisturbed
from brain.memory.record import Kind
from brain.messages import Incoming, Scope
from tests.factories import ANNA, ANNAS_DM, CAFE, DAY, IN_CAFE, IN_PRIVATE
from tests.world import World

NOW = timedelta(0)
HIDDEN = "My hidden word is xylophone."
PLAIN = "My cat is called Mango and fears thunder."


async def forget(world: World, *ids: str, at_once: bool = True, scope: Scope = IN_PRIVATE) -> None:
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
    edited = Incoming(id="one", person=ANNA, place=ANNAS_DM, text="My word is a secret.")
    assert await world.companion.edit(edited)
    assert traces(file) == 0
    [kept] = await world.store.get(IN_PRIVATE, [turn.id])
    assert kept.text == "My word is a secret."
    await world.companion.consolidator.run(quiet=NOW)
    assert any("secret" in note.text for note in await world.every_note(IN_PRIVATE))


async def test_a_deleted_message_is_erased_with_its_notes(world: World, file: Path) -> None:
    await world.say(HIDDEN, id="one")
    await world.companion.consolidator.run(quiet=NOW)
    assert await world.companion.retract(ANNA.id, ANNAS_DM, "one")
    assert traces(file) == 0
    assert not await world.companion.retract(ANNA.id, ANNAS_DM, "one")
    assert not await world.companion.retract(ANNA.id, ANNAS_DM, "never said")


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
    incoming = Incoming(id="x", person=ANNA, place=ANNAS_DM, text=HIDDEN, off_record=True)
    async with world.companion.turn(incoming) as turn:
        async for _ in turn:
            pass
    assert turn.reply
    assert traces(file) == 0
    again = Incoming(id="y", person=ANNA, place=ANNAS_DM, text="And now?", off_record=True)
    async with world.companion.turn(again) as turn:
        assert [earlier.text for earlier in turn.prompt.recent] == [HIDDEN]
    assert await world.store.count(IN_PRIVATE) == 0
