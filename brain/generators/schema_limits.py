"""Of forms (JSON schemas), whoever fills them in: their length, and how often one is asked."""

from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from brain.errors import AnswerUnusable
from brain.ports import Form

ATTEMPTS = 2
"""A model that can fill in forms seldom fails twice."""
LONGEST_TOKENS = 4_096
"""Of a form: a day's facts take far more than a reply that somebody reads."""


async def filled(ask: Callable[[int], Awaitable[Form | None]], *, model: str) -> Form:
    """The first answer that is the form.

    Args:
        ask: gets the number of the attempt, from 0 on; gives None, or raises ValidationError, where
            the answer was no form.
        model: as people know it.

    Raises AnswerUnusable: there was none.
    """
    for attempt in range(ATTEMPTS):
        try:
            answer = await ask(attempt)
        except ValidationError:
            continue
        if answer is not None:
            return answer
    raise AnswerUnusable(model=model)


def room(context_tokens: int, prompt_tokens: int, *, least: int) -> int:
    """Tokens that a form may take: what the prompt leaves of the context, within bounds.

    Args:
        context_tokens: what prompt and form together may take.
        prompt_tokens: as estimated.
        least: as long as a reply it may be at any rate.
    """
    return max(least, min(LONGEST_TOKENS, context_tokens - prompt_tokens))
