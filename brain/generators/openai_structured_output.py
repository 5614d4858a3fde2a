"""Answers by a JSON schema over OpenAI's protocol.

It tells servers that do not support schemas from answers that merely failed.
"""

import re
from collections.abc import Sequence

import openai
from openai.types.chat import ChatCompletionMessageParam

from brain.errors import FormRefused
from brain.generators.openai_errors import error_text
from brain.generators.structured_output import first_valid_form
from brain.ports import Form

_REFUSING_STATUSES = frozenset({400, 422, 501})
"""HTTP statuses of servers that do not know an option of the request."""
_UNSUPPORTED = re.compile(r"response_format|json_schema|schema|structured|grammar", re.IGNORECASE)
_INVALID_ANSWER = re.compile(
    r"json_validate_failed|failed to (?:generate|validate|produce)"
    r"|d(?:oes|id) not (?:match|conform)|\b(?:output|answer|response|completion|generated)\b.{0,60}"
    r"\b(?:match|conform|invalid|valid json|parse)",
    re.IGNORECASE | re.DOTALL,
)
"""How servers say that the answer of the model did not match the schema: another one may."""


async def fill_form(
    client: openai.AsyncOpenAI,
    messages: Sequence[ChatCompletionMessageParam],
    form: type[Form],
    *,
    model: str,
    most_tokens: int,
    is_openai: bool,
    extra_body: dict[str, object] | None,
) -> Form:
    """Asks for an answer by the form's JSON schema and returns it, validated.

    Args:
        client: client of the server.
        messages: the prompt, as the SDK takes it.
        form: the pydantic model whose JSON schema the server gets.
        model: name of the model on the server.
        most_tokens: longest answer, in tokens.
        is_openai: OpenAI's newer models know that limit by another name.
        extra_body: options that only this server knows.

    Raises:
        FormRefused: the server does not support JSON schemas.
        AnswerUnusable: every answer was cut off, withheld or invalid.
        openai.OpenAIError: anything else went wrong.
    """

    async def ask(_: int) -> Form | None:
        try:
            answer = await client.chat.completions.parse(
                model=model,
                messages=messages,
                response_format=form,
                max_completion_tokens=most_tokens if is_openai else openai.omit,
                max_tokens=openai.omit if is_openai else most_tokens,
                extra_body=extra_body,
            )
        except openai.APIStatusError as exc:
            if exc.status_code in _REFUSING_STATUSES:
                text = error_text(exc)
                if _INVALID_ANSWER.search(text):
                    return None
                if _UNSUPPORTED.search(text):
                    raise FormRefused(model=model) from exc
            raise
        except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError):
            return None
        return answer.choices[0].message.parsed if answer.choices else None

    return await first_valid_form(ask, model=model)
