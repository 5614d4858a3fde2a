"""/memories: pages, one entry, pins and curves, each from its buttons alone."""

import sys

import pytest

from brain.texts import say
from tests.bots.desk.bench import Bench, action, actions, caller
from tests.factories import ANNAS_DM, CAFE, DAY, MINUTE, NOON, memory

PNG = b"\x89PNG"


async def fill(bench: Bench, count: int = 12) -> None:
    made = [memory(f"Turn {n}.", said_at=NOON + n * MINUTE) for n in range(count)]
    vectors = await bench.embedder.passages([one.content for one in made])
    await bench.store.add(made, vectors)


async def test_pages_lead_to_older_and_back_over_restarts(bench: Bench) -> None:
    await fill(bench)
    first = await bench.command("memories")
    assert "12 memories" in first.text
    assert [n for n in range(12) if f" Turn {n}." in first.text] == [7, 8, 9, 10, 11]
    bench.start()
    second = await bench.press(first, say("en", "desk-button-older"))
    bench.start()
    third = await bench.press(second, say("en", "desk-button-older"))
    assert [n for n in range(12) if f" Turn {n}." in third.text] == [0, 1]
    back = await bench.press(third, say("en", "desk-button-newer"))
    assert back.text == second.text
    assert (await bench.press(back, say("en", "desk-button-newer"))).text == first.text


async def test_an_entry_has_day_strength_and_when_it_fades(bench: Bench) -> None:
    await fill(bench, 1)
    text = (await bench.command("memories")).text
    assert "1 Mar 2026" in text
    assert "▰" in text
    assert "fades in" in text


_FRESH = {"en": "fresh, fades in", "zh": "清晰，", "es": "nítido, se desvanece"}
_FADING = {"en": "fading, fades in", "zh": "渐淡，", "es": "borroso, se desvanece"}


@pytest.mark.parametrize(
    ("days", "words", "bar"),
    [
        (0, _FRESH, "▰▰▰▰▰▰▰▰"),
        (30, _FRESH, "▰▰▰▰▰▰▱▱"),
        (120, _FADING, "▰▰▰▱▱▱▱▱"),
        (300, _FADING, "▰▱▱▱▱▱▱▱"),
    ],
)
async def test_one_bar_shows_retention_and_words_say_what_it_means(
    bench: Bench, days: int, words: dict[str, str], bar: str
) -> None:
    await bench.store.add([memory(strength=120.0)], [None])
    bench.clock.advance(days * DAY)
    for language, expected in words.items():
        shown = await bench.desk.command(caller(language=language), "memories", {})
        assert expected in shown.text
        assert bar in shown.text
        assert shown.text.count("▰") == bar.count("▰")


@pytest.mark.parametrize(
    ("strength", "words"), [(30.0, "holds briefly"), (120.0, "for a while"), (480.0, "holds long")]
)
async def test_a_page_says_in_words_how_long_a_memory_holds(
    bench: Bench, strength: float, words: str
) -> None:
    await bench.store.add([memory(strength=strength)], [None])
    entry = await bench.press(await bench.command("memories"), "1")
    assert f"{words} (strength {strength:.0f} days)" in entry.text
    assert "▰▰▰▰▰▰▰▰ retention 100 %" in entry.text


async def test_an_entry_is_pinned_and_unpinned_and_leads_to_forgetting(bench: Bench) -> None:
    await fill(bench, 1)
    entry = await bench.press(await bench.command("memories"), "1")
    pinned = await bench.press(entry, "pin")
    assert say("en", "desk-never-fades") in pinned.text
    assert [m.pinned for m in await bench.memories()] == [True]
    await bench.press(pinned, "unpin")
    assert [m.pinned for m in await bench.memories()] == [False]
    preview = await bench.press(entry, "forget")
    await bench.press(preview, "forget")
    assert await bench.memories() == []
    assert (await bench.press(entry, "pin")).text  # still polite


async def test_search_and_kind_narrow_what_is_shown(bench: Bench) -> None:
    await bench.say("My cat Mango fears thunder.")
    await bench.say("The train was late.")
    found = await bench.command("memories", search="Mango")
    assert "Mango" in found.text.splitlines()[1]
    assert (await bench.command("memories", kind="fact")).text == say("en", "desk-nothing-found")


async def test_what_was_said_otherwise_since_is_marked(bench: Bench) -> None:
    await bench.say("I live in Kyoto.")
    bench.clock.advance(DAY)
    await bench.say("I moved to Osaka.")
    mark = "(said earlier; since Mon, 2 Mar 2026 otherwise) I live in Kyoto."
    listed = await bench.command("memories")
    assert listed.text.count(mark) == 1
    assert listed.text.count("said earlier") == 1
    assert mark in (await bench.press(listed, "2")).text
    preview = await bench.command("forget", what="Kyoto")
    assert mark in preview.text


async def test_a_memory_s_own_markup_and_mentions_are_shown_as_they_are(bench: Bench) -> None:
    await bench.say("**bold** @everyone <@12> [x](http://y)")
    text = (await bench.command("memories")).text
    assert r"\*\*bold\*\* \@everyone \<\@12\> \[x\]\(http://y\)" in text


async def test_the_curves_are_a_picture(bench: Bench) -> None:
    await fill(bench, 3)
    screen = await bench.press(await bench.command("memories"), say("en", "desk-button-curves"))
    assert screen.picture is not None
    assert screen.picture.startswith(PNG)


async def test_without_matplotlib_a_sentence_names_the_command(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(bench, 1)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    screen = await bench.press(await bench.command("memories"), say("en", "desk-button-curves"))
    assert "pip install matplotlib" in screen.text


async def test_screens_of_memories_are_private_and_hold_their_place(bench: Bench) -> None:
    await bench.say("Said in the café.", place=CAFE)
    await bench.say("A secret.")
    screen = await bench.command("memories", place=CAFE)
    assert screen.private
    assert "café" in screen.text
    assert "secret" not in screen.text
    assert "secret" in (await bench.command("memories")).text


async def test_a_made_up_or_foreign_button_gets_a_kind_line(bench: Bench) -> None:
    await fill(bench, 1)
    screen = await bench.command("memories")
    old = say("en", "desk-old-button")
    for made_up in ("", "mo|x|y", "\ud800|", "~x|y", action(screen, "1") + "x"):
        assert (await bench.desk.press(caller(), made_up)).text == old
    for signed in actions(screen):
        assert (await bench.desk.press(caller(place=CAFE), signed)).text == old


async def test_there_are_no_memories_yet(bench: Bench) -> None:
    assert (await bench.command("memories", place=ANNAS_DM)).text == say("en", "desk-no-memories")
