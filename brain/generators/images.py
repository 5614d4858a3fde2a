"""Pictures on their way to a model, or to one that does not see them."""

from base64 import b64encode
from dataclasses import replace

from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.messages import ChatMessage, Image
from brain.texts import say


def data_url(image: Image) -> str:
    """The picture as an address that holds all of it."""
    return f"data:{image.media_type};base64,{b64encode(image.content).decode()}"


def told_of(message: ChatMessage) -> ChatMessage:
    """The message without its pictures, and with a word that there were some.

    So the model can say kindly that it did not see them, in place of inventing what they show.
    """
    if not message.images:
        return message
    language = detect(message.content, fallback=DEFAULT_LANGUAGE)
    note = say(language, "prompt-unseen-pictures", count=len(message.images))
    content = f"{message.content}\n\n{note}" if message.content else note
    return replace(message, content=content, images=())
