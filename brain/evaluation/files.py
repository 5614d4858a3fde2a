"""Files of a benchmark, read whole; what is wrong with one is told in a sentence."""

import json
from pathlib import Path

from brain.evaluation.errors import BadBenchmark

MEBIBYTES = 256
"""The largest file: it is parsed as a whole."""


def read_json(path: Path) -> object:
    """What a JSON file holds. Raises BadBenchmark."""
    text = _read(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadBenchmark(path=str(path), reason="not-json") from error


def read_json_lines(path: Path) -> list[object]:
    """What a file with one JSON value a line holds; empty lines are none. Raises BadBenchmark."""
    try:
        return [json.loads(line) for line in _read(path).splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise BadBenchmark(path=str(path), reason="not-json") from error


def _read(path: Path) -> str:
    try:
        # Asked first: opening a pipe may never return.
        if not path.exists():
            raise BadBenchmark(path=str(path), reason="missing")
        if not path.is_file():
            raise BadBenchmark(path=str(path), reason="no-file")
        if path.stat().st_size > MEBIBYTES << 20:
            raise BadBenchmark(path=str(path), reason="too-big", known=MEBIBYTES)
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadBenchmark(path=str(path), reason="not-utf8") from error
    except OSError as error:
        raise BadBenchmark(path=str(path), reason="unreadable") from error
