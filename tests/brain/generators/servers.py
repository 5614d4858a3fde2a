"""Servers of OpenAI's protocol as they are: what each answers to a request, and where that is told.

A server is a function from the body of a request to an `Answer`; `OpenAIServer.answer_by` plays it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.brain.generators.openai_server import Answer, delta, detail, error, event, reply

Request = Mapping[str, Any]
Server = Callable[[Request], Answer]

THOUGHT = "The person hides something from me."
WORDS = ["Good", " morning", ", Anna!"]
SAID = "".join(WORDS)
DONE = event("[DONE]")


def thought(text: str, *, field: str = "reasoning_content", finish: str | None = None) -> bytes:
    """One piece of thoughts in a field of their own."""
    choice = {"index": 0, "delta": {field: text}, "finish_reason": finish}
    return event({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def whole(message: Mapping[str, Any], *, finish: str | None = "stop") -> Answer:
    """An answer that is one object."""
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return Answer(body={"id": "1", "object": "chat.completion", "choices": [choice]})


def roles(asked: Request) -> list[str]:
    return [message["role"] for message in asked["messages"]]


def prompt_of(asked: Request) -> str:
    return "\n".join(str(message["content"]) for message in asked["messages"])


def thinks(asked: Request, *options: str) -> bool:
    """Whether a hybrid model thinks, on a server that knows only these options."""
    values = [asked.get(option) for option in options]
    return not any(
        value is False
        or value == "none"
        or (isinstance(value, Mapping) and value.get("enable_thinking") is False)
        for value in values
    )


def vllm_without_reasoning_parser(asked: Request) -> Answer:
    """DeepSeek-R1 or QwQ on vLLM: the template opened the thoughts, so that only their end comes.

    vllm/reasoning/deepseek_r1_reasoning_parser.py: "the model doesn't generate the start token".
    """
    if not thinks(asked, "chat_template_kwargs"):
        return reply(*WORDS)
    return reply(THOUGHT, "\n</think>", "\n\n", *WORDS)


def vllm_with_gemma(asked: Request) -> Answer:
    """Gemma 2 on vLLM and SGLang (sglang#892) knows no system role, and Gemma 3 wants turns to
    alternate (suitenumerique/conversations#197)."""
    if "system" in roles(asked):
        return error(400, "System role not supported", code=400)
    if any(one == other for one, other in zip(roles(asked), roles(asked)[1:], strict=False)):
        return error(400, "Conversation roles must alternate user/assistant/user/assistant/...")
    return reply(*WORDS)


def ollama_qwen3(asked: Request) -> Answer:
    """qwen3:8b on Ollama spends all tokens on thoughts, in `reasoning`, and then says nothing.

    It heeds reasoning_effort "none" and ignores `think` here (ollama#14820, hermes-agent#6152).
    """
    limit = asked["max_tokens"]
    if not thinks(asked, "reasoning_effort"):
        return reply(*WORDS)
    needed = 600
    thoughts = [thought(THOUGHT, field="reasoning") for _ in range(3)]
    if limit < needed:
        return Answer(events=[*thoughts, delta("", finish="length"), DONE])
    return Answer(events=[*thoughts, *map(delta, WORDS), delta("", finish="stop"), DONE])


def llama_cpp(asked: Request) -> Answer:
    """llama-server renders templates by Jinja and answers 500 where one refuses (llama.cpp#20733),
    and 400 with its own code where the prompt is too long."""
    if "system" in roles(asked):
        message = "Jinja Exception: System role not supported"
        return Answer(
            status=500, body={"error": {"code": 500, "message": message, "type": "server_error"}}
        )
    if len(prompt_of(asked)) > 4_000:
        message = "the request exceeds the available context size, try increasing it"
        kind = {"code": 400, "type": "exceed_context_size_error", "n_ctx": 1024}
        return Answer(status=400, body={"error": {"message": message, **kind}})
    return reply(*WORDS)


def lm_studio(asked: Request) -> Answer:
    """LM Studio answers a prompt that is too long with 200 and an error as an event
    (lmstudio-bug-tracker#2322), or with a stream that says nothing (#2339)."""
    if len(prompt_of(asked)) > 4_000:
        message = (
            "Trying to keep the first 5000 tokens when context the overflows. However, the model "
            "is loaded with context length of only 4096 tokens, which is not enough."
        )
        return Answer(events=[b"event: error\n" + event({"error": {"message": message}})])
    return reply(*WORDS)


def lm_studio_in_silence(asked: Request) -> Answer:
    """The second of these."""
    if len(prompt_of(asked)) > 4_000:
        return Answer(events=[delta("", finish="stop"), DONE])
    return reply(*WORDS)


def openrouter(_: Request) -> Answer:
    """OpenRouter sends comments while it waits, thoughts as `reasoning`, and usage at the end
    (openrouter.ai/docs/api-reference/streaming)."""
    return Answer(
        events=[
            b": OPENROUTER PROCESSING\n\n",
            b": OPENROUTER PROCESSING\n\n",
            thought(THOUGHT, field="reasoning"),
            *map(delta, WORDS),
            delta("", finish="stop"),
            event({"id": "1", "choices": [], "usage": {"total_tokens": 9}}),
            DONE,
        ]
    )


def openrouter_that_breaks_off(_: Request) -> Answer:
    """An error in the middle of its stream: at the top, and as the reason for the ending."""
    choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
    failure = {"error": {"code": "server_error", "message": "Provider disconnected"}}
    return Answer(events=[delta(WORDS[0]), event({**failure, "choices": [choice]}), DONE])


def dashscope(asked: Request) -> Answer:
    """DashScope tells a prompt that is too long in words of its own (qwen-code#98)."""
    if len(prompt_of(asked)) > 4_000:
        message = (
            "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 4000]"
        )
        return error(400, message, code="invalid_parameter_error")
    return reply(*WORDS)


def siliconflow(asked: Request) -> Answer:
    """SiliconFlow's errors have another shape (chatbox#2060)."""
    if len(prompt_of(asked)) > 4_000:
        message = "length of prompt_tokens (5000) must be less than max_seq_len (4096)."
        return Answer(status=400, body={"code": 20015, "message": message, "data": None})
    return reply(*WORDS)


def glm(asked: Request) -> Answer:
    """A provider whose words nobody knows."""
    if len(prompt_of(asked)) > 4_000:
        return error(400, "参数有误，请检查文档", code="1210")
    return reply(*WORDS)


def openai_o_series(asked: Request) -> Answer:
    """Newer models of OpenAI behind a proxy under another address."""
    if "max_tokens" in asked:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead."
        )
        return error(400, message, code="unsupported_parameter")
    if "temperature" in asked:
        return error(400, "Unsupported value: 'temperature' does not support 0.5 with this model.")
    return reply(*WORDS)


def mistral(asked: Request) -> Answer:
    """Mistral's platform checks the request by pydantic, which quotes all of it."""
    unknown = asked.keys() - {"model", "messages", "stream", "max_tokens", "temperature"}
    if unknown:
        return detail(
            422,
            [
                {
                    "type": "extra_forbidden",
                    "loc": ["body", name],
                    "msg": "Extra inputs",
                    "input": 1,
                }
                for name in sorted(unknown)
            ],
        )
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]},
        {"type": "text", "text": SAID},
    ]
    choice = {"index": 0, "delta": {"content": parts}, "finish_reason": "stop"}
    return Answer(events=[event({"id": "1", "choices": [choice]}), DONE])


