"""/remember, /portrait, /pause, /export, /privacy, /persona, /help and what is the owner's."""

import json
from dataclasses import replace

import pytest

from bots.settings.platforms import AccessSettings
from bots.settings.root import Settings
from brain.ids import PersonId, PlaceId
from brain.languages import languages
from brain.memory.periods import LIFE, Group, node_id
from brain.memory.record import Kind
from brain.messages import Person, Place
from brain.texts import say
from tests.bots.desk.bench import Bench, caller
from tests.factories import ANNA, ANNAS_DM, BEN, BENS_DM, CAFE, memory


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


async def test_a_pause_is_of_one_place_and_ends_by_its_own_command(bench: Bench) -> None:
    on = await bench.command("pause", place=CAFE)
    assert on.text == say("en", "pause-on")
    await bench.say("Not this.", place=CAFE)
    await bench.say("But this.")
    assert say("en", "privacy-paused") in (await bench.command("privacy", place=CAFE)).text
    assert say("en", "privacy-not-paused") in (await bench.command("privacy")).text
    bench.start()
    assert (await bench.command("resume", place=CAFE)).text == say("en", "pause-off")
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


@pytest.mark.parametrize("language", languages())
async def test_a_mistyped_command_is_told_which_one_it_resembles(
    bench: Bench, language: str
) -> None:
    by = caller(language=language)
    for typed, meant in (
        ("memory", "memories"),
        ("memorise", "memories"),
        ("forgt", "forget"),
        ("unpine", "unpin"),
        ("HELPP", "help"),
        ("rezume", "resume"),
    ):
        text = (await bench.desk.command(by, typed, {})).text
        assert f"/{meant}" in text
        assert "?" in text.replace("？", "?")
        assert bench.desk.nearest(typed) == meant
    for typed in ("dance", "statu", "reloa"):
        # What only the owner may call is suggested to nobody else.
        assert "/help" in (await bench.desk.command(by, typed, {})).text


async def test_the_last_forgetting_is_undone_by_a_command(bench: Bench) -> None:
    assert (await bench.command("undo")).text == say("en", "undo-nothing")
    await bench.say("My cat is called Mango.")
    await bench.say("Said in the café.", place=CAFE)
    [cat] = [memory for memory in await bench.memories() if "Mango" in memory.text]
    await bench.press(await bench.command("forget", what=cat.id), "forget")
    assert len(await bench.memories()) == 1
    assert (await bench.command("undo", place=CAFE)).text == say("en", "undo-nothing")
    assert "Mango" in (await bench.command("undo")).text
    assert len(await bench.memories()) == 2


async def test_a_memory_is_pinned_by_its_id_or_chosen_by_words(bench: Bench) -> None:
    await bench.say("My cat is called Mango.")
    [cat] = await bench.memories()
    assert "`/pin …`" in (await bench.command("pin")).text
    assert say("en", "desk-never-fades") in (await bench.command("pin", memory=cat.id[:8])).text
    [pinned] = await bench.memories()
    assert pinned.pinned
    listed = await bench.command("unpin", memory="cat Mango")
    assert "Mango" in listed.text
    shown = await bench.press(listed, "1")
    await bench.press(shown, "unpin")
    [loose] = await bench.memories()
    assert not loose.pinned
    [suggested] = await bench.desk.suggest(caller(), "pin", "memory", "mango")
    assert suggested.value == cat.id


async def test_the_persona_that_nobody_wrote_is_told_in_a_sentence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.desk.persona.default_text", lambda code: f"A friend ({code}).")
    for place in (ANNAS_DM, CAFE):
        text = (await bench.command("persona", place=place)).text
        assert say("en", "persona-bundled") in text
        assert "A friend" not in text
    await bench.communities.set_persona("discord:guild:1", "A parrot.")
    assert "A parrot." in (await bench.command("persona", place=CAFE)).text


async def test_privacy_promises_what_the_platform_tells(bench: Bench) -> None:
    there = Person(PersonId("telegram:7"))
    dm = Place(PlaceId("telegram:7"), private=True)
    on_discord = (await bench.command("privacy")).text
    on_telegram = (await bench.command("privacy", person=there, place=dm)).text
    assert say("en", "privacy-messages-discord") in on_discord
    assert say("en", "privacy-messages-telegram") in on_telegram
    assert "deleting" not in on_telegram


async def test_a_screen_about_a_place_that_is_shown_elsewhere_names_it(bench: Bench) -> None:
    by = replace(caller(place=CAFE), place_name="Café *Central*")
    heading = say("en", "desk-about", place="Café \\*Central\\*")
    for name in ("memories", "forget", "privacy", "pause", "persona", "portrait"):
        assert (await bench.desk.command(by, name, {})).text.startswith(heading)
    for name in ("export", "start"):
        assert heading not in (await bench.desk.command(by, name, {})).text


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
