"""What servers call the option that switches a model's thoughts on or off."""

from collections.abc import Mapping
from typing import Literal

Thinking = Literal["auto", "on", "off"]
"""Whether a model is to think before it replies; `auto` leaves that to its server."""
_HOSTED: Mapping[str, tuple[str, ...]] = {
    "openai.com": ("reasoning_effort",),
    "azure.com": ("reasoning_effort",),
    "openrouter.ai": ("reasoning",),
    "aliyuncs.com": ("enable_thinking",),
    "siliconflow.cn": ("enable_thinking",),
    "siliconflow.com": ("enable_thinking",),
    "bigmodel.cn": ("thinking",),
    "z.ai": ("thinking",),
    "deepseek.com": ("thinking",),
    "volces.com": ("thinking",),
    "moonshot.cn": ("thinking",),
    "moonshot.ai": ("thinking",),
}
"""What hosted services call the option about thoughts, by the end of their address."""
_ANYWHERE = ("reasoning_effort", "chat_template_kwargs", "think")
"""Ollama knows the first name (ollama#14820), vLLM, SGLang and llama.cpp the second."""


def thinking_options(host: str, *, is_on: bool | None) -> dict[str, object]:
    """Returns the options that switch a model's thoughts on or off; none for None.

    Args:
        host: host name of the server.
        is_on: whether the model is to think.
    """
    if is_on is None:
        return {}
    values: dict[str, object] = {
        "reasoning_effort": "medium" if is_on else "none",
        "chat_template_kwargs": {"enable_thinking": is_on, "thinking": is_on},
        "think": is_on,
        "enable_thinking": is_on,
        "thinking": {"type": "enabled" if is_on else "disabled"},
        "reasoning": {"enabled": is_on},
    }
    names = next(
        (names for end, names in _HOSTED.items() if host == end or host.endswith(f".{end}")),
        _ANYWHERE,
    )
    return {name: values[name] for name in names}
