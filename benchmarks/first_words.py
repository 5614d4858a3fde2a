"""Measures how soon a newcomer reads a first word: `python -m benchmarks.first_words [--quick]`.

What comes along answers, the demonstration model and the bundled embedder, in a new process with an
empty store each time. The seconds of the processor are those that all threads of the process took.
Without other work on the machine and with one thread at a time they are about those on the clock,
which grow with that work.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from statistics import median
from uuid import uuid4

from rich import box
from rich.console import Console
from rich.table import Table

MESSAGES = (
    "Hello, I am Ana. I just moved to Lisbon.",
    "My cat Mango hates the new flat, and I miss my sister.",
    "What did I tell you about my cat?",
)
RUNS = 5


async def measure() -> list[tuple[str, float, float]]:
    """Returns what is waited for, each with its seconds on the clock and of the processor."""
    began = time.perf_counter(), time.process_time()
    found: list[tuple[str, float, float]] = []

    def note(what: str, since: tuple[float, float]) -> None:
        clock, processor = time.perf_counter() - since[0], time.process_time() - since[1]
        found.append((what, clock, processor))

    from bots.bootstrap import open_companion  # noqa: PLC0415 importing it is measured
    from brain.ids import MessageId, PersonId, PlaceId  # noqa: PLC0415
    from brain.messages import Incoming, Person, Place  # noqa: PLC0415

    async with open_companion() as companion:
        note("to the greeting", began)
        for number, text in enumerate(MESSAGES, start=1):
            since = time.perf_counter(), time.process_time()
            incoming = Incoming(
                id=MessageId(uuid4().hex),
                person=Person(PersonId("terminal:ana")),
                place=Place(PlaceId("terminal:ana"), private=True),
                text=text,
            )
            async with companion.turn(incoming) as turn:
                pieces = aiter(turn)
                await anext(pieces)
                note(f"message {number} to its first words", since)
                async for _ in pieces:
                    pass
            note(f"message {number} to the end of its reply", since)
    return found


def measure_anew() -> list[tuple[str, float, float]]:
    """Measures in a new process with an empty store and without settings."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SILICONFRIEND_", "OPENAI_"))
        }
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.first_words", "--once"],
            env={
                **environment,
                "SILICONFRIEND_DATA_DIR": folder,
                "XDG_CONFIG_HOME": folder,
            },
            stdout=subprocess.PIPE,
            check=True,
        )
    return [tuple(row) for row in json.loads(done.stdout)]


def main() -> None:
    """Prints the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="measure once only")
    arguments.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.once:
        sys.stdout.write(json.dumps(asyncio.run(measure())))
        return
    loads = [os.getloadavg()[0]]
    runs = []
    for _ in range(1 if chosen.quick else RUNS):
        runs.append(measure_anew())
        loads.append(os.getloadavg()[0])
    busy = f"load {min(loads):.1f} to {max(loads):.1f}"
    table = Table(box=box.SIMPLE, title=f"{len(runs)} runs, {os.cpu_count()} cores, {busy}")
    for heading in ("from", "seconds, median", "slowest", "of the processor, median"):
        table.add_column(heading, justify="left" if heading == "from" else "right")
    for rows in zip(*runs, strict=True):
        clock, processor = [row[1] for row in rows], [row[2] for row in rows]
        table.add_row(
            rows[0][0], f"{median(clock):.2f}", f"{max(clock):.2f}", f"{median(processor):.2f}"
        )
    Console().print(table)


if __name__ == "__main__":
    main()
