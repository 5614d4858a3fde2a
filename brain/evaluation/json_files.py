"""Reads the JSON files of a benchmark, mapping every failure to `BadBenchmark`."""

import json
from pathlib import Path

from brain.evaluation.errors import BadBenchmark

MEBIBYTES = 256
"""The largest file that is read, because files are parsed as a whole."""


def read_json(path: Path) -> object:
    """Returns the value in a JSON file.

    Raises:
        BadBenchmark: the file cannot be read, is too large, or is not JSON in UTF-8.
    """
    text = _read(path)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadBenchmark(path=str(path), reason="not-json") from error


def read_json_lines(path: Path) -> list[object]:
    """Returns the values of a file with one JSON value a line; empty lines are skipped.

    Raises:
        BadBenchmark: for the reasons of `read_json`.
    """
    try:
        return [json.loads(line) for line in _read(path).splitlines() if line.strip()]
    except (ValueError, RecursionError) as error:
        raise BadBenchmark(path=str(path), reason="not-json") from error


def _read(path: Path) -> str:
    try:
        # Checked before the file is opened, because opening a pipe may block for ever.
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
