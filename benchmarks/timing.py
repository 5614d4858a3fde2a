"""Times steps, gives their percentiles, and describes the machine that they ran on."""

import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable

MILLISECONDS = 1_000.0


class Samples:
    """The durations of one step, in milliseconds."""

    def __init__(self) -> None:
        self.values: list[float] = []

    async def take(self, step: Awaitable[object]) -> None:
        """Await a step, and record its duration."""
        start = time.perf_counter()
        await step
        self.since(start)

    def call(self, step: Callable[[], object]) -> None:
        """Call a step, and record its duration."""
        start = time.perf_counter()
        step()
        self.since(start)

    def since(self, start: float) -> None:
        """Record the time since `start`, a value of `time.perf_counter`."""
        self.values.append((time.perf_counter() - start) * MILLISECONDS)

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.values)

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds; the largest of fewer than 100 samples."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def machine() -> str:
    """Returns processor, cores, system and Python version, for readers who compare figures."""
    cpu = platform.processor() or platform.machine()
    for line in _cpuinfo():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _cpuinfo() -> list[str]:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 a constant path
            return file.readlines()
    except OSError:
        return []
