"""Defines the section of the settings for a model that runs in this process."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from bots.settings.addresses import expanded
from bots.settings.sections import Section, table_or_json


def _number(value: object) -> object:
    """Parse a number, since the environment holds only text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


_Text = Annotated[str, Field(min_length=1)]
_Folder = Annotated[Path, AfterValidator(expanded)]


class LocalSettings(Section):
    """Settings of a model that transformers loads, and of its LoRA adapters."""

    model: _Text | None = Field(
        default=None,
        description="A model to run in this process with PyTorch, in place of MODEL__NAME, "
        "MODEL__BASE_URL and MODEL__FILE: a folder, a GGUF file, or a name on the Hugging Face "
        "hub; unset, with an adapter: the base model of that adapter.",
    )
    adapters: Annotated[
        dict[_Text, _Folder], NoDecode, table_or_json('{"gentle": "/path/to/its/folder"}')
    ] = Field(
        default_factory=dict,
        description="LoRA adapters to load, by name, with their folders: a table in the file, a "
        "JSON object in the environment.",
    )
    adapter: _Text | None = Field(
        default=None,
        description="Name of the adapter that answers; unset: the one that persona.md names, else "
        "none.",
    )
    base: _Text | None = Field(
        default=None,
        description="The name on the hub of a model that is loaded from a folder: adapters name "
        "their base model by it.",
    )
    any_base: bool = Field(
        default=False,
        description="Accept adapters that name another base model, if their weights fit.",
    )
    device: _Text | None = Field(
        default=None,
        description="Device that the model runs on, such as cuda:1 or cpu; unset: the best "
        "available.",
    )
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = Field(
        default="auto",
        description="Precision of the weights; auto: 16 bits on a GPU, float32 on a CPU.",
    )
    quantised: Annotated[Literal[4, 8], BeforeValidator(_number)] | None = Field(
        default=None,
        description="Quantise the weights to 4 or 8 bits with bitsandbytes; unset: as dtype says.",
    )
    compiled: bool = Field(
        default=False,
        description="Compile the model: it starts minutes later and then writes faster, mostly on "
        "a GPU.",
    )
    chat_template: _Text | None = Field(
        default=None,
        description="Chat template in Jinja; unset: the adapter's, else the tokenizer's, else "
        "BELLE's.",
    )
    context_tokens: int | None = Field(
        default=None,
        gt=0,
        le=100_000_000,
        description="Longest prompt and reply together, in tokens; unset: MODEL__CONTEXT_TOKENS, "
        "else what the model was made for.",
    )
    most_rows: int = Field(
        default=32, gt=0, le=4096, description="Most replies that are written at the same time."
    )
    most_waiting: int = Field(
        default=128,
        gt=0,
        le=1_000_000,
        description="Most requests that may wait; more are refused.",
    )
    chunk_tokens: int = Field(
        default=1024,
        gt=0,
        le=1_000_000,
        description="Tokens of new prompts that are read between two steps of the replies in "
        "progress: with fewer, those pause less.",
    )
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="Randomness, 0 to 2; unset: MODEL__TEMPERATURE, else the model's own.",
    )
    top_p: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Nucleus sampling: total probability of the tokens that are drawn from, above "
        "0 to 1; unset: the model's own.",
    )
    seed: int | None = Field(
        default=None, ge=0, lt=2**63, description="Seed of the draws, for repeatable replies."
    )

    @property
    def answers(self) -> bool:
        """Whether a model of this section is the one that answers."""
        return bool(self.model or self.adapter)
