"""Limits of answers by a JSON schema, for all generators: their length and the attempts."""

from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from brain.errors import AnswerUnusable
from brain.ports import Form

ATTEMPTS = 2
"""Attempts for one form; a model that supports forms seldom fails twice."""
MOST_FORM_TOKENS = 4_096
"""Longest form in tokens; the facts of a day take far more than a reply to a person."""


async def first_valid_form(ask: Callable[[int], Awaitable[Form | None]], *, model: str) -> Form:
    """Returns the first valid form among at most ATTEMPTS answers.

    Args:
        ask: gets the number of the attempt, from 0 on. It returns the form, or else returns None or
            raises ValidationError.
        model: name of the model, as people are told.

    Raises:
        AnswerUnusable: no answer was valid.
    """
    for attempt in range(ATTEMPTS):
        try:
            answer = await ask(attempt)
        except ValidationError:
            continue
        if answer is not None:
            return answer
    raise AnswerUnusable(model=model)


def form_token_limit(context_tokens: int, prompt_tokens: int, *, at_least: int) -> int:
    """Returns the most tokens that a form may take: what the prompt leaves, within bounds.

    Args:
        context_tokens: most tokens of prompt and form together.
        prompt_tokens: tokens of the prompt, which may be an estimate.
        at_least: lower bound of the result, in tokens.
    """
    return max(at_least, min(MOST_FORM_TOKENS, context_tokens - prompt_tokens))
