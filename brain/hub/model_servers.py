"""Finds servers of models on this machine, and lists the models of a server."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import openai

from brain.errors import BadSettings, GeneratorError, GeneratorRefused
from brain.generators.openai_client import OPENAI_URL, create_client, printable_url
from brain.generators.openai_errors import ANSWER_ERRORS, map_error, refusal_reason

USUAL_PORTS: Mapping[str, int] = {
    "Ollama": 11434,
    "LM Studio": 1234,
    "llama.cpp": 8080,
    "vLLM": 8000,
}
"""The ports on which these programs serve unless they are told otherwise."""
SERVICES: Mapping[str, str] = {
    "OpenAI": OPENAI_URL,
    "OpenRouter": "https://openrouter.ai/api/v1",
    "DeepSeek": "https://api.deepseek.com/v1",
    "DashScope (阿里云百炼)": "https://dashscope.aliyuncs.com/compatible-mode/v1",
    "SiliconFlow (硅基流动)": "https://api.siliconflow.cn/v1",
}
"""Services that want a key, by their names."""
SEARCH_TIMEOUT_S = 1.0
"""Silence in seconds after which there is no server on a port of this machine."""
TIMEOUT_S = 15.0
MOST_BYTES = 8 << 20
"""Longest list of models that is read."""


class KeyRefused(GeneratorRefused):
    """The server does not accept the key, or wants one. Values: those of GeneratorRefused."""

    key = "setup-key-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServer:
    """A server that answers on this machine."""

    program: str
    base_url: str
    models: tuple[str, ...]


async def find_servers(*, ollama_host: str = "") -> list[FoundServer]:
    """Returns the servers on their usual ports that have a model to chat with.

    Args:
        ollama_host: where Ollama serves, in the form of its variable `OLLAMA_HOST`: scheme and port
            may be missing; empty: on its usual port.
    """
    addresses = {program: f"http://localhost:{port}/v1" for program, port in USUAL_PORTS.items()}
    if ollama_host:
        addresses["Ollama"] = _ollama_address(ollama_host)

    async def look(program: str, base_url: str) -> FoundServer | None:
        try:
            models = await models_of(base_url, timeout_s=SEARCH_TIMEOUT_S)
        except (GeneratorError, BadSettings):
            return None
        found = FoundServer(program=program, base_url=base_url, models=models)
        return found if models else None

    found = await asyncio.gather(*(look(*each) for each in addresses.items()))
    return [server for server in found if server]


async def models_of(
    base_url: str, *, api_key: str | None = None, timeout_s: float = TIMEOUT_S
) -> tuple[str, ...]:
    """Returns the names of a server's models, without those that only make vectors.

    Args:
        base_url: address of the server including `/v1`.
        api_key: its key; None for a server that needs none.
        timeout_s: longest silence of the server, in seconds.

    Raises:
        KeyRefused: it does not accept the key, or wants one.
        GeneratorError: it cannot be reached, or does not list its models.
        ProxyUnusable, CertificatesUnusable: the environment names what cannot be used.
    """
    address = printable_url(base_url)
    client = create_client(
        base_url=base_url,
        api_key=api_key,
        timeout_s=timeout_s,
        max_retries=0,
        most_bytes=MOST_BYTES,
        longest_s=timeout_s,
    )
    try:
        async with client:
            listed = await client.models.list()
            # The SDK checks nothing that it has read.
            ids: set[object] = {getattr(model, "id", None) for model in listed.data}
            names = {name for name in ids if isinstance(name, str) and name}
    except (openai.AuthenticationError, openai.PermissionDeniedError) as exc:
        raise KeyRefused(model=address, reason=refusal_reason(exc)) from exc
    except ANSWER_ERRORS as exc:
        raise map_error(exc, model=address, address=address) from exc
    except (AttributeError, TypeError, ValueError) as exc:
        # Something else serves on that port.
        raise GeneratorRefused(model=address, reason="It lists no models.") from exc
    return tuple(sorted(name for name in names if "embed" not in name.casefold()))


def _ollama_address(named: str) -> str:
    scheme, separator, rest = named.strip().rstrip("/").rpartition("://")
    host, colon, port = rest.rpartition(":")
    if not (colon and port.isdecimal()):
        host, port = rest, str(USUAL_PORTS["Ollama"])
    # A server listens on all addresses there; this machine is one of them.
    host = "localhost" if host in {"0.0.0.0", "", "[::]"} else host  # noqa: S104 it is replaced
    return f"{scheme if separator else 'http'}://{host}:{port}/v1"
