"""The losses of a training as a picture."""

from pathlib import Path

from brain.training.tuning import Losses

FILE = "loss.png"
SMOOTHED = 20
"""Steps over which the thick line is a mean, once there are as many."""


def plot_losses(losses: Losses, path: Path) -> None:
    """Write a PNG. Its few words are English: the fonts that come along have no others."""
    # No pyplot: it keeps state, and looks for a screen.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 heavy
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    steps = [step for step, _ in losses.training]
    values = [loss for _, loss in losses.training]
    thin = len(values) > SMOOTHED
    axes.plot(steps, values, color="tab:blue", alpha=0.3 if thin else 1.0, label="training")
    if thin:
        means = [
            sum(values[end - SMOOTHED : end]) / SMOOTHED for end in range(SMOOTHED, len(values) + 1)
        ]
        axes.plot(steps[SMOOTHED - 1 :], means, color="tab:blue", label=f"mean of {SMOOTHED}")
    if losses.validation:
        axes.plot(*zip(*losses.validation, strict=True), "o-", color="tab:red", label="validation")
    axes.set_xlabel("step")
    axes.set_ylabel("loss (nats a token)")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)
