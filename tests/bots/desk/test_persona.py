"""/persona: how somebody would like the companion to be with them, in private."""

from brain.ids import PersonId, PlaceId
from brain.messages import Person, Place
from brain.preferences import PERSONA_CHARACTERS, load_preferences
from brain.texts import say
from tests.bots.desk.bench import Bench
from tests.factories import ANNA, BEN, BENS_DM, CAFE


async def test_a_preference_stands_beside_the_persona_in_private_alone(bench: Bench) -> None:
    screen = await bench.command("persona", text="Call me Captain.")
    assert "A friend" in screen.text
    assert "Call me Captain." in screen.text
    await bench.say("Hello.")
    await bench.say("Hello.", place=CAFE)
    await bench.say("Hello.", person=BEN, place=BENS_DM)
    private, shared, stranger = (said[0].content for said in bench.generator.asked)
    assert private.startswith("A friend (en).\n\n")
    assert "Call me Captain." in private
    assert "Captain" not in shared + stranger
    shown = await bench.command("persona", place=CAFE)
    assert "Captain" not in shown.text


async def test_a_preference_is_taken_back_by_a_word_or_a_button(bench: Bench) -> None:
    screen = await bench.command("persona", text="Call me Captain.")
    assert say("en", "persona-how") in (await bench.press(screen, "be as with everybody")).text
    await bench.command("persona", text="Be brief.")
    assert say("en", "persona-how") in (await bench.command("persona", text="Reset")).text
    assert (await load_preferences(bench.store.values, ANNA)).persona is None


async def test_a_preference_is_bounded_and_said_in_private(bench: Bench) -> None:
    refused = await bench.command("persona", text="x" * (PERSONA_CHARACTERS + 1))
    assert "2" in refused.text
    public = await bench.command("persona", text="Be brief.", place=CAFE)
    assert public.text == say("en", "persona-only-private")
    assert (await load_preferences(bench.store.values, ANNA)).persona is None


async def test_a_preference_goes_with_the_person(bench: Bench) -> None:
    someone = Person(PersonId("telegram:9"))
    there = Place(PlaceId("telegram:9"), private=True)
    await bench.command("persona", person=someone, place=there, text="Be brief.")
    await bench.store.erase_person(someone.id)
    assert (await load_preferences(bench.store.values, someone)).persona is None
