"""Draws the curves of forgetting of some memories as a picture, in the person's language.

A curve is `R = exp(-t / S)`, with t in days since the memory was last recalled, and S its strength
in days (see `brain.memory.retention`). Each is named by the first words of its memory, and a point
marks where it fades.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from bots.desk.drawn_text import families_for, without_gaps
from bots.desk.memory_views import MemoryView
from bots.desk.request import Request
from brain.errors import MissingPart
from brain.languages import DEFAULT_LANGUAGE
from brain.memory.parts import in_one_line
from brain.memory.retention import SECONDS_PER_DAY, retention
from brain.messages import own_words
from brain.texts import say, texts_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 120
"""Points of a curve."""
LONGEST_DAYS = 1_500.0
"""Most days that the picture shows."""
SHORTEST_DAYS = 2.0
"""Fewest days that the picture shows, before a margin."""
MOST_DATES = 6
"""Most dates on the axis beside today."""
FIRST_WORDS = 44
"""Most characters by which a curve is named."""
_DAYS_NAMED = 75.0
"""Most days for which the axis names days; for more, it names months."""
_STYLES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (7, 2, 2, 2)), (0, (4, 1, 1, 1, 1, 1)))
"""Of the lines, so that they can be told apart without colours."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture; every text has a contrast of at least 4.5 to the ground."""

    ground: str
    text: str
    grid: str
    lines: tuple[str, ...]
    """Told apart by people who see no red or no green, too (after Okabe and Ito)."""


THEMES = {
    "light": Theme(
        "#ffffff", "#3b4252", "#d8dce3", ("#0072b2", "#b34a00", "#00785a", "#9c3d78", "#5b5b5b")
    ),
    "dark": Theme(
        "#1e1f22", "#dbdee1", "#3f4147", ("#56b4e9", "#f0a132", "#2fc296", "#e58dc0", "#c8c8c8")
    ),
}


async def draw(request: Request, memories: Sequence[MemoryView], *, theme: str) -> bytes:
    """Return a PNG of the curves, drawn in a thread.

    Args:
        request: whose memories they are; its language is that of the texts.
        memories: the memories, which the picture numbers from 1.
        theme: the name of one of `THEMES`.

    Raises:
        MissingPart: matplotlib is not installed.
    """
    return await asyncio.to_thread(_draw, tuple(memories), request, theme)


def describe(request: Request, memories: Sequence[MemoryView]) -> str:
    """Return in words what the picture shows, for those who cannot see it."""
    lines = [
        request.say(
            "curves-alt-line",
            number=number,
            text=first_words(view),
            retention=round(100 * view.retention),
            fading=_fading(request, view),
        )
        for number, view in enumerate(memories, start=1)
    ]
    return "\n".join([request.say("curves-title"), *lines])


def first_words(view: MemoryView) -> str:
    """Return the beginning of a memory, cut between words where it has spaces."""
    text = in_one_line(own_words(view.text) or view.text)
    if len(text) <= FIRST_WORDS:
        return text
    cut = text[:FIRST_WORDS]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _draw(memories: tuple[MemoryView, ...], request: Request, theme: str) -> bytes:
    image = io.BytesIO()
    figure = draw_figure(memories, request, THEMES[theme])
    figure.savefig(image, format="png", facecolor=figure.get_facecolor())
    return image.getvalue()


