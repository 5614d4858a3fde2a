"""Every setting, its unit and its bounds; `bots.settings.loading` reads them, not the import.

One frozen section per part. An environment variable wins over `config.toml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from platformdirs import user_config_path, user_data_path
from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bots.settings.addresses import SQLITE, expanded, store_address
from bots.settings.local import LocalSettings
from bots.settings.models import (
    ChatSettings,
    EmbedderSettings,
    MemorySettings,
    ModelSettings,
    Section,
)
from bots.settings.platforms import AccessSettings, CareSettings, DiscordSettings, TelegramSettings
from brain.languages import languages
from brain.messages import printable

PREFIX = "SILICONFRIEND_"
DELIMITER = "__"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"


def config_folder() -> Path:
    """Where `config.toml` and `persona.md` are looked for."""
    return user_config_path("siliconfriend")


def _zone(key: str) -> str:
    try:
        ZoneInfo(key)
    except (KeyError, OSError, ValueError):
        near = get_close_matches(key, available_timezones(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        message = f"no such time zone, expected a name such as Europe/Berlin{hint}"
        raise ValueError(message) from None
    return key


def _language(code: str) -> str:
    choices = ("auto", *languages())
    if code not in choices:
        raise ValueError(f"expected one of {', '.join(choices)}")
    return code


def person_name(name: str) -> str:
    """A name that a person may have here: any text but an empty one or control characters."""
    if not name.strip() or printable(name) != name.strip() or set("\n\t") & set(name.strip()):
        raise ValueError("a name needs a visible character, and no control characters")
    return name.strip()


class Settings(BaseSettings):
    """All of them. Keyword arguments are the file's values; the environment wins."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter=DELIMITER,
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
    )

    data_dir: Annotated[Path, AfterValidator(expanded)] = Field(
        default_factory=lambda: user_data_path("siliconfriend"),
        description="Folder of the memories and the log; unset: the user's own data folder.",
    )
    store: Annotated[str, AfterValidator(store_address)] | None = Field(
        default=None,
        repr=False,
        description="`sqlite:` and a path, or a Redis: redis://user:password@host:6379/0, "
        "rediss:// with TLS, unix:// and a socket; unset: memories.db in the data folder.",
    )
    store_prefix: str = Field(
        default="siliconfriend",
        pattern=r"^[A-Za-z0-9_.-]+$",
        description="What every key in Redis begins with: several stores may share one.",
    )
    store_precision: Literal["float32", "float16"] = Field(
        default="float32",
        description="Of the vectors in a new Redis store; float16 takes half of their memory.",
    )
    language: Annotated[str, AfterValidator(_language)] = Field(
        default="auto",
        description="Of the interface; auto: as the locale. Replies follow the person.",
    )
    person: Annotated[str, AfterValidator(person_name)] = Field(
        default="me", description="Whose memories the terminal opens."
    )
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="IANA time zone, such as Asia/Shanghai; unset: the machine's."
    )
    persona: Annotated[Path, AfterValidator(expanded)] | None = Field(
        default=None,
        description="File with who the companion is; unset: persona.md beside config.toml, if "
        "there is one, else the one that comes along.",
    )
    model: ModelSettings = Field(default_factory=ModelSettings)
    local: LocalSettings = Field(default_factory=LocalSettings)
    embedder: EmbedderSettings = Field(default_factory=EmbedderSettings)
    memory: MemorySettings = Field(default_factory=MemorySettings)
    chat: ChatSettings = Field(default_factory=ChatSettings)
    discord: DiscordSettings = Field(default_factory=DiscordSettings)
    telegram: TelegramSettings = Field(default_factory=TelegramSettings)
    access: AccessSettings = Field(default_factory=AccessSettings)
    care: CareSettings = Field(default_factory=CareSettings)

    @field_validator("local")
    @classmethod
    def _one_model_answers(cls, local: LocalSettings, info: ValidationInfo) -> LocalSettings:
        model = info.data.get("model")
        others = [name for name in ("name", "base_url", "file") if getattr(model, name, None)]
        if local.answers and others:
            mine = "model" if local.model else "adapter"
            raise ValueError(
                f"set either local.{mine} (a model in this process) or model.{others[0]}, not both"
            )
        return local

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 the signature is given
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before what was passed in: the latter is the file."""
        return env_settings, init_settings

    @property
    def store_address(self) -> str:
        """Where the memories are. Show it `addresses.masked`: it may hold a password."""
        return self.store or f"{SQLITE}{self.data_dir / 'memories.db'}"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting, for the table of the docs and for `doctor`."""

    variable: str
    """Name in the environment."""
    key: str
    """Name in `config.toml`, with dots."""
    default: str
    meaning: str


def settings_table() -> list[Row]:
    """All settings in the order of the sections."""
    return [
        Row(
            variable=PREFIX + DELIMITER.join(path).upper(),
            key=".".join(path),
            # What is made at start, such as a folder, is told by the meaning.
            default="" if field.default in (None, (), PydanticUndefined) else str(field.default),
            meaning=field.description or "",
        )
        for path, field in _leaves(Settings.model_fields)
    ]


def _leaves(fields: dict[str, FieldInfo]) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    for name, field in fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            for path, leaf in _leaves(kind.model_fields):
                yield (name, *path), leaf
        else:
            yield (name,), field
