"""Errors as people read them, on every platform."""

from brain.errors import BadImport, SiliconfriendError
from brain.texts import say
from brain.transfer.import_errors import explain


def sentence(error: SiliconfriendError, language: str) -> str:
    """What happened and what to do, in that language."""
    if isinstance(error, BadImport):
        return explain(language, error)
    return say(language, error.key, **error.values)
