"""/remember, /portrait, /pause, /export, /privacy, /persona, /help and what is the owner's."""

import json

import pytest

from bots.settings.platforms import AccessSettings
from bots.settings.root import Settings
from brain.languages import languages
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import Kind
from brain.texts import say
from tests.bots.desk.bench import Bench, caller
from tests.factories import ANNA, BEN, BENS_DM, CAFE, memory


async def test_a_sentence_is_kept_for_good_where_it_was_said(bench: Bench) -> None:
    screen = await bench.command("remember", text="I am allergic to nuts.", place=CAFE)
    [kept] = await bench.memories()
    assert (kept.kind, kept.pinned, kept.place) == (Kind.FACT, True, CAFE.id)
    await bench.say("What am I allergic to?", place=CAFE)
    assert "allergic to nuts" in "".join(m.content for m in bench.generator.asked[0])
    await bench.press(await bench.press(screen, "forget", place=CAFE), "forget", place=CAFE)
    assert [m.kind for m in await bench.memories()] == [Kind.TURN]


async def test_the_portrait_is_that_of_the_place(bench: Bench) -> None:
    assert (await bench.command("portrait")).text == say("en", "portrait-none")
    group = Group(ANNA.id, None)
    await bench.store.add(
        [
            memory(
                "She loves trains.",
                id=node_id(group, Kind.PORTRAIT, LIFE),
                kind=Kind.PORTRAIT,
                period=LIFE,
            )
        ],
        [None],
    )
    await bench.command("remember", text="Mango is a cat.")
    text = (await bench.command("portrait")).text
    assert "She loves trains." in text
    assert "- Mango is a cat." in text
    assert (await bench.command("portrait", place=CAFE)).text == say("en", "portrait-none")


async def test_a_pause_is_of_one_place_and_ends_by_the_same_command(bench: Bench) -> None:
    on = await bench.command("pause", place=CAFE)
    assert on.text == say("en", "pause-on")
    await bench.say("Not this.", place=CAFE)
    await bench.say("But this.")
    assert say("en", "privacy-paused") in (await bench.command("privacy", place=CAFE)).text
    assert say("en", "privacy-not-paused") in (await bench.command("privacy")).text
    bench.start()
    assert (await bench.command("pause", place=CAFE)).text == say("en", "pause-off")
    await bench.say("And this.", place=CAFE)
    assert {m.text for m in await bench.memories()} == {"But this.", "And this."}


async def test_the_button_of_a_pause_does_what_it_says_twice(bench: Bench) -> None:
    on = await bench.command("pause")
    for _ in range(2):
        off = await bench.press(on, say("en", "pause-button-resume"))
        assert off.text == say("en", "pause-off")


async def test_an_export_is_whole_and_goes_to_the_direct_conversation(bench: Bench) -> None:
    await bench.say("A secret.")
    await bench.say("In the café.", place=CAFE)
    screen = await bench.command("export", place=CAFE)
    assert screen.direct
    assert screen.private
    assert screen.file is not None
    lines = [json.loads(line) for line in screen.file.content.decode().splitlines()]
    assert {line.get("text") for line in lines[1:-1]} == {"A secret.", "In the café."}


async def test_help_lists_the_owner_s_commands_for_the_owner(bench: Bench) -> None:
    assert "/status" not in (await bench.command("help")).text
    bench.settings = Settings(access=AccessSettings.model_validate({"owners": ["discord:1"]}))
    bench.start()
    assert "/status" in (await bench.command("help")).text


async def test_only_the_owner_sees_the_status_and_reloads(bench: Bench) -> None:
    for name in ("status", "reload"):
        assert (await bench.command(name)).text == say("en", "desk-only-owner")
    bench.settings = Settings(access=AccessSettings.model_validate({"owners": ["discord:1"]}))
    bench.start()
    await bench.say("A secret.")
    status = await bench.command("status")
    assert "One person" in status.text
    assert "secret" not in status.text
    assert (await bench.command("reload")).text == say("en", "reload-done")
    assert bench.reloads == 1


async def test_who_may_not_talk_still_owns_their_memories(bench: Bench) -> None:
    await bench.say("A secret.")
    bench.settings = Settings(access=AccessSettings.model_validate({"block_people": ["discord:1"]}))
    bench.start()
    assert (await bench.command("remember", text="x")).text == say("en", "chat-not-admitted")
    assert (await bench.command("export")).file is not None
    assert "A secret." in (await bench.command("memories")).text


async def test_an_unknown_command_names_the_help(bench: Bench) -> None:
    assert "/help" in (await bench.command("dance")).text
    assert "I remember" in (await bench.command("start")).text
    assert "A friend" in (await bench.command("persona")).text


async def test_everything_fits_its_platforms_in_every_language(bench: Bench) -> None:
    for language in languages():
        for command in bench.desk.commands:
            assert 1 <= len(say(language, f"command-{command.name}")) <= 100
            for option in command.options:
                key = f"command-{command.name}-{option.name}"
                assert say(language, key) != key
                assert len(say(language, key)) <= 100
                assert all(say(language, f"choice-{c}") != f"choice-{c}" for c in option.choices)
            screen = await bench.desk.command(caller(language=language), command.name, {})
            assert 0 < len(screen.text) <= 4_000


@pytest.mark.parametrize(
    "name", ["memories", "portrait", "privacy", "forget", "remember", "export"]
)
async def test_what_tells_of_a_person_is_private(bench: Bench, name: str) -> None:
    screen = await bench.command(name, person=BEN, place=BENS_DM)
    assert screen.private


@pytest.mark.parametrize("text", [{}, {"text": ""}])
async def test_a_command_without_its_text_tells_how_it_is_written(
    bench: Bench, text: dict[str, str]
) -> None:
    screen = await bench.desk.command(caller(BEN, BENS_DM), "remember", text)
    assert "`/remember …`" in screen.text
