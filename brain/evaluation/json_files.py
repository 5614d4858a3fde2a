"""Reads the JSON files of a benchmark, mapping every failure to `BadBenchmark`."""

import gzip
import json
import zlib
from pathlib import Path

from brain.evaluation.errors import BadBenchmark

MEBIBYTES = 256
"""The largest file that is read, counted without compression: files are parsed as a whole."""
_GZIP = b"\x1f\x8b"


def read_json(path: Path) -> object:
    """Returns the value in a JSON file.

    Raises:
        BadBenchmark: the file cannot be read, is too large, or is not JSON in UTF-8.
    """
    text = read_text(path)
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
        return [json.loads(line) for line in read_text(path).split("\n") if line.strip()]
    except (ValueError, RecursionError) as error:
        raise BadBenchmark(path=str(path), reason="not-json") from error


def read_text(path: Path) -> str:
    """Returns the text of a file, which may be compressed by gzip.

    Raises:
        BadBenchmark: the file cannot be read, is too large, or is not UTF-8.
    """
    try:
        # Checked before the file is opened, because opening a pipe may block for ever.
        if not path.exists():
            raise BadBenchmark(path=str(path), reason="missing")
        if not path.is_file():
            raise BadBenchmark(path=str(path), reason="no-file")
        with path.open("rb") as file:
            is_compressed = file.read(len(_GZIP)) == _GZIP
        with gzip.open(path) if is_compressed else path.open("rb") as file:
            content = file.read((MEBIBYTES << 20) + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BadBenchmark(path=str(path), reason="unreadable") from error
    if len(content) > MEBIBYTES << 20:
        raise BadBenchmark(path=str(path), reason="too-big", known=MEBIBYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadBenchmark(path=str(path), reason="not-utf8") from error
