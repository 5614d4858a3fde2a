"""/settings: who manages a server or group chooses for it, and nobody else."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bots.conversation.communities import FRESH, PERSONA_CHARACTERS, Communities, CommunitySettings
from bots.desk.community_settings import NAMES, VOICES
from bots.screens import Caller, Screen
from bots.settings.platforms import DiscordSettings
from bots.settings.root import Settings
from brain.errors import StoreUnavailable
from brain.ids import PlaceId
from brain.languages import languages
from brain.messages import Place
from brain.texts import say
from tests.bots.desk.bench import Bench, action, actions, caller, open_bench
from tests.doubles import VoicedGenerator
from tests.factories import BEN, CAFE

GUILD = "discord:guild:1"
MANAGER = replace(caller(place=CAFE), may_manage=True, sees_leavers=False)
MEMBER = caller(BEN, CAFE)
NAMED = "free, leavers, language, persona, rate"
"""Where the model has one voice alone."""


async def settings(
    bench: Bench, name: str = "", value: str = "", *, by: Caller = MANAGER
) -> Screen:
    return await bench.desk.command(by, "settings", {"name": name, "value": value})


async def test_each_button_does_what_it_says(bench: Bench) -> None:
    screen = await settings(bench)
    assert say("en", "community-free-off") in screen.text
    screen = await bench.desk.press(MANAGER, action(screen, "answer everything here"))
    assert say("en", "community-free-on") in screen.text
    screen = await bench.desk.press(MANAGER, action(screen, "zh"))
    screen = await bench.desk.press(MANAGER, actions(screen)[-4])
    chosen = await bench.communities.settings_of(GUILD)
    assert chosen == CommunitySettings(
        free_places=frozenset({CAFE.id}), language="zh", messages_per_minute=3
    )
    assert say("zh", "community-rate", count=3) in screen.text
    screen = await bench.desk.press(MANAGER, action(screen, say("zh", "community-button-language")))
    await bench.desk.press(MANAGER, action(await settings(bench), "answer mentions only"))
    chosen = await bench.communities.settings_of(GUILD)
    assert (chosen.free_places, chosen.language) == (frozenset(), None)


async def test_a_persona_is_written_shown_and_taken_back(bench: Bench) -> None:
    screen = await settings(bench, "persona", "A wise old owl.")
    assert "A wise old owl." in screen.text
    seen = await bench.desk.command(MEMBER, "persona", {})
    assert "A wise old owl." in seen.text
    screen = await bench.desk.press(MANAGER, action(screen, "be as everywhere"))
    assert say("en", "community-persona-none") in screen.text
    too_long = await settings(bench, "persona", "x" * (PERSONA_CHARACTERS + 1))
    assert str(PERSONA_CHARACTERS) in too_long.text.replace(",", "")
    assert (await bench.communities.settings_of(GUILD)).persona is None


def labels(screen: Screen) -> list[str]:
    return [button.label for row in screen.rows for button in row]


async def test_a_voice_is_chosen_from_those_that_there_are_and_taken_back(bench: Bench) -> None:
    bench.speaks(VoicedGenerator("calm", "merry_one"))
    screen = await settings(bench)
    assert say("en", "community-voice-none") in screen.text
    assert say("en", "community-voices", voices="calm, merry\\_one") in screen.text
    assert labels(screen)[-2:] == ["voice: calm", "voice: merry_one"]
    screen = await bench.desk.press(MANAGER, action(screen, "voice: merry_one"))
    assert (await bench.communities.settings_of(GUILD)).voice == "merry_one"
    assert say("en", "community-voice", voice="merry\\_one") in screen.text
    assert labels(screen)[-2:] == ["voice: calm", "voice as everywhere"]
    refused = await settings(bench, "voice", "loud")
    assert refused.text == say("en", "community-voice-unknown", voices="calm, merry\\_one")
    assert (await bench.communities.settings_of(GUILD)).voice == "merry_one"
    screen = await bench.desk.press(MANAGER, action(screen, "voice as everywhere"))
    assert say("en", "community-voice-none") in screen.text
    await settings(bench, "", "voice calm")
    assert (await bench.communities.settings_of(GUILD)).voice == "calm"
    await settings(bench, "voice", "reset")
    assert (await bench.communities.settings_of(GUILD)).voice is None


async def test_a_voice_that_is_gone_is_told_and_can_be_taken_back(bench: Bench) -> None:
    bench.speaks(VoicedGenerator("calm"))
    await settings(bench, "voice", "calm")
    bench.says(["Hello."])
    screen = await settings(bench)
    assert say("en", "community-voice-gone", voice="calm") in screen.text
    assert labels(screen)[-1] == "voice as everywhere"
    screen = await bench.desk.press(MANAGER, actions(screen)[-1])
    assert not any("voice" in label for label in labels(screen))
    assert "voice" not in screen.text


async def test_a_model_of_many_voices_shows_buttons_for_some_and_names_the_others(
    bench: Bench,
) -> None:
    names = [f"org/a-model-of-a-name-that-fills-no-button-{number:03}" for number in range(200)]
    bench.speaks(VoicedGenerator(*names))
    screen = await settings(bench)
    assert sum(label.startswith("voice: ") for label in labels(screen)) == VOICES
    assert len(screen.text) < 4_000
    await bench.desk.press(MANAGER, action(screen, f"voice: {names[2]}"))
    assert (await bench.communities.settings_of(GUILD)).voice == names[2]
    await settings(bench, "voice", names[-1])
    assert (await bench.communities.settings_of(GUILD)).voice == names[-1]


async def test_voices_are_offered_only_by_a_model_that_has_some(bench: Bench) -> None:
    def choices() -> tuple[str, ...]:
        [command] = [each for each in bench.desk.commands if each.name == "settings"]
        return command.options[0].choices

    assert ", ".join(choices()) == NAMED
    bench.speaks(VoicedGenerator("calm"))
    assert choices() == NAMES


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("colour", "red", say("en", "community-unknown", names=NAMED)),
        ("free", "perhaps", say("en", "community-on-or-off")),
        ("leavers", "", say("en", "community-on-or-off")),
        ("leavers", "on", say("en", "community-leavers-unseen")),
        (
            "language",
            "tlh",
            say("en", "community-unknown-language", languages=", ".join(languages())),
        ),
        ("persona", "", say("en", "community-persona-how", limit=PERSONA_CHARACTERS)),
        ("", "colour red", say("en", "community-unknown", names=NAMED)),
        ("voice", "calm", say("en", "community-voice-only")),
        ("", "voice calm", say("en", "community-voice-only")),
        ("rate", "0", say("en", "community-rate-how", most=1_000)),
        ("rate", "9" * 40, say("en", "community-rate-how", most=1_000)),
    ],
)
async def test_what_makes_no_sense_gets_a_sentence_and_changes_nothing(
    bench: Bench, name: str, value: str, answer: str
) -> None:
    before = await bench.communities.settings_of(GUILD)
    assert (await settings(bench, name, value)).text == answer
    assert await bench.communities.settings_of(GUILD) == before


async def test_only_who_manages_it_changes_it(bench: Bench) -> None:
    refused = say("en", "community-only-managers")
    assert (await settings(bench, by=MEMBER)).text == refused
    assert (await settings(bench, "free", "on", by=MEMBER)).text == refused
    screen = await settings(bench)
    no_longer = replace(MANAGER, may_manage=False)
    for each in actions(screen):
        assert (await bench.desk.press(no_longer, each)).text == refused
    assert (await bench.communities.settings_of(GUILD)).free_places == frozenset()
    assert (await settings(bench, by=caller())).text == say("en", "community-only-shared")
    owner = replace(MEMBER, is_owner=True)
    assert say("en", "community-heading") in (await settings(bench, by=owner)).text


async def test_what_leavers_said_is_erased_only_where_leaving_is_seen(bench: Bench) -> None:
    group = replace(MANAGER, community="telegram:-1", sees_leavers=True)
    shown = await settings(bench, "leavers", "on", by=group)
    for key in ("on", "large"):
        assert say("en", f"community-leavers-{key}") in shown.text
    assert (await bench.communities.settings_of("telegram:-1")).forget_leavers
    offered = "erase what leavers said"
    shown = await settings(bench)
    assert offered not in {button.label for row in shown.rows for button in row}
    heard = replace(MANAGER, sees_leavers=True)
    screen = await settings(bench, by=heard)
    assert say("en", "community-leavers-off") in screen.text
    screen = await bench.desk.press(heard, action(screen, offered))
    assert say("en", "community-leavers-on") in screen.text
    screen = await settings(bench, "leavers", "off")
    assert say("en", "community-leavers-off") in screen.text


async def test_help_lists_it_for_managers(bench: Bench) -> None:
    assert "/settings" in (await bench.desk.command(MANAGER, "help", {})).text
    assert "/settings" not in (await bench.desk.command(MEMBER, "help", {})).text


async def test_a_thread_of_a_free_channel_ends_the_freedom_of_the_channel(bench: Bench) -> None:
    await settings(bench, "free", "on")
    thread = replace(
        MANAGER, place=Place(PlaceId("discord:7"), private=False), around=frozenset({CAFE.id})
    )
    assert say("en", "community-free-on") in (await settings(bench, by=thread)).text
    await settings(bench, "free", "off", by=thread)
    assert (await bench.communities.settings_of(GUILD)).free_places == frozenset()


async def test_the_installation_s_settings_hold_until_something_is_chosen(bench: Bench) -> None:
    given = Settings(discord=DiscordSettings(free_channels=("9", "discord:8"), forget_leavers=True))
    communities = Communities(bench.store.values, given, clock=bench.clock)
    assert (await communities.settings_of(GUILD)).free_places == {"discord:8", "discord:9"}
    assert (await communities.settings_of("telegram:-1")).free_places == frozenset()
    await communities.set_free_place(GUILD, "discord:9", free=False)
    await communities.set_forget_leavers(GUILD, forget=False)
    chosen = await communities.settings_of(GUILD)
    assert chosen == CommunitySettings(free_places=frozenset({PlaceId("discord:8")}))


async def test_another_process_hears_of_it_in_some_seconds_and_an_outage_changes_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Communities(bench.store.values, bench.settings, clock=bench.clock)
    assert (await other.settings_of(GUILD)).language is None
    await bench.communities.set_language(GUILD, "zh")
    assert (await other.settings_of(GUILD)).language is None
    bench.clock.advance(FRESH)
    assert (await other.settings_of(GUILD)).language == "zh"

    async def away(_: str) -> None:
        raise StoreUnavailable(reason="test")

    monkeypatch.setattr(bench.store.values, "get", away)
    bench.clock.advance(FRESH)
    assert (await other.settings_of(GUILD)).language == "zh"
    assert (await other.settings_of("discord:guild:2")).language is None


async def test_commands_are_counted_and_rights_are_not(tmp_path: Path) -> None:
    async with open_bench(tmp_path, messages_per_minute=1) as bench:
        too_fast = say("en", "chat-too-fast", seconds=61)
        assert (await bench.say("My cat is called Mango.")).finished == ["I see."]
        listed = [await bench.command("portrait") for _ in range(5)]
        assert texts(listed) == [say("en", "portrait-none")] * 3 + [too_fast, ""]
        for name in ("forget", "privacy", "export", "help", "pause"):
            assert (await bench.command(name)).text != too_fast
        preview = await bench.command("forget", what="cat")
        assert (await bench.press(preview, "cancel")).text == say("en", "forget-none-chosen")
        bench.clock.advance(timedelta(minutes=1))
        assert (await bench.command("portrait")).text == say("en", "portrait-none")


def texts(screens: Iterable[Screen]) -> list[str]:
    return [screen.text for screen in screens]
