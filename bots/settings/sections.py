"""Defines the sections of the settings for models, memory and the chat, with units and bounds."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal, Self

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

from bots.settings.addresses import expanded, web_address
from bots.settings.problems import SettingProblem
from brain.memory.retention import PRESETS, Curve

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-5.4-mini"
"""The model that is asked if there is a key and no name: the small one of the current family."""

_Positive = Annotated[float, Field(gt=0, le=1e6)]
_Share = Annotated[float, Field(gt=0, lt=1)]
Url = Annotated[str, AfterValidator(web_address)]
Text = Annotated[str, Field(min_length=1)]


def table_or_json(example: str) -> BeforeValidator:
    """Return a validator that takes tables of the file as they are, and parses text as JSON.

    Args:
        example: valid JSON, which the error for invalid JSON quotes.
    """

    def parse(value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SettingProblem("settings-wrong-json", example=example) from None

    return BeforeValidator(parse)


def _names(value: object) -> object:
    """Parse names: a list in the file, text with commas between them in the environment."""
    if isinstance(value, str):
        value = value.split(",")
    if isinstance(value, (list, tuple)):
        return tuple(str(name).strip() for name in value if str(name).strip())
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)]
"""Any number of names or ids, such as of people, places or voices."""


Options = Annotated[dict[str, Any], NoDecode, table_or_json('{"top_k": 20}')]
"""Options of a server that this program does not know, as JSON values by their names."""


class Section(BaseModel):
    """The base class of all sections."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True
    )


class FallbackSettings(Section):
    """Settings of a model that is asked when those before it fail; others are as in `model`."""

    name: Text = Field(description="Name of the model on its server.")
    base_url: Url | None = Field(default=None, description="Address of its server; unset: OpenAI.")
    api_key: SecretStr | None = Field(default=None, description="Key for its server.")
    context_tokens: int | None = Field(default=None, gt=0, le=100_000_000)
    sees: bool | None = None
    voices: Names = ()
    options: Options = Field(default_factory=dict)


class ModelSettings(Section):
    """Settings of the model that answers."""

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
        description="Key for that server. OPENAI_API_KEY is honoured too, and goes only to "
        "OPENAI_BASE_URL or OpenAI.",
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="Randomness, 0 to 2; unset: the server's own default."
    )
    reply_tokens: int = Field(
        default=512, gt=0, le=1_000_000, description="Longest reply, in tokens."
    )
    thinking: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Whether the model thinks before it replies; auto: as its server does, until "
        "thoughts leave no room for a reply. Nobody is shown the thoughts.",
    )
    thinking_tokens: int = Field(
        default=2048,
        ge=0,
        le=1_000_000,
        description="Most tokens of thoughts, beyond those of the reply.",
    )
    reply_s: float | None = Field(
        default=None,
        gt=0,
        le=864_000,
        description="Longest time of a whole reply, in seconds; unset: ten times timeout_s.",
    )
    options: Options = Field(
        default_factory=dict,
        description='Further options that are sent to the server as they are, such as {"top_k": '
        "20}: a table in the file, a JSON object in the environment.",
    )
    context_tokens: int | None = Field(
        default=None,
        gt=0,
        le=100_000_000,
        description="Longest prompt and reply together, in tokens; unset: 16384 (the demonstration "
        "model knows its own).",
    )
    timeout_s: float = Field(
        default=60.0, gt=0, le=86_400, description="Longest silence of the server, in seconds."
    )
    max_retries: int = Field(
        default=2, ge=0, le=20, description="Times that a failed request is repeated."
    )
    file: Annotated[Path, AfterValidator(expanded)] | None = Field(
        default=None, description="A GGUF file that answers instead of the demonstration model."
    )

    fallbacks: Annotated[
        tuple[FallbackSettings, ...],
        NoDecode,
        table_or_json('[{"name": "qwen3:8b", "base_url": "http://host/v1"}]'),
    ] = Field(
        default=(),
        description="Models that are asked in this order when the one above does not answer, each "
        "with name, base_url, api_key, context_tokens, sees, voices, options: tables in the file, "
        "a JSON list in the environment.",
    )
    voices: Names = Field(
        default=(),
        description="Other models of that server, such as adapters that it serves by name, "
        "separated by commas: a Discord server or a group may choose one for itself.",
    )
    sees: bool | None = Field(
        default=None,
        description="Whether the model can look at pictures; unset: OpenAI's can, others cannot.",
    )

    @model_validator(mode="after")
    def _answers_from_one_place(self) -> Self:
        if self.file and (self.base_url or self.name):
            raise SettingProblem("settings-file-or-server")
        if self.file and self.voices:
            raise SettingProblem("settings-file-has-no-voices")
        if self.base_url and not self.name:
            raise SettingProblem("settings-server-without-name")
        return self


