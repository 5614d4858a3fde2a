"""The picture of how memories fade: in words, in each language, dark and light."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bots.conversation.access import resolve_caller
from bots.desk import curves, drawn_text
from bots.desk.curves import THEMES, draw_figure, first_words
from bots.desk.request import Request
from brain.ids import PersonId, PlaceId
from brain.languages import languages
from brain.messages import Person, Place
from brain.texts import say
from tests.bots.desk.bench import Bench, caller

COLORS = pytest.importorskip("matplotlib.colors")
FONTS = pytest.importorskip("matplotlib.font_manager").fontManager
# It comes with matplotlib.
FONT_BUILDER = pytest.importorskip("fontTools.fontBuilder")
PENS = pytest.importorskip("fontTools.pens.ttGlyphPen")

CHINESE = "我最喜欢的颜色是绿色"
LONG = "I had tea with Dana in the old harbour yesterday afternoon, and it rained."


@pytest.fixture
def chinese_font(tmp_path: Path) -> Iterator[None]:
    """A font with all letters of the Chinese texts, as empty squares."""
    letters = sorted({c for key in _keys() for c in say("zh", key)} | set(CHINESE + "年月日"))
    names = [".notdef", *(f"u{ord(letter)}" for letter in letters)]
    build = FONT_BUILDER.FontBuilder(1_000, isTTF=True)
    build.setupGlyphOrder(names)
    build.setupCharacterMap({ord(letter): f"u{ord(letter)}" for letter in letters})
    build.setupGlyf(dict.fromkeys(names, PENS.TTGlyphPen(None).glyph()))
    build.setupHorizontalMetrics(dict.fromkeys(names, (1_000, 0)))
    build.setupHorizontalHeader(ascent=800, descent=-200)
    build.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    build.setupOS2()
    build.setupPost()
    path = tmp_path / "squares.ttf"
    build.save(path)
    before = list(FONTS.ttflist)
    FONTS.addfont(path)
    drawn_text._installed.cache_clear()
    yield
    FONTS.ttflist[:] = before
    drawn_text._installed.cache_clear()


def _keys() -> list[str]:
    names = ("title", "retention", "date", "fading", "fades", "faded", "never")
    return [f"curves-{name}" for name in names]


async def drawn(bench: Bench, language: str = "en", theme: str = "light") -> Any:  # noqa: ANN401
    """The axes of a drawing of all memories, the newest first."""
    by = await resolve_caller(bench.store, caller(language=language))
    request = Request(context=bench.desk._context, caller=by)
    views = (await request.person_memories.page(limit=5)).memories
    figure = draw_figure(views, request, THEMES[theme])
    [axes] = figure.axes
    figure.canvas.draw()
    return axes


async def talk(bench: Bench, *texts: str) -> None:
    for text in texts:
        await bench.say(text)
        bench.clock.advance(timedelta(days=9))


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.parametrize("language", [each for each in languages() if each != "zh"])
async def test_title_axes_and_fading_are_named_in_the_person_s_language(
    bench: Bench, language: str
) -> None:
    await talk(bench, "I live in Ulm.", LONG)
    axes = await drawn(bench, language)
    assert axes.get_title(loc="left") == say(language, "curves-title")
    assert axes.get_xlabel() == say(language, "curves-date")
    assert axes.get_ylabel() == say(language, "curves-retention")
    *named, line = [text.get_text() for text in axes.get_legend().get_texts()]
    assert line == say(language, "curves-fading")
    fades = say(language, "curves-fades", day="").strip()
    assert named[0].startswith("1  I had tea with Dana in the old harbour…")
    assert named[1].startswith("2  I live in Ulm.")
    assert all(fades in each for each in named)


async def test_each_memory_is_one_line_with_a_point_where_it_fades(bench: Bench) -> None:
    await talk(bench, "I live in Ulm.", "My cat is called Mango.", "Tea.")
    [tea, _, _] = await bench.memories()
    await bench.command("pin", memory=tea.id)
    axes = await drawn(bench)
    lines = [line for line in axes.get_lines() if len(line.get_xdata()) == curves.POINTS + 1]
    points = [line for line in axes.get_lines() if line.get_marker() == "o"]
    assert len(lines) == 3
    assert len({(line.get_color(), str(line._unscaled_dash_pattern)) for line in lines}) == 3
    # The pinned one has none.
    assert [note.get_text() for note in axes.texts] == ["2", "3"]
    assert len(points) == 2
    for point in points:
        [where], [level] = point.get_xdata(), point.get_ydata()
        line = next(each for each in lines if each.get_color() == point.get_color())
        assert level == bench.companion.curve.fade
        curve = zip(line.get_xdata(), line.get_ydata(), strict=True)
        _, nearest = min(curve, key=lambda at: abs(at[0] - where))
        assert nearest == pytest.approx(level, abs=0.01)
    assert say("en", "curves-never") in axes.get_legend().get_texts()[0].get_text()


@pytest.mark.filterwarnings("error::UserWarning")
async def test_letters_that_no_font_has_are_left_out(bench: Bench) -> None:
    await talk(bench, CHINESE, "Mi hermana se llama Íñiga 🎉", "שלום, מה שלומך היום")
    axes = await drawn(bench, "zh")
    right, sister, green, _ = [text.get_text() for text in axes.get_legend().get_texts()]
    assert axes.get_title(loc="left") == say("en", "curves-title")
    assert "Íñiga" in sister
    assert green.startswith("3  fades ")
    assert right.startswith("1  fades ")


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.usefixtures("chinese_font")
async def test_chinese_is_drawn_where_the_machine_has_a_font_for_it(bench: Bench) -> None:
    await talk(bench, CHINESE)
    axes = await drawn(bench, "zh")
    assert axes.get_title(loc="left") == say("zh", "curves-title")
    assert axes.get_legend().get_texts()[0].get_text().startswith(f"1  {CHINESE} · ")


@pytest.mark.parametrize("theme", list(THEMES))
async def test_every_text_stands_out_from_its_ground(bench: Bench, theme: str) -> None:
    await talk(bench, *(f"Number {number} of them." for number in range(5)))
    axes = await drawn(bench, theme=theme)
    ground = _luminance(COLORS.to_rgb(axes.get_facecolor()))
    texts = [axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
    texts += [*axes.texts, *axes.get_legend().get_texts(), *axes.get_xticklabels()]
    colors = [text.get_color() for text in texts if text.get_text()]
    colors += [line.get_color() for line in axes.get_lines()]
    assert len(colors) > 20
    for color in colors:
        low, high = sorted([ground, _luminance(COLORS.to_rgb(color))])
        assert (high + 0.05) / (low + 0.05) >= 4.5
    assert (ground < 0.1) == (theme == "dark")


def _luminance(rgb: tuple[float, ...]) -> float:
    """As WCAG 2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def test_a_button_turns_it_dark_and_light_and_words_tell_what_it_shows(bench: Bench) -> None:
    there, dm = Person(PersonId("telegram:7")), Place(PlaceId("telegram:7"), private=True)
    for person, place, first, other in (
        (caller().person, caller().place, "dark", "light"),
        (there, dm, "light", "dark"),
    ):
        await bench.say("I live in Ulm.", person=person, place=place)
        page = await bench.command("memories", person=person, place=place)
        screen = await bench.press(
            page, say("en", "desk-button-curves"), person=person, place=place
        )
        turned = await bench.press(screen, other, person=person, place=place)
        back = await bench.press(turned, first, person=person, place=place)
        assert screen.picture
        assert screen.picture != turned.picture
        assert back.picture == screen.picture
        assert "1. I live in Ulm.: 100 % today, fades " in screen.picture_in_words


def test_the_first_words_are_cut_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "FIRST_WORDS", 12)
    view: Any = type("View", (), {"text": ""})()
    for text, short in (
        ("I live in Ulm.", "I live in…"),
        ("> quoted\nHello", "Hello"),
        (CHINESE * 2, f"{(CHINESE * 2)[:12]}…"),
    ):
        view.text = text
        assert first_words(view) == short
