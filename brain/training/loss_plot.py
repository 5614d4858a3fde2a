"""Plots the losses of a training."""

from pathlib import Path

from brain.training.tuning import Losses

FILE = "loss.png"
SMOOTHING_STEPS = 20
"""Steps over which the thick line is a moving mean; shorter trainings have no such line."""


def plot_losses(losses: Losses, path: Path) -> None:
    """Write the plot as a PNG; its labels are English, as matplotlib's fonts have no Chinese."""
    # pyplot is avoided because it keeps global state and looks for a display.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 heavy
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    steps = [step for step, _ in losses.training]
    values = [loss for _, loss in losses.training]
    thin = len(values) > SMOOTHING_STEPS
    axes.plot(steps, values, color="tab:blue", alpha=0.3 if thin else 1.0, label="training")
    if thin:
        means = [
            sum(values[end - SMOOTHING_STEPS : end]) / SMOOTHING_STEPS
            for end in range(SMOOTHING_STEPS, len(values) + 1)
        ]
        axes.plot(
            steps[SMOOTHING_STEPS - 1 :],
            means,
            color="tab:blue",
            label=f"mean of {SMOOTHING_STEPS}",
        )
    if losses.validation:
        axes.plot(*zip(*losses.validation, strict=True), "o-", color="tab:red", label="validation")
    axes.set_xlabel("step")
    axes.set_ylabel("loss (nats a token)")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)
