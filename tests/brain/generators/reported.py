"""What tests of reported servers share: who asks, what is said, and answers byte by byte."""

from typing import Any

from brain.generators.openai import OpenAIGenerator
from brain.messages import ChatMessage
from brain.ports import Replacement
from tests.brain.generators.openai_server import Answer, OpenAIServer

HI = [ChatMessage("user", "My sister Clara moved to Lisbon.")]
SAID = "Lisbon must be lovely."
ASIDE = "Better not to mention Porto."
"""Words of thoughts, which nobody may see."""


def generator(server: OpenAIServer, **options: Any) -> OpenAIGenerator:  # noqa: ANN401
    settings = {"model": "m", "context_tokens": 32_768, "reply_tokens": 512, "max_retries": 0}
    return OpenAIGenerator(base_url=server.base_url, **{**settings, **options})


async def answered(client: OpenAIGenerator, messages: list[ChatMessage] = HI) -> str:
    """What is left on the screen."""
    words = ""
    async for piece in client.stream(messages):
        words = piece if isinstance(piece, Replacement) else words + piece
    return words


def raw(*events: str) -> Answer:
    """A stream, byte by byte."""
    headers = {"Content-Type": "text/event-stream"}
    return Answer(raw="".join(events).encode(), headers=headers)