def draw_figure(memories: Sequence[MemoryView], request: Request, theme: Theme) -> "Figure":
    """Return the drawing before it becomes a picture. Raises MissingPart."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 a second to load
        from matplotlib.patheffects import withStroke  # noqa: PLC0415 as above
    except ImportError as exc:
        raise MissingPart(part="matplotlib", command="pip install matplotlib") from exc
    names = [first_words(view) for view in memories]
    language, families = _language_and_fonts(request.caller.language, names)
    now, fade = request.now, request.person_memories.curve.fade
    ends = [_days(now, view.fades_at) for view in memories if view.fades_at is not None]
    span = min(LONGEST_DAYS, max([SHORTEST_DAYS, *ends]) * 1.1)
    figure = Figure(figsize=(8, 5), dpi=150, layout="constrained", facecolor=theme.ground)
    axes = figure.add_subplot()
    # The axis measures days since 1970.
    today = now.timestamp() / SECONDS_PER_DAY
    for number, (view, name) in enumerate(zip(memories, names, strict=True), start=1):
        since = -_days(now, view.last_recalled)
        times = [span * point / POINTS for point in range(POINTS + 1)]
        levels = [1.0 if view.pinned else retention(since + time, view.strength) for time in times]
        label = " · ".join(filter(None, [without_gaps(name), _fading(request, view, language)]))
        look: dict[str, Any] = {"color": theme.lines[(number - 1) % len(theme.lines)]}
        style = _STYLES[(number - 1) % len(_STYLES)]
        axes.plot(
            [today + time for time in times],
            levels,
            label=f"{number}  {label}",
            linestyle=style,
            linewidth=2.2,
            **look,
        )
        fades_in = _days(now, view.fades_at)
        if not view.pinned and 0 < fades_in <= span:
            axes.plot([today + fades_in], [fade], "o", markersize=8, **look)
            axes.annotate(
                str(number),
                (today + fades_in, fade),
                xytext=(0, 9),
                textcoords="offset points",
                ha="center",
                fontweight="bold",
                # A rim in the colour of the ground, so that no line runs through it.
                path_effects=[withStroke(linewidth=3, foreground=theme.ground)],
                **look,
            )
    zone = request.caller.person.zone
    _label(axes, language, families, theme, fade=fade, today=today, span=span, zone=zone)
    return figure


def _label(
    axes: "Axes",
    language: str,
    families: list[str],
    theme: Theme,
    *,
    fade: float,
    today: float,
    span: float,
    zone: ZoneInfo,
) -> None:
    """Add title, axes, the line of fading and the legend."""
    look: dict[str, Any] = {"color": theme.text, "fontfamily": families}
    axes.set_facecolor(theme.ground)
    axes.set_title(say(language, "curves-title"), loc="left", fontsize=13, pad=12, **look)
    axes.set_xlabel(say(language, "curves-date"), **look)
    axes.set_ylabel(say(language, "curves-retention"), **look)
    line = say(language, "curves-fading")
    axes.axhline(fade, linestyle=":", linewidth=1.2, color=theme.text, label=line)
    axes.set_ylim(0, 1.05)
    axes.set_xlim(today, today + span)
    skeleton = "MMMd" if span <= _DAYS_NAMED else "yMMM"
    steps = min(MOST_DATES, int(span))
    days = [today + span * step / steps for step in range(steps + 1)]
    dates = [datetime.fromtimestamp(day * SECONDS_PER_DAY, zone) for day in days]
    axes.set_xticks(
        days, [format_skeleton(skeleton, date, locale=texts_of(language)) for date in dates]
    )
    axes.yaxis.set_major_formatter(lambda level, _: f"{level:.0%}")
    axes.tick_params(colors=theme.text, labelfontfamily=families)
    axes.grid(color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(theme.grid)
    legend = axes.legend(
        loc="upper left", bbox_to_anchor=(0, -0.16), frameon=False, prop={"family": families}
    )
    for text in legend.get_texts():
        text.set_color(theme.text)


def _language_and_fonts(language: str, names: Sequence[str]) -> tuple[str, list[str]]:
    """Return the language of the texts, English where no font has its letters, and the fonts."""
    keys = ("curves-title", "curves-retention", "curves-date", "curves-fading", "curves-never")
    texts = "".join(say(language, key) for key in keys)
    if without_gaps(texts) != texts:
        texts = ""
        language = DEFAULT_LANGUAGE
    return language, families_for(texts + "".join(names))


def _fading(request: Request, view: MemoryView, language: str | None = None) -> str:
    language = language or request.caller.language
    if view.pinned or view.fades_at is None:
        return say(language, "curves-never")
    key = "curves-fades" if view.fades_at > request.now else "curves-faded"
    day = view.fades_at.astimezone(request.caller.person.zone)
    return say(language, key, day=format_skeleton("yMMMd", day, locale=texts_of(language)))


def _days(now: datetime, moment: datetime | None) -> float:
    return (moment - now).total_seconds() / SECONDS_PER_DAY if moment else 0.0
