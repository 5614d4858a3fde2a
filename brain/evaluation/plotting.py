"""The replay as a picture."""

from collections.abc import Sequence
from pathlib import Path

from brain.errors import MissingPart
from brain.evaluation.forgetting import Moment

SUFFIXES = (".svg", ".png", ".pdf")


def plot(moments: Sequence[Moment], path: Path) -> None:
    """Write what is left and what is found over the days of silence; the suffix says the format.

    Raises MissingPart, OSError. Its few words are English: the fonts that come along have no
    others.
    """
    try:
        # No pyplot: it keeps state, and looks for a screen.
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 heavy
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError as error:
        raise MissingPart(part="matplotlib", command="pip install matplotlib") from error

    figure = Figure(figsize=(9, 4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    for curve in dict.fromkeys(moment.curve for moment in moments):
        of_it = [moment for moment in moments if moment.curve == curve]
        days = [moment.days for moment in of_it]
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
