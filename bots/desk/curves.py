"""Draws the curves of forgetting of some memories as a picture.

A curve is `R = exp(-t / S)`, with t in days since the memory was last recalled, and S its strength
in days (see `brain.memory.retention`). Labels are numbers and dates alone, since the font of the
picture may lack the letters of a language.
"""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime

from bots.desk.memory_views import MemoryView
from brain.errors import MissingPart
from brain.memory.retention import SECONDS_PER_DAY, retention

POINTS = 120
"""Points of a curve."""
LONGEST_DAYS = 1_500.0
"""Most days that the picture shows."""
SHORTEST_DAYS = 2.0
"""Fewest days that the picture shows, before a margin."""


async def draw(memories: Sequence[MemoryView], *, now: datetime, fade: float) -> bytes:
    """Return a PNG of the curves, drawn in a thread.

    Args:
        memories: the memories, which the picture numbers from 1.
        now: the time at which the picture begins.
        fade: the retention below which recall ignores a memory, shown as a line.

    Raises:
        MissingPart: matplotlib is not installed.
    """
    return await asyncio.to_thread(_draw, tuple(memories), now, fade)


def _draw(memories: tuple[MemoryView, ...], now: datetime, fade: float) -> bytes:
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415 a second to load
    except ImportError as exc:
        raise MissingPart(part="matplotlib", command="pip install matplotlib") from exc
    ends = [_days(now, view.fades_at) for view in memories if view.fades_at is not None]
    span = min(LONGEST_DAYS, max([SHORTEST_DAYS, *ends]) * 1.1)
    figure = Figure(figsize=(6.4, 3.6), dpi=110, layout="constrained")
    axes = figure.add_subplot()
    # Matplotlib measures dates in days since 1970.
    today = now.timestamp() / SECONDS_PER_DAY
    for number, view in enumerate(memories, start=1):
        since = -_days(now, view.last_recalled)
        times = [span * point / POINTS for point in range(POINTS + 1)]
        levels = [1.0 if view.pinned else retention(since + time, view.strength) for time in times]
        axes.plot([today + time for time in times], levels, label=str(number))
    axes.xaxis_date()
    axes.axhline(fade, linestyle=":", linewidth=1, color="grey")
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(lambda level, _: f"{level:.0%}")
    axes.legend(loc="upper right")
    figure.autofmt_xdate()
    image = io.BytesIO()
    figure.savefig(image, format="png")
    return image.getvalue()


def _days(now: datetime, moment: datetime | None) -> float:
    return (moment - now).total_seconds() / SECONDS_PER_DAY if moment else 0.0
