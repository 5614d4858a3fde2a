"""Defines all settings, with their units and bounds; `bots.settings.loading` reads them.

There is one frozen section for each part. An environment variable overrides `config.toml`.
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
from bots.settings.hub_section import HubSettings
from bots.settings.local_section import LocalSettings
from bots.settings.platforms import AccessSettings, CareSettings, DiscordSettings, TelegramSettings
from bots.settings.problems import SettingProblem
from bots.settings.sections import (
    ChatSettings,
    EmbedderSettings,
    MemorySettings,
    ModelSettings,
    Section,
)
from brain.languages import languages
from brain.messages import printable

PREFIX = "SILICONFRIEND_"
DELIMITER = "__"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"


def config_folder() -> Path:
    """Return the folder where `config.toml` and `persona.md` are looked for."""
    return user_config_path("siliconfriend")


def _zone(key: str) -> str:
    try:
        ZoneInfo(key)
    except (KeyError, OSError, ValueError):
        near = next(iter(get_close_matches(key, available_timezones(), n=1)), "none")
        raise SettingProblem("settings-no-zone", near=near) from None
    return key


def _language(code: str) -> str:
    choices = ("auto", *languages())
    if code not in choices:
        raise SettingProblem("settings-wrong-choice", choices=", ".join(choices))
    return code


def person_name(name: str) -> str:
    """Return a person's name without the spaces around it.

    Raises ValueError if it has no visible character, or a control character.
    """
    if not name.strip() or printable(name) != name.strip() or set("\n\t") & set(name.strip()):
        raise SettingProblem("person-name-wrong")
    return name.strip()


class Settings(BaseSettings):
    """All settings. Keyword arguments are the file's values; the environment overrides them."""

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
        description="Folder of the memories and the log; unset: the user's data folder.",
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
        description="Prefix of every key in Redis, so that several stores can share a server.",
    )
    store_precision: Literal["float32", "float16"] = Field(
        default="float32",
        description="Precision of the vectors in a new Redis store; float16 halves their memory.",
    )
    language: Annotated[str, AfterValidator(_language)] = Field(
        default="auto",
        description="Language of the interface; auto: the locale's. Replies are in the language "
        "of the person.",
    )
    person: Annotated[str, AfterValidator(person_name)] = Field(
        default="me", description="Name of the person whose memories the terminal opens."
    )
    zone: Annotated[str, AfterValidator(_zone)] | None = Field(
        default=None, description="IANA time zone, such as Asia/Shanghai; unset: the machine's."
    )
    persona: Annotated[Path, AfterValidator(expanded)] | None = Field(
        default=None,
        description="File that says who the companion is; unset: persona.md beside config.toml, if "
        "there is one, else the bundled one.",
    )
    model: ModelSettings = Field(default_factory=ModelSettings)
    hub: HubSettings = Field(default_factory=HubSettings)
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
            raise SettingProblem("settings-local-or-server", local=mine, other=others[0])
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
        """Let the environment override the keyword arguments, which are the file's values."""
        return env_settings, init_settings

    @property
    def store_address(self) -> str:
        """Address of the store. It may hold a password: pass it to `masked` before showing it."""
        return self.store or f"{SQLITE}{self.data_dir / 'memories.db'}"

    @property
    def models_folder(self) -> Path:
        """Folder of downloaded models."""
        return self.hub.folder or self.data_dir / "models"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting as the table of the docs and the doctor show it."""

    variable: str
    """Its name in the environment."""
    key: str
    """Its name in `config.toml`, with dots between its parts."""
    default: str
    meaning: str


def settings_table() -> list[Row]:
    """Return all settings in the order of the sections."""
    return [
        Row(
            variable=PREFIX + DELIMITER.join(path).upper(),
            key=".".join(path),
            # Defaults that are computed at start, such as a folder, are told in the meaning.
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
