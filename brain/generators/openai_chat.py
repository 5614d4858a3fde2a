"""One chat request to a server of OpenAI's protocol, changed until the server accepts it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace

import httpx2
import openai

from brain.generators.openai_errors import (
    affordable_tokens,
    fingerprint,
    is_too_large,
    is_too_long,
)
from brain.generators.openai_reading import Answer, AnswerCut, Part
from brain.generators.openai_reply import Reply
from brain.generators.openai_requests import (
    ChatRequest,
    ServerTraits,
    is_about_options,
    names_change,
    request_body,
)

CHARACTERS_PER_TOKEN = 8
"""Most characters of a token, on average over an answer; a server that sends more of them than its
limit of tokens allows is stopped."""
LEAST_CHARACTERS = 4_000
LEAST_REPLY = 16
"""Tokens that are worth asking for where there is credit for no more."""
SHORT_REPLY = 128
"""Tokens of an answer that is not made shorter where the context has no room for it."""
BYTES_PER_TOKEN = 2_000
"""Most bytes that a server sends for a token, on average; a streamed one takes some 300 to 700."""
LEAST_BYTES = 1_000_000


class Chat:
    """One request, and what has come of it so far."""

    def __init__(
        self,
        client: openai.AsyncOpenAI,
        traits: ServerTraits,
        request: ChatRequest,
        *,
        prompt_tokens: int,
        reply_tokens: int,
        is_thinking_off: bool,
        longest_s: float,
    ) -> None:
        """Prepares a request.

        Args:
            client: client of the server.
            traits: what is known of the server, and is added to.
            request: what to ask.
            prompt_tokens: estimated tokens of the prompt.
            reply_tokens: most tokens of the reply, without the thoughts.
            is_thinking_off: whether the request asks the model not to think.
            longest_s: most seconds until the first word.
        """
        self.ending = ""
        """`length`, `content_filter`, or what else the server says; empty if it says nothing."""
        self._words = Reply(
            traits,
            model=request.model,
            is_thinking_off=is_thinking_off,
            is_form=request.schema is not None,
        )
        self._client = client
        self._traits = traits
        self.request = request
        self._longest_s = longest_s
        self._prompt_tokens, self._asked_tokens = prompt_tokens, request.limit
        self._reply_tokens = reply_tokens
        self._most_reply = max(LEAST_CHARACTERS, reply_tokens * CHARACTERS_PER_TOKEN)
        self._most_read = self._most_reply + request.limit * CHARACTERS_PER_TOKEN
        self._answer: Answer | None = None
        self._first: Part | None = None
        self._is_short = False
        """Whether the request asks for no more than there is credit for."""

    @property
    def reply(self) -> str:
        """The reply so far, without its thoughts."""
        return self._words.text

    @property
    def has_thoughts(self) -> bool:
        """Whether the model thought; known at the end."""
        return self._words.has_thoughts

    @property
    def tokens(self) -> int:
        """Tokens of prompt and answer as the server counts them; 0 if it does not."""
        return self._words.tokens

    async def pieces(self) -> AsyncGenerator[str, None]:
        """Yields the reply without its thoughts.

        Raises:
            NoChatAnswer, AnswerCut, openai.OpenAIError, httpx2.HTTPError, TimeoutError: the server
                or the connection failed; before the first piece or between two.
        """
        async with AsyncExitStack() as stack:
            parts = await self._open(stack)
            part = self._first
            while part is not None:
                for piece in self._words.read(part):
                    yield piece
                if (
                    len(self.reply) > self._most_reply
                    or self._words.read_characters > self._most_read
                ):
                    self.ending = "length"
                    break
                if self._words.is_over:
                    break
                part = await self._next(parts)
            else:
                self._check_end()
        for piece in self._words.finish(is_cut=self.ending == "length"):
            yield piece

    async def _open(self, stack: AsyncExitStack) -> AsyncGenerator[Part, None]:
        """Sends the request, changed until the server accepts it."""
        if (parts := await self._open_with_less(stack)) is not None:
            return parts
        traits = self._traits
        changes, needed = traits.changes, traits.changes
        first: openai.APIError | None = None
        last: openai.APIError | None = None
        change: str | None = None
        while True:
            try:
                async with asyncio.timeout(self._longest_s):
                    parts = await self._send(stack, changes)
            except openai.APIError as error:
                if last is not None and change and fingerprint(error) != fingerprint(last):
                    needed |= {change}
                first, last = first or error, error
                if first is error and traits.working > changes and is_about_options(error):
                    changes, change = traits.working, None
                    continue
                if self._ask_for_less(error):
                    continue
                change = traits.next_change(self.request, changes, error)
                if change is None:
                    if is_about_options(first):
                        traits.remember_useless(first)
                    is_other = is_too_large(error) or not is_about_options(error)
                    raise (error if is_other else first) from None
                changes |= {change}
            else:
                # A single refusal that names nothing may have been a mere chance, as of relays
                # that refuse now and then (ollama/ollama#16082).
                by_chance = bool(first and first is last and not names_change(first, change or ""))
                traits.remember(changes, needed, last_change=change, by_chance=by_chance)
                traits.learn(self.request, changes)
                return parts

    def _ask_for_less(self, refusal: openai.APIError) -> bool:
        """Takes room for thoughts from a request that is too large with it, if there is any.

        Where credit is left for a part of a reply, that part is asked for, once; where the reply
        would be longer than the prompt and has no room, half of it.
        """
        limit, least = self.request.limit, self._reply_tokens
        if (
            limit <= least
            and is_too_long(refusal)
            and limit > max(self._prompt_tokens, SHORT_REPLY)
        ):
            # It is the answer that has no room (vllm-project/vllm#33418).
            self.request = replace(self.request, limit=limit // 2)
            return True
        affordable = affordable_tokens(refusal)
        if affordable is not None and LEAST_REPLY <= affordable < limit and not self._is_short:
            self._is_short = True
            self.request = replace(self.request, limit=affordable)
            return True
        if limit <= least or not is_too_large(refusal):
            return False
        quarter = limit // 4
        self.request = replace(self.request, limit=quarter if quarter >= 2 * least else least)
        return True

    async def _open_with_less(self, stack: AsyncExitStack) -> AsyncGenerator[Part, None] | None:
        """Sends the request without one change that may be needless; None if it is not."""
        traits = self._traits
        if not traits.doubtful:
            return None
        doubtful = traits.doubtful.pop()
        fewer = traits.changes - {doubtful}
        if request_body(self.request, fewer) == request_body(self.request, traits.changes):
            traits.doubtful.insert(0, doubtful)
            return None
        try:
            async with asyncio.timeout(self._longest_s):
                parts = await self._send(stack, fewer)
        except openai.APIError as error:
            if not (is_about_options(error) or is_too_large(error)):
                traits.doubtful.append(doubtful)
                raise
            return None
        traits.changes = fewer
        traits.learn(self.request, fewer)
        return parts

    async def _send(
        self, stack: AsyncExitStack, changes: frozenset[str]
    ) -> AsyncGenerator[Part, None]:
        """Sends the request and reads the first part of its answer, which may be an error."""
        body = request_body(self.request, changes)
        async with AsyncExitStack() as opened:
            response = await opened.enter_async_context(
                self._client.chat.completions.with_streaming_response.create(
                    model=body.pop("model"), messages=body.pop("messages"), extra_body=body
                )
            )
            most_bytes = LEAST_BYTES + BYTES_PER_TOKEN * self.request.limit
            self._answer = Answer(response.http_response, most_bytes=most_bytes)
            parts = await opened.enter_async_context(aclosing(self._answer.parts()))
            self._first = await anext(parts, None)
            if self.request.limit < self._asked_tokens:
                self._traits.most_tokens = self._prompt_tokens + self.request.limit
            stack.push_async_callback(opened.pop_all().aclose)
            return parts

    async def _next(self, parts: AsyncGenerator[Part, None]) -> Part | None:
        try:
            return await anext(parts, None)
        except (httpx2.HTTPError, AnswerCut):
            # Some servers close the connection without ceremony once the reply is over.
            answer = self._answer
            if answer is None or answer.is_reason_doubtful or self._traits.says_done:
                raise
            if not answer.ending:
                raise
            return None

    def _check_end(self) -> None:
        """Raises AnswerCut unless the answer ended as one that is whole."""
        answer = self._answer
        if answer is None:
            return
        traits = self._traits
        if not (answer.is_done or (answer.ending and not answer.is_reason_doubtful)):
            raise AnswerCut
        if answer.is_stream:
            # A server that always tells both has not ended its answer before it did.
            if (traits.says_done > answer.is_done) or (traits.says_reason > bool(answer.ending)):
                raise AnswerCut
            traits.says_done |= answer.is_done
            traits.says_reason |= bool(answer.ending)
        # Some say that all is well at the limit, too (mudler/LocalAI#3533).
        is_full = answer.ending == "stop" and self._words.answer_tokens == self.request.limit
        self.ending = "length" if is_full else answer.ending
