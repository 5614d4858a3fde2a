"""Puts the messages of a prompt as a server of OpenAI's protocol takes them."""

import json
from collections.abc import Mapping
from typing import Any

from brain.generators.images import data_url
from brain.languages import DEFAULT_LANGUAGE
from brain.languages.detection import detect
from brain.messages import ChatMessage
from brain.texts import say


def content_of(message: ChatMessage) -> str | list[dict[str, object]]:
    """Returns what stands under `content`: the text, or the parts of a message with images."""
    # A lone surrogate cannot be sent.
    text = message.content.encode(errors="replace").decode()
    if not message.images:
        return text
    # Claude takes no empty text (anthropics/claude-code#62150).
    parts: list[dict[str, object]] = [{"type": "text", "text": text}] if text else []
    parts += [{"type": "image_url", "image_url": {"url": data_url(i)}} for i in message.images]
    return parts


def with_schema(messages: list[ChatMessage], schema: Mapping[str, Any]) -> list[ChatMessage]:
    """Returns the messages with the schema told in words, for servers without schemas."""
    *before, last = messages
    language, written = detect(last.content, fallback=DEFAULT_LANGUAGE), json.dumps(schema)
    told = say(language, "prompt-json", schema=written)
    return [*before, ChatMessage(last.role, f"{last.content}\n\n{told}", last.images)]


def without_system(messages: list[ChatMessage]) -> list[ChatMessage]:
    """Returns the messages with those of the system in the first one of the person."""
    told = [message.content for message in messages if message.role == "system"]
    others = [message for message in messages if message.role != "system"]
    if not told:
        return others
    first = next((at for at, message in enumerate(others) if message.role == "user"), None)
    asked = ChatMessage("user", "") if first is None else others.pop(first)
    words = "\n\n".join(filter(None, [*told, asked.content]))
    others.insert(first or 0, ChatMessage("user", words, asked.images))
    return others


def alternating(messages: list[ChatMessage]) -> list[ChatMessage]:
    """Returns the messages with neighbours of one role joined, the person first and last."""
    joined: list[ChatMessage] = []
    for message in messages:
        if joined and joined[-1].role == message.role:
            last = joined.pop()
            joined.append(
                ChatMessage(
                    last.role, f"{last.content}\n\n{message.content}", last.images + message.images
                )
            )
        elif message.role == "assistant" and not any(each.role == "user" for each in joined):
            joined += [ChatMessage("user", "…"), message]
        else:
            joined.append(message)
    if joined and joined[-1].role == "assistant":
        joined.append(ChatMessage("user", "…"))
    return joined
