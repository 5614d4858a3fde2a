"""Plots the measurements of forgetting."""

from collections.abc import Sequence
from pathlib import Path

from brain.errors import MissingPart
from brain.evaluation.forgetting import ForgettingMeasurement
from brain.evaluation.rules import REFERENCE

SUFFIXES = (".svg", ".png", ".pdf")
"""The file formats that can be written."""
COLOURS = 10
"""The number of colours of matplotlib's cycle; rules beyond it get another line."""


def line_of(number: int, rule: str) -> dict[str, str]:
    """Return the line and the colour of a rule, which no other rule has, for matplotlib."""
    colour = "black" if rule == REFERENCE else f"C{number % COLOURS}"
    return {"fmt": "o-" if number < COLOURS else "s--", "color": colour}


def plot_forgetting(measurements: Sequence[ForgettingMeasurement], path: Path) -> None:
    """Write a plot of the questions answered over the share kept, one panel for each set of data.

    The labels are English, as matplotlib's fonts have no Chinese.

    Args:
        measurements: the measurements of all rules.
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

    names = list(dict.fromkeys(one.data for one in measurements))
    rules = list(dict.fromkeys(one.rule for one in measurements if one.rule != "none"))
    figure = Figure(figsize=(4.5 * len(names), 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    [panels] = figure.subplots(1, len(names), sharey=True, squeeze=False)
    for name, axes in zip(names, panels, strict=True):
        of_data = [one for one in measurements if one.data == name]
        [whole] = [one for one in of_data if one.rule == "none"]
        for number, rule in enumerate(rules):
            points = [whole, *(one for one in of_data if one.rule == rule)]
            axes.errorbar(
                [100 * one.share for one in points],
                [100 * one.any_at_10.value for one in points],
                yerr=[100 * (one.any_at_10.error or 0.0) for one in points],
                label=rule,
                linewidth=2.5 if rule == REFERENCE else 1.0,
                capsize=2,
                **line_of(number, rule),
            )
        axes.set_title(name)
        axes.set_xlabel("turns kept (%)")
        axes.grid(alpha=0.3)
    panels[0].set_ylabel("questions answered by the first 10 (%)")
    panels[0].set_ylim(0, 103)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=6, fontsize=8)
    figure.savefig(path, dpi=120, metadata={"Date": None} if path.suffix == ".svg" else None)
