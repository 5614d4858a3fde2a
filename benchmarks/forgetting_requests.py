"""How well a request to forget is read, without a model: what it takes at `--yes`, and what not.

    python -m benchmarks.forgetting_requests tests/forgetting_cases.jsonl

A case is a few memories, a request in a person's words, and which of them are to be taken. Half of
the cases were held out while the reading was written. The figures are those of docs/memory.md.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from brain.forgetting.request_matching import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request to forget."""

    id: str
    kind: str
    held_out: bool
    request: str
    memories: dict[str, str]
    wanted: list[str]
    rest: str | None = None
    """Of a request for a part of a memory: what has to stay of it."""


@dataclass(slots=True)
class Figures:
    """What was taken in some cases."""

    cases: int = 0
    wanted: int = 0
    taken: int = 0
    """Of the wanted ones, surely."""
    listed: int = 0
    """Of the wanted ones, as likely alone."""
    others: int = 0
    """Memories that are to stay."""
    wrong: int = 0
    """Of those, taken."""
    perfect: int = 0
    """Cases in which all that was wanted was taken, and nothing else."""
    parts: int = 0
    cut: int = 0
    """Of the requests for a part, those that left what has to stay, and nothing else."""
    failed: list[str] = field(default_factory=list)


def load(path: Path) -> list[Case]:
    """The cases of a file, one a line."""
    return [Case(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def measure(cases: Iterable[Case]) -> Figures:
    """Read each request among the memories of its case."""
    figures = Figures()
    for case in cases:
        topic = read(case.request, case.memories.values())
        shares = dict(zip(case.memories, topic.shares, strict=True))
        sure = {name for name, share in shares.items() if share == 1}
        wanted = set(case.wanted)
        figures.cases += 1
        figures.wanted += len(wanted)
        figures.taken += len(wanted & sure)
        figures.listed += sum(0 < shares[name] < 1 for name in wanted)
        figures.others += len(shares) - len(wanted)
        figures.wrong += len(sure - wanted)
        figures.perfect += sure == wanted
        if sure != wanted:
            figures.failed.append(case.id)
        if case.rest is not None:
            figures.parts += 1
            left = topic.rest_of(case.memories[case.wanted[0]]) or ""
            figures.cut += left.strip(".。").casefold() == case.rest.casefold()
    return figures


def table(cases: Sequence[Case]) -> list[str]:
    """The rows of a Markdown table."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[f"{case.id[:2]}, {case.kind}"].append(case)
    groups["**seen while it was written**"] = [case for case in cases if not case.held_out]
    groups["**held out**"] = [case for case in cases if case.held_out]
    groups["**all**"] = list(cases)
    rows = [
        "| requests | number | wanted, taken | only listed | wrongly taken | all right |",
        "|---|---|---|---|---|---|",
    ]
    for name, members in groups.items():
        f = measure(members)
        taken = f"{f.taken} of {f.wanted}" if f.wanted else "none wanted"
        rows.append(
            f"| {name} | {f.cases} | {taken} | {f.listed} | {f.wrong} of {f.others} | {f.perfect} |"
        )
    return rows


def main() -> None:
    """Print the table."""
    print("\n".join(table(load(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
