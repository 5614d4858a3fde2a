"""What a person said anew counts: linked as it is written, followed when it is recalled."""

from brain.ids import MessageId
from brain.memory.record import Kind, Memory
from brain.messages import Incoming, Scope
from brain.prompt import describe
from tests.brain.test_prompt import SETTING
from tests.factories import ANNA, ANNAS_DM, CAFE, DAY, IN_CAFE, IN_PRIVATE, memory
from tests.world import World

WHERE = "Where do I live?"
KYOTO = "I live in Kyoto, near the river."
OSAKA = "I moved to Osaka."


async def said(world: World, *texts: str) -> list[Memory]:
    """Says each text on a day of its own."""
    turns = []
    for text in texts:
        turns.append(await world.say(text))
        world.clock.advance(DAY)
    return turns


async def recalled(world: World, scope: Scope = IN_PRIVATE) -> list[tuple[str, bool]]:
    """The texts that a question finds, best first, and whether each is marked as earlier."""
    found = await world.companion.recall(scope, WHERE, limit=8)
    return [(one.memory.text, one.replaced_at is not None) for one in found]


async def test_the_newer_of_two_statements_comes_first_and_the_older_is_marked(
    world: World,
) -> None:
    await said(world, KYOTO, OSAKA, "I watched a film.")
    first, second, *_ = await recalled(world)
    assert [first, second] == [(OSAKA, False), (KYOTO, True)]


async def test_the_newer_is_fetched_where_the_question_finds_only_the_older(world: World) -> None:
    kyoto, osaka = await said(world, KYOTO, OSAKA)
    await said(world, *(f"Why do people live in town number {n}?" for n in range(40)))
    [older] = [
        one
        for one in await world.companion.recall(IN_PRIVATE, "near the river in Kyoto", limit=40)
        if one.memory.id == kyoto.id
    ]
    assert older.replaced_at == osaka.said_at


async def test_of_a_chain_and_a_return_the_latest_comes_first(world: World) -> None:
    back = "I moved back to Kyoto."
    await said(world, KYOTO, OSAKA, back)
    assert await recalled(world) == [(back, False), (OSAKA, True), (KYOTO, True)]


async def test_the_older_counts_again_while_the_newer_is_forgotten(world: World) -> None:
    _, osaka = await said(world, KYOTO, OSAKA)
    forgetting = world.companion.forgetting
    await forgetting.carry_out(await forgetting.plan(IN_PRIVATE, [osaka]), at_once=False)
    assert await recalled(world) == [(KYOTO, False)]
    await forgetting.restore(IN_PRIVATE, [osaka], curve=world.companion.curve)
    assert await recalled(world) == [(OSAKA, False), (KYOTO, True)]
    await forgetting.carry_out(await forgetting.plan(IN_PRIVATE, [osaka]), at_once=True)
    assert await recalled(world) == [(KYOTO, False)]


async def test_an_edit_links_and_unlinks(world: World) -> None:
    await world.say(KYOTO)
    world.clock.advance(DAY)
    await world.say("I watched a film.", id="second")
    for text, is_earlier in ((OSAKA, True), ("I cooked rice.", False)):
        edited = Incoming(id=MessageId("second"), person=ANNA, place=ANNAS_DM, text=text)
        assert await world.companion.edit(edited)
        assert (KYOTO, is_earlier) in await recalled(world)


async def test_what_is_said_in_private_marks_nothing_in_a_shared_place(world: World) -> None:
    await world.say(KYOTO, place=CAFE)
    world.clock.advance(DAY)
    await world.say(OSAKA)
    assert await recalled(world, IN_CAFE) == [(KYOTO, False)]
    assert await recalled(world) == [(OSAKA, False), (KYOTO, True)]


async def test_a_linked_turn_is_no_earlier_version(world: World) -> None:
    kyoto, osaka = await said(world, KYOTO, OSAKA)
    [linked] = await world.store.get(IN_PRIVATE, [kyoto.id])
    assert (linked.ended_by, linked.ended_at, linked.is_version) == (osaka.id, None, False)


async def test_a_note_of_what_was_said_otherwise_since_is_marked_as_well(world: World) -> None:
    kyoto, film, _ = await said(world, KYOTO, "I watched a film.", OSAKA)
    notes = [
        memory("They live in Kyoto.", id="alone", kind=Kind.DAY, sources=[kyoto.id]),
        memory(
            "They live in Kyoto, and saw a film.",
            id="both",
            kind=Kind.DAY,
            sources=[kyoto.id, film.id],
        ),
    ]
    await world.store.add(notes, [None, None])
    found = await recalled(world)
    assert ("They live in Kyoto.", True) in found
    assert ("They live in Kyoto, and saw a film.", False) in found


async def test_the_prompt_says_since_when_it_is_otherwise(world: World) -> None:
    kyoto, osaka = await said(world, KYOTO, OSAKA)
    line = describe(kyoto, SETTING, replaced_at=osaka.said_at)
    assert "said earlier; since Mon, 2 Mar 2026 otherwise" in line
    assert KYOTO in line
