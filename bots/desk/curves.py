"""The curves of forgetting as a picture: numbers and dates alone, so that no language lacks glyphs.

`R = exp(-t / S)`, t in days since last recalled (see `brain.memory.retention`).
"""

import asyncio
import io
from collections.abc import Sequence
from datetime import datetime

from bots.desk.memory_views import MemoryView
from brain.errors import MissingPart
from brain.memory.retention import SECONDS_PER_DAY, retention

POINTS = 120
LONGEST_DAYS = 1_500.0
SHORTEST_DAYS = 2.0


async def draw(memories: Sequence[MemoryView], *, now: datetime, fade: float) -> bytes:
    """A PNG, made off the event loop. Raises MissingPart.

    Args:
        memories: numbered from 1 in that order.
        now: where the curves begin.
        fade: the retention below which recall passes a memory over.
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
    # Matplotlib counts dates in days since 1970.
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
