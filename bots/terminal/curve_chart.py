"""Draws the forgetting curve of one memory with characters."""

import math
from collections.abc import Sequence

from brain.memory.retention import retention

WIDTH = 60
"""Columns of the chart."""
HEIGHT = 10
"""Rows of the chart."""
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
    """Return the lines of a chart of the memory's retention from now on.

    Args:
        elapsed: days since the memory was last recalled.
        ahead: days from now to the right edge.
        strength: strength of the memory in days.
        fade: retention below which recall ignores the memory, drawn as a line.
        marks: events under the axis, each a label and its days from now.
    """
    step = ahead / (WIDTH - 1)
    levels = [retention(elapsed + column * step, strength) for column in range(WIDTH)]
    # The line is in the row of its level, so that the curve visibly crosses it.
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
        lines.append(f"{'':7}{_label_at(column, label)}")
    return lines


def bar(share: float, *, width: int = 5) -> str:
    """Return a share from 0 to 1 as a bar of `width` characters."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    drawn = "█" * (eighths // 8) + _LEFT_EIGHTHS[eighths % 8]
    return drawn.rstrip().ljust(width, "░")


def _cell(height: float, *, is_line: bool) -> str:
    eighths = max(0, min(8, math.floor(height * 8)))
    if eighths == 0:
        return "┄" if is_line else " "
    return _EIGHTHS[eighths]


def _label_at(column: int, label: str) -> str:
    if column + 2 + len(label) <= WIDTH:
        return f"{' ' * column}↑ {label}"
    return f"{label} ↑".rjust(column + 1)
