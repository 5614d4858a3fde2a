"""Prepares images for a model that takes them, and messages for a model that does not."""

from base64 import b64encode
from dataclasses import replace

from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.messages import ChatMessage, Image
from brain.texts import say


def data_url(image: Image) -> str:
    """Returns a data URL that contains the whole image."""
    return f"data:{image.media_type};base64,{b64encode(image.content).decode()}"


def without_images(message: ChatMessage) -> ChatMessage:
    """Returns the message with its images replaced by a note that there were some.

    The note lets the model say that it did not see them rather than invent what they show.
    """
    if not message.images:
        return message
    language = detect(message.content, fallback=DEFAULT_LANGUAGE)
    note = say(language, "prompt-unseen-pictures", count=len(message.images))
    content = f"{message.content}\n\n{note}" if message.content else note
    return replace(message, content=content, images=())
