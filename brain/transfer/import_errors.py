"""Why a file is not imported, in the person's language."""

from pathlib import Path

from brain.errors import BadImport
from brain.languages import DEFAULT_LANGUAGE
from brain.texts import say


def refuse(key: str, *, path: Path, line: int = 0, **values: str | float) -> BadImport:
    """The error for a file that cannot be imported; the caller raises it.

    Args:
        key: the reason in the catalogue (`import-...` in transfer.ftl).
        path: the file.
        line: 1-based; 0 for the whole file.
        values: what fills the reason.
    """
    reason = say(DEFAULT_LANGUAGE, key, **values)
    return BadImport(path=str(path), line=line, reason=reason, reason_key=key, **values)


def explain(language: str, error: BadImport) -> str:
    """The whole sentence in that language, where `str(error)` is the English one."""
    values = dict(error.values)
    key = values.get("reason_key")
    if key:
        values["reason"] = say(language, str(key), **error.values)
    return say(language, error.key, **values)
