"""Draws the pictures of the README, docs/*.svg: `python -m benchmarks.draw_pictures`.

The picture of the terminal shows two conversations, three days apart, with the actual command and
the bundled models.
"""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import matplotlib as mpl
from rich.console import Console
from rich.text import Text

from brain.memory.retention import COMPANION, PAPER, Curve, retention

DOCS = Path(__file__).parents[1] / "docs"
START = datetime(2026, 1, 1, tzinfo=UTC)


def curve_picture() -> None:
    """Draw retention over time for several importances, and for memories that are recalled."""
    mpl.use("svg")
    # A fixed salt makes the ids in the file the same in each run.
    mpl.rcParams["svg.hashsalt"] = "siliconfriend"
    from matplotlib import pyplot as plt  # noqa: PLC0415 after the backend is chosen

    figure, (years, days) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for importance, label in ((0.05, "a greeting"), (0.4, "a remark"), (0.9, "who they are")):
        xs, ys = _history(COMPANION, importance, days=1_600, recalled=())
        years.plot(xs, ys, label=label)
    xs, ys = _history(COMPANION, 0.4, days=1_600, recalled=(120, 400, 700))
    years.plot(xs, ys, label="a remark, recalled three times", linestyle="--")
    years.set_title("companion (the default)")
    for recalled, label in (((), "never recalled"), ((1, 2, 4), "recalled on days 1, 2 and 4")):
        xs, ys = _history(PAPER, 0.5, days=20, recalled=recalled)
        days.plot(xs, ys, label=label, linestyle="--" if recalled else "-")
    days.set_title("paper (MemoryBank's constants)")
    for axes, curve in ((years, COMPANION), (days, PAPER)):
        axes.axhline(curve.fade, color="grey", linewidth=0.8)
        axes.annotate(
            "recall passes it over",
            (1, curve.fade),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            fontsize=8,
            color="grey",
        )
        axes.set(xlabel="days since it was said", ylabel="retention R = exp(-t / S)", ylim=(0, 1))
        axes.legend(frameon=False, fontsize=9)
    figure.savefig(DOCS / "curve.svg", metadata={"Date": None})


def _history(
    curve: Curve, importance: float, *, days: int, recalled: tuple[int, ...]
) -> tuple[list[float], list[float]]:
    strength, last = curve.strength_of(importance), 0.0
    xs: list[float] = []
    ys: list[float] = []
    pending = list(recalled)
    for step in range(days * 4 + 1):
        day = step / 4
        if pending and day >= pending[0]:
            last, strength = float(pending.pop(0)), strength + curve.step
        if START + timedelta(days=day) >= curve.fades_at(
            START + timedelta(days=last), strength, pinned=False
        ):
            break
        xs.append(day)
        ys.append(retention(day - last, strength))
    return xs, ys


def terminal_picture() -> None:
    """Draw what `siliconfriend chat` and `siliconfriend memories` print."""
    console = Console(record=True, width=100, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    with tempfile.TemporaryDirectory() as folder:
        for arguments, said in (
            (["chat"], "My cat is called Mango and she fears thunder."),
            (
                ["chat", "--days-later", "3", "--show-recall"],
                "There is a storm. What about my cat?",
            ),
            (["memories"], None),
        ):
            console.print(Text("$ siliconfriend " + " ".join(arguments), style="bold green"))
            if said:
                console.print(Text("> " + said, style="bold cyan"))
            console.print(Text.from_ansi(_run(arguments, said, folder)))
    console.save_svg(str(DOCS / "terminal.svg"), title="siliconfriend")


def _run(arguments: list[str], said: str | None, folder: str) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if "OPENAI" not in name},
        "SILICONFRIEND_DATA_DIR": folder,
        "SILICONFRIEND_MODEL__REPLY_TOKENS": "60",
        "SILICONFRIEND_MODEL__TEMPERATURE": "0",
        "FORCE_COLOR": "1",
        "COLUMNS": "100",
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-m", "bots", *arguments],
        input=said,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    curve_picture()
    terminal_picture()
