"""Makes the errors of files that cannot be imported, and explains them in any language."""

from pathlib import Path

from brain.errors import BadImport
from brain.languages import DEFAULT_LANGUAGE
from brain.texts import say


def refuse(key: str, *, path: Path, line: int = 0, **values: str | float) -> BadImport:
    """Returns the error for a file that cannot be imported, for the caller to raise.

    Args:
        key: the key of the reason in the catalogue (`import-...` in transfer.ftl).
        path: the file.
        line: number of the wrong line, counted from 1; 0 if the file as a whole is wrong.
        values: the values of the reason's text.
    """
    reason = say(DEFAULT_LANGUAGE, key, **values)
    return BadImport(path=str(path), line=line, reason=reason, reason_key=key, **values)


def explain(language: str, error: BadImport) -> str:
    """Returns the error's whole sentence in a language; `str(error)` is the English one."""
    values = dict(error.values)
    key = values.get("reason_key")
    if key:
        values["reason"] = say(language, str(key), **error.values)
    return say(language, error.key, **values)
