"""Writes the text of an error: for the owner of the installation, for other people, for the log.

Only the owner reads addresses, paths and names of models; other people read what they can do.
"""

import logging

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
    """Return what happened and what to do about it; it may name addresses, paths and models."""
    if isinstance(error, BadImport):
        return explain(language, error)
    return say(language, error.key, **error.values)


def public_error_text(error: SiliconfriendError, language: str, *, to_owner: bool) -> str:
    """Return the text of an error on a chat platform; only the owner reads its details."""
    if to_owner:
        return error_text(error, language)
    if isinstance(error, GeneratorError):
        return say(language, "chat-model-away")
    if isinstance(error, (StoreError, EmbedderError)) and not error.key.startswith("link-"):
        return say(language, "chat-store-away")
    return error_text(error, language)


def log_unexpected(log: logging.Logger, happened: str, error: Exception) -> None:
    """Log what happened, such as "A command failed", with the type of the error alone.

    The message of an error may quote what a person said.
    """
    log.error("%s: %s", happened, type(error).__name__, stacklevel=2)
