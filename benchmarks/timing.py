"""Percentiles, and the machine that they were measured on."""

import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable

MILLISECONDS = 1_000.0


class Samples:
    """Durations of one step, in milliseconds."""

    def __init__(self) -> None:
        self.values: list[float] = []

    async def take(self, step: Awaitable[object]) -> None:
        """Time one await."""
        start = time.perf_counter()
        await step
        self.since(start)

    def call(self, step: Callable[[], object]) -> None:
        """Time one call."""
        start = time.perf_counter()
        step()
        self.since(start)

    def since(self, start: float) -> None:
        """Take the time from `start`, of `time.perf_counter`, to now."""
        self.values.append((time.perf_counter() - start) * MILLISECONDS)

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def p99(self) -> float:
        """The 99th percentile; of few samples, the largest."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def machine() -> str:
    """What a reader must know to compare."""
    cpu = platform.processor() or platform.machine()
    for line in _cpuinfo():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _cpuinfo() -> list[str]:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 no path to speak of
            return file.readlines()
    except OSError:
        return []
