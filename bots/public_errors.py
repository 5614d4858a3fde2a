"""Errors as strangers read them: what happened, and nothing of where the installation lives.

Addresses, paths and names of models are for whoever runs it; guests are told what they can do.
"""

from bots.error_texts import sentence
from brain.errors import EmbedderError, GeneratorError, SiliconfriendError, StoreError
from brain.texts import say


def told(error: SiliconfriendError, language: str, *, to_owner: bool) -> str:
    """What is said of an error on a chat platform, in that language."""
    if to_owner:
        return sentence(error, language)
    if isinstance(error, GeneratorError):
        return say(language, "chat-model-away")
    if isinstance(error, (StoreError, EmbedderError)) and not error.key.startswith("link-"):
        return say(language, "chat-store-away")
    return sentence(error, language)
