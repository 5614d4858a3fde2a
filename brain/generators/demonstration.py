"""Keeps the replies of the demonstration model short: it loses the thread after some sentences."""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from brain.generators.openai import OpenAIGenerator
from brain.messages import ChatMessage
from brain.ports import Limited, Replacement

ENOUGH_CHARACTERS = 140
"""Length of a reply from which on no further sentence is begun."""
_SENTENCE_END = re.compile(r"(?<!\d)[.!?][\"'”’)*]*(?=\s)|[。！？]|\n")


class DemonstrationGenerator(OpenAIGenerator):
    """Asks the demonstration model, and ends its replies with a sentence."""

    async def metered(
        self, messages: Sequence[ChatMessage], on_usage: Callable[[int], None]
    ) -> AsyncGenerator[str, None]:
        """Streams whole sentences, up to the first that makes the reply long enough.

        A sentence that the limit of tokens cuts off is left out, unless it is the first one.
        """
        shown, rest = 0, ""
        async with aclosing(super().metered(messages, on_usage)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Replacement):
                    shown, rest = 0, ""
                    yield Replacement()
                if isinstance(piece, Limited):
                    if not shown:
                        yield Limited(rest + piece)
                    return
                rest += piece
                while end := _SENTENCE_END.search(rest):
                    yield rest[: end.end()]
                    shown += end.end()
                    rest = rest[end.end() :]
                    if shown >= ENOUGH_CHARACTERS:
                        return
        if rest:
            yield rest
