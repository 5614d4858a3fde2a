"""Plots the measurements of forgetting."""

from collections.abc import Sequence
from pathlib import Path

from brain.errors import MissingPart
from brain.evaluation.forgetting import ForgettingMeasurement

SUFFIXES = (".svg", ".png", ".pdf")
"""The file formats that can be written."""


def plot_forgetting(measurements: Sequence[ForgettingMeasurement], path: Path) -> None:
    """Write a plot of the memories left and the questions answered over the days of silence.

    The labels are English, as matplotlib's fonts have no Chinese.

    Args:
        measurements: the measurements of all curves.
        path: the file to write; its suffix, one of `SUFFIXES`, gives the format.

    Raises:
        MissingPart: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    try:
        # pyplot is avoided because it keeps global state and looks for a display.
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 heavy
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise MissingPart(part="matplotlib", command="pip install matplotlib") from error

    figure = Figure(figsize=(9, 4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    for curve in dict.fromkeys(one.curve for one in measurements):
        of_it = [one for one in measurements if one.curve == curve]
        days = [one.days for one in of_it]
        left.plot(days, [100 * m.kept / max(m.said, 1) for m in of_it], "o-", label=curve)
        right.plot(days, [100 * m.any_at_10 for m in of_it], "o-", label=curve)
    left.set_ylabel("memories left (%)")
    right.set_ylabel("questions answered by the first 10 (%)")
    for axes in (left, right):
        axes.set_xlabel("days since the last turn")
        axes.set_ylim(0, 103)
        axes.grid(alpha=0.3)
        axes.legend(title="forgetting")
    figure.savefig(path, dpi=120)
