"""Draws the forgetting curve of one memory with characters. Pure."""

import math
from collections.abc import Sequence

from brain.memory.retention import retention

WIDTH = 60
HEIGHT = 10
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEFT_EIGHTHS = " ▏▎▍▌▋▊▉"


def draw(
    *,
    elapsed: float,
    ahead: float,
    strength: float,
    fade: float,
    marks: Sequence[tuple[str, float]],
) -> list[str]:
    """Lines of a chart of R from now on.

    Args:
        elapsed: days since the memory was last recalled.
        ahead: days from now to the right edge.
        strength: S in days.
        fade: the level below which recall passes it over; drawn as a line.
        marks: what to name under the axis: a label, and its days from now.
    """
    step = ahead / (WIDTH - 1)
    levels = [retention(elapsed + column * step, strength) for column in range(WIDTH)]
    # The line stands at the row that holds the level, so a curve that meets it meets it visibly.
    fade_row = min(HEIGHT - 1, int(fade * HEIGHT))
    lines = []
    for row in reversed(range(HEIGHT)):
        cells = [_cell(level * HEIGHT - row, is_line=row == fade_row) for level in levels]
        axis = {HEIGHT - 1: "100 %", HEIGHT // 2: " 50 %"}.get(row, "")
        if row == fade_row:
            axis = f"{fade * 100:3.0f} %"
        lines.append(f"{axis:>6} ┤{''.join(cells)}".rstrip())
    lines.append(f"{'':6} └{'─' * WIDTH}")
    for label, days in sorted(marks, key=lambda mark: mark[1]):
        column = max(0, min(WIDTH - 1, round(days / step))) if step else 0
        lines.append(f"{'':7}{_under(column, label)}")
    return lines


def bar(share: float, *, width: int = 5) -> str:
    """A share of 1 as a bar of that many characters."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    drawn = "█" * (eighths // 8) + _LEFT_EIGHTHS[eighths % 8]
    return drawn.rstrip().ljust(width, "░")


def _cell(height: float, *, is_line: bool) -> str:
    eighths = max(0, min(8, math.floor(height * 8)))
    if eighths == 0:
        return "┄" if is_line else " "
    return _EIGHTHS[eighths]


def _under(column: int, label: str) -> str:
    if column + 2 + len(label) <= WIDTH:
        return f"{' ' * column}↑ {label}"
    return f"{label} ↑".rjust(column + 1)
