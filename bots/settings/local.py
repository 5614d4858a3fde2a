"""The section of the settings for a model of one's own, run by this process."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from bots.settings.addresses import expanded
from bots.settings.models import Section, table_or_json


def _number(value: object) -> object:
    """The environment knows only text."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


_Text = Annotated[str, Field(min_length=1)]
_Folder = Annotated[Path, AfterValidator(expanded)]


class LocalSettings(Section):
    """A model that transformers loads, with LoRA adapters."""

    model: _Text | None = Field(
        default=None,
        description="A model to run in this process with PyTorch, in place of MODEL__NAME, "
        "MODEL__BASE_URL and MODEL__FILE: a folder, a GGUF file, or a name on the Hugging Face "
        "hub; unset, with an adapter: the one that it was made for.",
    )
    adapters: Annotated[
        dict[_Text, _Folder], NoDecode, table_or_json('{"gentle": "/path/to/its/folder"}')
    ] = Field(
        default_factory=dict,
        description="LoRA adapters to load, names and folders: a table in the file, a JSON object "
        "here.",
    )
    adapter: _Text | None = Field(
        default=None,
        description="Name of the one that speaks; unset: the one that persona.md names, else none.",
    )
    base: _Text | None = Field(
        default=None,
        description="The model's name on the hub, where it lies in a folder: adapters name their "
        "base by it.",
    )
    any_base: bool = Field(
        default=False, description="Take adapters that name another base, if their weights fit."
    )
    device: _Text | None = Field(
        default=None, description="Such as cuda:1 or cpu; unset: the best there is."
    )
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = Field(
        default="auto",
        description="Of the numbers; auto: 16 bits on a GPU, float32 on a processor.",
    )
    quantised: Annotated[Literal[4, 8], BeforeValidator(_number)] | None = Field(
        default=None,
        description="Bits of a weight, 4 or 8, by bitsandbytes; unset: as dtype says.",
    )
    compiled: bool = Field(
        default=False,
        description="Compile the model: minutes to start, quicker afterwards; pays on a GPU.",
    )
    chat_template: _Text | None = Field(
        default=None,
        description="Jinja; unset: the adapter's, else the tokenizer's, else BELLE's form.",
    )
    context_tokens: int | None = Field(
        default=None,
        gt=0,
        le=100_000_000,
        description="Prompt and reply together, in tokens; unset: MODEL__CONTEXT_TOKENS, else "
        "what the model was made for.",
    )
    most_rows: int = Field(
        default=32, gt=0, le=4096, description="Replies that are written at the same time."
    )
    most_waiting: int = Field(
        default=128, gt=0, le=1_000_000, description="Requests that may wait; more are refused."
    )
    chunk_tokens: int = Field(
        default=1024,
        gt=0,
        le=1_000_000,
        description="Of prompts, in tokens, read between two steps of the replies under way: less "
        "is smoother.",
    )
    temperature: float | None = Field(
        default=None,
        ge=0,
        le=2,
        description="Randomness, 0 to 2; unset: MODEL__TEMPERATURE, else the model's own.",
    )
    top_p: float | None = Field(
        default=None, gt=0, le=1, description="Share of likely words drawn from; unset: its own."
    )
    seed: int | None = Field(
        default=None, ge=0, lt=2**63, description="For draws that can be repeated."
    )

    @property
    def answers(self) -> bool:
        """Whether a model of this section is the one that answers."""
        return bool(self.model or self.adapter)