def sparse(asked: Request) -> Answer:
    """A gateway that knows little and names nothing."""
    wanted = {"model", "messages", "stream", "max_tokens"}
    if asked.keys() - wanted or "system" in roles(asked):
        return Answer(status=400, body={"error": "Bad Request"})
    return reply(*WORDS)


WORKING: dict[str, Server] = {
    "vLLM without its parser of reasoning": vllm_without_reasoning_parser,
    "vLLM with Gemma": vllm_with_gemma,
    "Ollama with qwen3": ollama_qwen3,
    "llama.cpp": llama_cpp,
    "LM Studio": lm_studio,
    "LM Studio, silent": lm_studio_in_silence,
    "OpenRouter": openrouter,
    "DashScope": dashscope,
    "SiliconFlow": siliconflow,
    "GLM": glm,
    "OpenAI through a proxy": openai_o_series,
    "Mistral": mistral,
    "a sparse gateway": sparse,
    "harmony as text (gpt-oss)": lambda _: reply(
        "<|channel|>analysis<|message|>",
        THOUGHT,
        "<|end|><|start|>assistant",
        "<|channel|>final<|message|>",
        *WORDS,
    ),
    "no finish_reason, but [DONE]": lambda _: Answer(events=[*map(delta, WORDS), DONE]),
    "a finish_reason, but no [DONE]": lambda _: Answer(
        events=[*map(delta, WORDS), delta("", finish="stop")]
    ),
    "a whole object to a streamed request": lambda _: whole({"content": SAID}),
    "the same without a reason": lambda _: whole({"content": SAID}, finish=None),
    "the same, thoughts beside it": lambda _: whole(
        {"content": SAID, "reasoning_content": THOUGHT}
    ),
    "`message` in the events": lambda _: Answer(
        events=[event({"choices": [{"index": 0, "message": {"content": SAID}}]}), DONE]
    ),
    "the whole message once more at the end": lambda _: Answer(
        events=[
            *map(delta, WORDS),
            event(
                {
                    "choices": [
                        {
                            "index": 0,
                            "delta": {},
                            "message": {"content": SAID},
                            "finish_reason": "stop",
                        }
                    ]
                }
            ),
            DONE,
        ]
    ),
    "content as a list of parts": lambda _: Answer(
        events=[
            event(
                {"choices": [{"index": 0, "delta": {"content": [{"type": "text", "text": word}]}}]}
            )
            for word in WORDS
        ]
        + [DONE]
    ),
    "a refusal is a reply": lambda _: Answer(
        events=[
            event({"choices": [{"index": 0, "delta": {"refusal": SAID}, "finish_reason": "stop"}]}),
            DONE,
        ]
    ),
    "all text taken for thoughts": lambda _: Answer(
        events=[thought(SAID), thought("", finish="stop"), DONE]
    ),
    "a reason with each piece": lambda _: Answer(
        events=[*(delta(word, finish="stop") for word in WORDS), DONE]
    ),
    "null as a text": lambda _: Answer(
        events=[*(delta(word, finish="null") for word in WORDS), DONE]
    ),
    "a byte order mark": lambda _: Answer(
        events=[b"\xef\xbb\xbf" + delta(WORDS[0]), *map(delta, WORDS[1:]), DONE]
    ),
    "a list of chunks": lambda _: Answer(
        body=[{"choices": [{"index": 0, "delta": {"content": word}}]} for word in WORDS]
    ),
    "Azure, which checks the prompt first": lambda _: Answer(
        events=[
            event({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}),
            *map(delta, WORDS),
            delta(None, finish="stop"),
            DONE,
        ]
    ),
    "data without a space, lines with CR": lambda _: Answer(
        events=[
            (b"".join(map(delta, WORDS)) + DONE)
            .replace(b"data: ", b"data:")
            .replace(b"\n", b"\r\n")
        ]
    ),
    "lines of JSON": lambda _: Answer(
        raw=b'{"message": {"content": "Good morning"}, "done": false}\n'
        b'{"message": {"content": ", Anna!"}, "done": true, "done_reason": "stop"}\n'
    ),
    "no streams at all": lambda asked: (
        error(400, "Streaming is not available on your plan")
        if asked.get("stream")
        else whole({"content": SAID})
    ),
}
"""Servers that answer `SAID` in the end, whatever they want before and around it."""
