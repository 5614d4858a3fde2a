"""The text of an error: for whoever runs the installation, and for guests.

Addresses, paths and names of models are for whoever runs it; guests are told what they can do.
"""

from brain.errors import (
    BadImport,
    EmbedderError,
    GeneratorError,
    SiliconfriendError,
    StoreError,
)
from brain.texts import say
from brain.transfer.import_errors import explain


def error_text(error: SiliconfriendError, language: str) -> str:
    """What happened and what to do, in that language; it may name addresses, paths and models."""
    if isinstance(error, BadImport):
        return explain(language, error)
    return say(language, error.key, **error.values)


def public_error_text(error: SiliconfriendError, language: str, *, to_owner: bool) -> str:
    """What is said of an error on a chat platform, in that language; all of it to the owner."""
    if to_owner:
        return error_text(error, language)
    if isinstance(error, GeneratorError):
        return say(language, "chat-model-away")
    if isinstance(error, (StoreError, EmbedderError)) and not error.key.startswith("link-"):
        return say(language, "chat-store-away")
    return error_text(error, language)
