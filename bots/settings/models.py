"""The sections of the settings, one per part: every setting with its unit and its bounds."""

import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from pydantic_settings import NoDecode

from bots.settings.addresses import expanded
from brain.memory.retention import PRESETS, Curve

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-5.4-mini"
"""Asked when there is a key and no name: the small one of the current family."""

_Positive = Annotated[float, Field(gt=0, le=1e6)]
_Share = Annotated[float, Field(gt=0, lt=1)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$")]
Text = Annotated[str, Field(min_length=1)]


def table_or_json(example: str) -> BeforeValidator:
    """Take tables of the settings file as they are, and parse the JSON of the environment.

    `example` is shown where that is no JSON.
    """

    def parse(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError(f"expected JSON, such as {example}") from None

    return BeforeValidator(parse)


def _names(value: object) -> object:
    """A list of names: as a list in the file, with commas between them in the environment."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, (list, tuple)):
        return tuple(str(name).strip() for name in value if str(name).strip())
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
"""Of people, places, voices: any number."""


class Section(BaseModel):
    """What all sections have in common."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True
    )


class FallbackSettings(Section):
    """A model that is asked when those before it do not answer; the rest is as `model` has it."""

    name: Text = Field(description="As its server names it.")
    base_url: Url | None = Field(default=None, description="Address; unset: OpenAI.")
    api_key: SecretStr | None = Field(default=None, description="Its own key.")
    context_tokens: int | None = Field(default=None, gt=0, le=100_000_000)
    sees: bool | None = None
    voices: Names = ()


class ModelSettings(Section):
    """Who answers."""

    name: Text | None = Field(
        default=None,
        description="Name of the model. Without name, base_url and key, a small demonstration "
        f"model on this machine answers; with a key alone, {OPENAI_MODEL}.",
    )
    base_url: Url | None = Field(
        default=None,
        description="Address of a server that speaks OpenAI's protocol, such as "
        "http://localhost:11434/v1 (Ollama). OPENAI_BASE_URL is honoured too.",
    )
    api_key: SecretStr | None = Field(
        default=None,
        description="Its key. OPENAI_API_KEY is honoured too, and goes only to OPENAI_BASE_URL or "
        "OpenAI.",
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="Randomness, 0 to 2; unset: the server's own default."
    )
    reply_tokens: int = Field(
        default=512, gt=0, le=1_000_000, description="Longest reply, in tokens."
    )
    context_tokens: int | None = Field(
        default=None,
        gt=0,
        le=100_000_000,
        description="What prompt and reply together may take, in tokens; unset: 16384 (the "
        "demonstration model knows its own).",
    )
    timeout_s: float = Field(
        default=60.0, gt=0, le=86_400, description="Longest silence of the server, in seconds."
    )
    max_retries: int = Field(
        default=2, ge=0, le=20, description="Times that a failed request is repeated."
    )
    file: Annotated[Path, AfterValidator(expanded)] | None = Field(
        default=None, description="A GGUF file to answer with instead of the demonstration model."
    )

    fallbacks: Annotated[
        tuple[FallbackSettings, ...],
        NoDecode,
        table_or_json('[{"name": "qwen3:8b", "base_url": "http://host/v1"}]'),
    ] = Field(
        default=(),
        description="Models that are asked in this order when the one above does not answer: name, "
        "base_url, api_key, context_tokens, sees, voices; tables in the file, a JSON list here.",
    )
    voices: Names = Field(
        default=(),
        description="Other models of that server, such as adapters that it serves by name, with "
        "commas: a Discord server or a group may choose one for itself.",
    )
    sees: bool | None = Field(
        default=None,
        description="Whether the model looks at pictures; unset: OpenAI's do, others do not.",
    )

    @model_validator(mode="after")
    def _answers_from_one_place(self) -> Self:
        if self.file and (self.base_url or self.name):
            raise ValueError("set either file (a model on this machine) or base_url and name")
        if self.file and self.voices:
            raise ValueError("voices are models of a server: a file has none")
        if self.base_url and not self.name:
            raise ValueError("base_url needs a name: which of the server's models?")
        return self


class EmbedderSettings(Section):
    """What turns text into vectors."""

    kind: Literal["bundled", "sentence-transformers", "openai"] = Field(
        default="bundled", description="Who computes vectors; the bundled one runs on this machine."
    )
    model: Text | None = Field(
        default=None, description="Name of its model; unset: the kind's default."
    )
    base_url: Url | None = Field(
        default=None,
        description="Address of the server, for kind openai; unset: as OPENAI_BASE_URL.",
    )
    api_key: SecretStr | None = Field(
        default=None, description="Its key, for kind openai; OPENAI_API_KEY as above."
    )
    dimensions: int | None = Field(
        default=None,
        gt=0,
        le=65_536,
        description="Length of the vectors, for kind openai; unset: as the model gives them.",
    )
    device: Text | None = Field(
        default=None,
        description="Where kind sentence-transformers computes, such as cuda or cpu; unset: the "
        "best there is.",
    )
    when_changed: Literal["reembed", "refuse"] = Field(
        default="reembed",
        description="When the stored vectors are of another embedder, a bot that starts makes them "
        "anew while it answers, or refuses to start.",
    )


class MemorySettings(Section):
    """How forgetting goes. Whatever is unset comes from the preset."""

    preset: Literal["companion", "paper"] = Field(
        default="companion",
        description="companion: for years; paper: MemoryBank's own constants, days.",
    )
    initial_strength_days: _Positive | None = Field(
        default=None, description="Strength S of a new memory of middling importance, in days."
    )
    step_days: _Positive | None = Field(
        default=None, description="What S gains each time that a reply uses the memory, in days."
    )
    importance_factor: Annotated[float, Field(ge=1, le=1000)] | None = Field(
        default=None,
        description="How many times stronger than a middling memory the most important is.",
    )
    fade: _Share | None = Field(
        default=None, description="Retention (0 to 1) below which recall passes a memory over."
    )
    forget: _Share | None = Field(
        default=None, description="Retention (0 to 1, below fade) at which a memory is archived."
    )
    consolidate: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Summaries, facts and a portrait of what was said; auto: unless only the "
        "demonstration model is there to write them.",
    )
    grace_days: Annotated[float, Field(ge=0, le=1e6)] | None = Field(
        default=None, description="How long an archived memory can be restored, in days."
    )

    @property
    def curve(self) -> Curve:
        """The preset with the overrides."""
        preset = PRESETS[self.preset]
        return Curve(
            initial_strength=_either(self.initial_strength_days, preset.initial_strength),
            step=_either(self.step_days, preset.step),
            importance_factor=_either(self.importance_factor, preset.importance_factor),
            fade=_either(self.fade, preset.fade),
            forget=_either(self.forget, preset.forget),
            grace=_either(self.grace_days, preset.grace),
        )

    @model_validator(mode="after")
    def _fades_before_it_is_forgotten(self) -> Self:
        curve = self.curve
        if curve.forget >= curve.fade:
            raise ValueError(f"forget ({curve.forget:g}) must lie below fade ({curve.fade:g})")
        return self


class ChatSettings(Section):
    """How a conversation goes."""

    recall_count: int = Field(
        default=6, ge=0, le=100, description="Most memories that a reply is given, a count."
    )
    recent_turns: int = Field(
        default=8, ge=0, le=1000, description="Most turns of the conversation at hand, a count."
    )
    recent_hours: float = Field(
        default=6.0,
        ge=0,
        le=1e6,
        description="How long a conversation lasts, in hours; what is older comes back by recall.",
    )
    when_store_is_away: Literal["answer", "refuse"] = Field(
        default="answer",
        description="While the store is away: answer without memory and write the turn later, or "
        "refuse.",
    )
    message_characters: int = Field(
        default=32_768,
        gt=0,
        le=1_000_000,
        description="Longest message that is taken, in characters.",
    )


def _either(override: float | None, preset: float) -> float:
    return preset if override is None else override