class EmbedderSettings(Section):
    """Settings of the embedder, which turns text into vectors."""

    kind: Literal["bundled", "onnx", "sentence-transformers", "openai"] = Field(
        default="bundled",
        description="Kind of embedder that computes vectors; the bundled one runs on this machine.",
    )
    model: Text | None = Field(
        default=None,
        description="Name of the embedder's model, for kind onnx its file or folder; unset: the "
        "kind's default.",
    )
    threads: int = Field(
        default=1,
        ge=1,
        le=256,
        description="CPU threads of kinds bundled and onnx; each computes texts of its own.",
    )
    base_url: Url | None = Field(
        default=None,
        description="Address of the server, for kind openai; unset: as OPENAI_BASE_URL.",
    )
    api_key: SecretStr | None = Field(
        default=None,
        description="Key for that server, for kind openai; OPENAI_API_KEY is honoured as above.",
    )
    dimensions: int | None = Field(
        default=None,
        gt=0,
        le=65_536,
        description="Length of the vectors, for kind openai; unset: the model's own.",
    )
    device: Text | None = Field(
        default=None,
        description="Device that kind sentence-transformers runs on, such as cuda or cpu; unset: "
        "the best available.",
    )
    when_changed: Literal["reembed", "refuse"] = Field(
        default="reembed",
        description="What a bot does that starts and finds vectors of another embedder: embed the "
        "memories again while it answers, or refuse to start.",
    )

    @model_validator(mode="after")
    def _names_its_file(self) -> Self:
        if self.kind == "onnx" and not self.model:
            raise SettingProblem("settings-onnx-without-model")
        return self


class MemorySettings(Section):
    """Settings of how memories fade. Numbers that are unset are those of the preset."""

    preset: Literal["companion", "paper"] = Field(
        default="companion",
        description="companion: memories last for years; paper: MemoryBank's own constants, with "
        "which they last for days.",
    )
    initial_strength_days: _Positive | None = Field(
        default=None, description="Strength S of a new memory of middling importance, in days."
    )
    step_days: _Positive | None = Field(
        default=None, description="The most that S gains by one recall, in days."
    )
    importance_factor: Annotated[float, Field(ge=1, le=1000)] | None = Field(
        default=None,
        description="How many times stronger the most important memory is than a middling one.",
    )
    fade: _Share | None = Field(
        default=None, description="Retention (0 to 1) below which recall passes a memory over."
    )
    forget: _Share | None = Field(
        default=None, description="Retention (0 to 1, below fade) at which a memory is archived."
    )
    consolidate: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="Whether to write summaries, facts and a portrait from what was said; auto: "
        "unless only the demonstration model could write them.",
    )
    grace_days: Annotated[float, Field(ge=0, le=1e6)] | None = Field(
        default=None, description="How long an archived memory can be restored, in days."
    )

    most_per_person: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Most memories of a person; above it the turns that would be forgotten first "
        "are archived. Pinned ones, facts and days' summaries are kept.",
    )
    most_mib: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Most MiB of the store (of a Redis, all that it holds), in the same way; it "
        "shrinks as the archive is erased.",
    )
    reinforced: Literal["given", "used"] | None = Field(
        default=None,
        description="Which memories grow stronger: given, all that a reply was given; used, those "
        "that the reply or the next message made use of.",
    )

    @property
    def curve(self) -> Curve:
        """The curve of the preset, with the numbers that are set in place of its own."""
        preset = PRESETS[self.preset]
        return Curve(
            initial_strength=_either(self.initial_strength_days, preset.initial_strength),
            step=_either(self.step_days, preset.step),
            importance_factor=_either(self.importance_factor, preset.importance_factor),
            fade=_either(self.fade, preset.fade),
            forget=_either(self.forget, preset.forget),
            grace=_either(self.grace_days, preset.grace),
            reinforced=self.reinforced or preset.reinforced,
            memories_per_person=self.most_per_person,
            store_bytes=self.most_mib and self.most_mib << 20,
        )

    @model_validator(mode="after")
    def _fades_before_it_is_forgotten(self) -> Self:
        curve = self.curve
        if curve.forget >= curve.fade:
            raise SettingProblem(
                "settings-forget-above-fade", forget=f"{curve.forget:g}", fade=f"{curve.fade:g}"
            )
        return self


class ChatSettings(Section):
    """Settings of what a reply is given, and of what is accepted as a message."""

    recall_count: int = Field(
        default=6, ge=0, le=100, description="Most memories that a reply is given."
    )
    recent_turns: int = Field(
        default=8, ge=0, le=1000, description="Most recent turns that a reply is given."
    )
    recent_hours: float = Field(
        default=6.0,
        ge=0,
        le=1e6,
        description="Greatest age of these turns, in hours; older ones come back by recall.",
    )
    when_store_is_away: Literal["answer", "refuse"] = Field(
        default="answer",
        description="What to do while the store cannot be reached: answer without memory and write "
        "the turn later, or refuse.",
    )
    message_characters: int = Field(
        default=32_768,
        gt=0,
        le=1_000_000,
        description="Longest message that is accepted, in characters.",
    )


def _either(override: float | None, preset: float) -> float:
    return preset if override is None else override
