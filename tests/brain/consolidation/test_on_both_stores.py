"""The whole way over each store: made, disturbed, forgotten."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from brain.memory.ranking import current_retention
from brain.memory.record import Kind
from brain.memory.retention import COMPANION
from brain.ports import Due
from tests.factories import DAY, IN_PRIVATE, MINUTE, NOON, memory
from tests.redis_server import shared_url
from tests.world import World, open_redis_world, open_world

NOW = timedelta(0)
CAT = "My cat is called Mango and fears thunder."
HIDDEN = "My hidden word is xylophone."
TRACE = b"xylophone"

Traces = Callable[[], Awaitable[int]]
"""How often the hidden word stands in what the store keeps."""


@pytest.fixture(params=["sqlite", "redis"])
async def somewhere(
    request: pytest.FixtureRequest, file: Path
) -> AsyncIterator[tuple[World, Traces]]:
    async def in_files() -> int:
        return sum(path.read_bytes().lower().count(TRACE) for path in file.parent.iterdir())

    if request.param == "sqlite":
        async with open_world(file) as world:
            yield world, in_files
        return
    async with open_redis_world() as (world, prefix), Redis.from_url(shared_url()) as client:

        async def in_keys() -> int:
            found = 0
            async for key in client.scan_iter(f"{prefix}:*"):
                # A dump may be compressed: hashes, which hold the words, are read as they are.
                kept = [key, await client.dump(key) or b""]
                if await client.type(key) == b"hash":
                    kept += (await client.hgetall(key)).values()
                found += sum(bytes(each).lower().count(TRACE) for each in kept)
            return found

        yield world, in_keys


async def test_a_day_is_made_and_forgotten_without_a_trace(
    somewhere: tuple[World, Traces],
) -> None:
    world, traces = somewhere
    await world.say(CAT)
    secret = await world.say(HIDDEN)
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    kinds = {kind for kind, _ in await world.notes(IN_PRIVATE)}
    assert kinds == set(Kind) - {Kind.TURN}
    assert await traces() > 0

    forgetting = world.companion.forgetting
    await forgetting.carry_out(await forgetting.plan(IN_PRIVATE, [secret]), at_once=True)
    assert await traces() == 0
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    assert await traces() == 0
    assert {kind for kind, _ in await world.notes(IN_PRIVATE)} == kinds


async def test_a_forget_in_the_middle_of_a_job_leaves_no_trace(
    somewhere: tuple[World, Traces],
) -> None:
    world, traces = somewhere
    await world.say(CAT)
    secret = await world.say(HIDDEN)
    forgetting = world.companion.forgetting

    async def forget_meanwhile() -> None:
        await forgetting.carry_out(await forgetting.plan(IN_PRIVATE, [secret]), at_once=True)

    world.model.after_summary = forget_meanwhile
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    assert await traces() == 0
    assert await world.notes(IN_PRIVATE)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("I moved from Berlin to Kyoto.", "I moved from Kyoto to Berlin."),
        ("My account stands at 500.", "My account stands at -500."),
        ("我从柏林搬到了京都。", "我从京都搬到了柏林。"),
        ("Ana le debe dinero a Luis.", "Luis le debe dinero a Ana."),
    ],
)
async def test_the_same_words_in_another_order_are_another_fact(
    somewhere: tuple[World, Traces], first: str, second: str
) -> None:
    world, _ = somewhere
    for said in (first, second, second):
        await world.say(said)
        assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
        world.clock.advance(DAY)
    facts = await world.notes(IN_PRIVATE, Kind.FACT)
    assert sorted(len(fact.sources) for fact in facts.values()) == [1, 2]


@pytest.mark.parametrize(
    ("said", "foreign", "own"),
    [
        ("> I live in Paris.\nMy brother Tom writes that.", "Paris", "Tom"),
        ("My brother Tom's papers.\n\n[cv.txt]\nI live in Paris.", "Paris", "Tom"),
        ("> 我住在巴黎。\n我弟弟小明这样写。", "巴黎", "小明"),
        ("> Vivo en París con mi gato.\nLo escribe mi hermano Tomás.", "París", "Tomás"),
    ],
)
async def test_no_note_rests_on_what_somebody_else_said(
    somewhere: tuple[World, Traces], said: str, foreign: str, own: str
) -> None:
    world, _ = somewhere
    world.model.say_next(f"I see, {foreign}.")
    await world.say(said)
    await world.say(f"> {foreign}, {foreign}, {foreign}")
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    notes = await world.every_note(IN_PRIVATE)
    assert {note.kind for note in notes} == set(Kind) - {Kind.TURN}
    assert all(own in note.text for note in notes)
    assert not any(foreign in note.text for note in notes)


async def test_what_rests_on_somebody_elses_words_alone_goes_when_its_day_is_done_again(
    somewhere: tuple[World, Traces],
) -> None:
    world, _ = somewhere
    turn = await world.say("> I live in Paris.")
    fact = memory("Anna lives in Paris.", kind=Kind.FACT, sources=[turn.id])
    await world.store.add([fact], [None])
    await world.say(CAT)
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    facts = await world.notes(IN_PRIVATE, Kind.FACT)
    assert not any("Paris" in text for _, text in facts)
    assert facts


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("My cat is called Mango and fears thunder.", "en"),
        ("我的猫叫芒果，它害怕打雷。", "zh"),
        ("Mi gato se llama Mango y teme los truenos.", "es"),
    ],
)
async def test_notes_of_imported_history_are_as_fresh_as_its_turns(
    somewhere: tuple[World, Traces], said: str, language: str
) -> None:
    world, _ = somewhere
    then, now = NOON - 1_000 * DAY, world.clock.now()
    turns = [
        memory(f"{said} {n}", said_at=then + n * DAY, language=language, last_recalled=now)
        for n in range(3)
    ]
    await world.store.add(turns, [None] * 3)
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 3
    notes = await world.notes(IN_PRIVATE, Kind.DAY, Kind.FACT)
    assert {kind for kind, _ in notes} == {Kind.DAY, Kind.FACT}
    for note in notes.values():
        assert note.said_at < NOON - 900 * DAY
        assert current_retention(note, now=now) == 1.0
        assert note.fades_at > now + 80 * DAY
    assert await world.store.forget_due(now=now, curve=COMPANION, limit=99) == Due(0, 0)


async def test_notes_that_faded_are_fresh_again_when_their_days_turns_are(
    somewhere: tuple[World, Traces],
) -> None:
    world, _ = somewhere
    then = NOON - 1_000 * DAY
    turn = memory(CAT, said_at=then, last_recalled=then)
    await world.store.add([turn], [None])
    await world.companion.consolidator.run(quiet=NOW)
    later = memory("Mango is a tomcat.", said_at=then + MINUTE, last_recalled=NOON)
    await world.store.add([later], [None])
    await world.companion.consolidator.run(quiet=NOW)
    [day] = (await world.notes(IN_PRIVATE, Kind.DAY)).values()
    assert day.last_recalled == NOON
    assert day.fades_at > NOON + DAY


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("ru", "Russian", "Моя кошка Мурка боится грозы и прячется под кроватью."),
        ("hi", "Hindi", "मेरी बिल्ली का नाम मोती है और वह बादल की गरज से डरती है।"),
        ("th", "Thai", "แมวของฉันชื่อมะม่วงและกลัวเสียงฟ้าร้อง"),
        ("ja", "Japanese", "うちの猫のマンゴーは雷がとても怖いです。"),
        ("de", "German", "Meine Katze heißt Mango und sie fürchtet sich vor Gewittern."),
    ],
)
async def test_a_day_in_a_language_without_a_folder_is_summarised_in_it(
    somewhere: tuple[World, Traces], language: str, name: str, said: str
) -> None:
    world, _ = somewhere
    turn = await world.say(said)
    assert turn.language == language
    asked = world.model.asked[-1][0].content
    assert f"Answer in {name}" in asked
    assert "Sun, 1 Mar 2026" in asked or "March 2026" in asked
    assert (await world.companion.consolidator.run(quiet=NOW)).days == 1
    notes = await world.notes(IN_PRIVATE)
    assert {kind for kind, _ in notes} == set(Kind) - {Kind.TURN}
    assert {note.language for note in notes.values()} == {language}
    requests = [messages[0].content for messages in world.model.asked[1:]]
    assert requests
    assert all(f"in {name}" in request.replace("In ", "in ") for request in requests)


async def test_an_answer_in_another_language_than_the_day_is_no_summary(
    somewhere: tuple[World, Traces],
) -> None:
    world, _ = somewhere
    await world.say("Моя кошка Мурка боится грозы и прячется под кроватью.")
    world.model.summary = "- The cat Мурка is afraid of thunder, and she hides under the bed."
    await world.companion.consolidator.run(quiet=NOW)
    assert {kind for kind, _ in await world.notes(IN_PRIVATE)} <= {Kind.FACT}
    assert "Answer in Russian, in exactly the form" in world.model.asked[2][0].content
