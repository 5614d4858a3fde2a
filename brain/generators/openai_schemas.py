"""Forms (JSON schemas) over OpenAI's protocol, and telling a server that has none from bad luck."""

import re
from collections.abc import Sequence

import openai
from openai.types.chat import ChatCompletionMessageParam

from brain.errors import FormRefused
from brain.generators.openai_errors import words_of
from brain.generators.schema_limits import filled
from brain.ports import Form

_REFUSING = frozenset({400, 422, 501})
"""How servers say that they do not know an option."""
_UNSUPPORTED = re.compile(r"response_format|json_schema|schema|structured|grammar", re.IGNORECASE)


async def fill(
    client: openai.AsyncOpenAI,
    messages: Sequence[ChatCompletionMessageParam],
    form: type[Form],
    *,
    model: str,
    longest: int,
    is_openai: bool,
    extra_body: dict[str, object] | None,
) -> Form:
    """The form as the model filled it in.

    Args:
        client: of the server.
        messages: as the SDK takes them.
        form: its JSON schema goes to the server.
        model: as the server names it.
        longest: the most tokens of the answer.
        is_openai: OpenAI's newer models know that limit by another name.
        extra_body: options that only this server knows.

    Raises:
        FormRefused: the server knows no forms.
        AnswerUnusable: it does, and the answers were none: cut off, withheld, or not in the form.
        openai.OpenAIError: anything else that went wrong.
    """

    async def ask(_: int) -> Form | None:
        try:
            answer = await client.chat.completions.parse(
                model=model,
                messages=messages,
                response_format=form,
                max_completion_tokens=longest if is_openai else openai.omit,
                max_tokens=openai.omit if is_openai else longest,
                extra_body=extra_body,
            )
        except openai.APIStatusError as exc:
            if exc.status_code in _REFUSING and _UNSUPPORTED.search(words_of(exc)):
                raise FormRefused(model=model) from exc
            raise
        except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError):
            return None
        return answer.choices[0].message.parsed if answer.choices else None

    return await filled(ask, model=model)
