"""Checks whether a chat would work, and if not, why. Checks report what they find, none raises."""

import asyncio
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, SecretStr

from bots.doctor_checks import Check, CheckStatus, store_checks
from bots.error_texts import error_text
from bots.opening import open_embedder, open_generator, open_store
from bots.settings.addresses import HIDDEN, SQLITE, masked, sqlite_path
from bots.settings.answering_model import consolidates, uses_demonstration_model
from bots.settings.loading import Loaded, interface_language, load, locale_language, zone_of
from bots.settings.local_model_choice import local_model
from bots.settings.persona import own_adapter, own_file, own_text
from bots.settings.root import Settings, settings_table
from brain.errors import AnswerUnusable, BadSettings, FormRefused, MissingPart, SiliconfriendError
from brain.messages import ChatMessage
from brain.ports import FormFiller, Generator
from brain.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInForce:
    """One setting with its value in this process. Keys and passwords are hidden."""

    variable: str
    value: str
    origin: str | None
    """An environment variable or the path of a file; None for a default."""


@runtime_checkable
class _Local(Protocol):
    """A model that runs in this process."""

    device: str
    dtype: str
    voices: tuple[str, ...]


class _Form(BaseModel):
    word: str


class Doctor:
    """Examines the installation once."""

    def __init__(self, platforms: Collection[str] = ()) -> None:
        """Prepare an examination.

        Args:
            platforms: platforms to examine even without a token; those with one always are.
        """
        self._platforms = platforms
        self.language = locale_language()
        self.loaded: Loaded | None = None
        """The settings; None until they are read, and if they cannot be."""

    async def examine(self) -> AsyncIterator[Check]:
        """Yield the result of each check as soon as it is done."""
        yield self._check("python", f"{platform.python_version()} ({sys.executable})")
        yield self._check("platform", f"{platform.system()} {platform.machine()}")
        try:
            self.loaded = load()
        except BadSettings as error:
            yield self._failed("settings", error)
            return
        settings = self.loaded.settings
        self.language = interface_language(settings)
        yield self._settings(self.loaded)
        yield self._persona(settings)
        yield self._folder(_folder_of(settings))
        memories = await self._memories(settings)
        for check in memories:
            yield check
        readable = all(check.status is not CheckStatus.FAILED for check in memories)
        yield await self._vectors(settings, compare=readable)
        async for check in self._model(settings):
            yield check
        for check_platform in (self._discord, self._telegram):
            async for check in check_platform(settings):
                yield check

    async def _discord(self, settings: Settings) -> AsyncIterator[Check]:
        if settings.discord.token is None and "discord" not in self._platforms:
            return
        try:
            from bots.discord.checks import check_discord  # noqa: PLC0415
        except ImportError:
            yield self._missing("Discord", "discord")
            return
        async for check in check_discord(settings.discord, language=self.language):
            yield check

    async def _telegram(self, settings: Settings) -> AsyncIterator[Check]:
        if settings.telegram.token is None and "telegram" not in self._platforms:
            return
        try:
            from bots.telegram.checks import telegram_check  # noqa: PLC0415
        except ImportError:
            yield self._missing("Telegram", "telegram")
            return
        yield await telegram_check(settings.telegram, language=self.language)

    def _missing(self, title: str, part: str) -> Check:
        error = MissingPart(part=part, command=f"pip install 'siliconfriend[{part}]'")
        return Check(
            title=title, status=CheckStatus.FAILED, detail=error_text(error, self.language)
        )

    def _settings(self, loaded: Loaded) -> Check:
        found = "doctor-config" if loaded.config.is_file() else "doctor-no-config"
        detail = say(
            self.language,
            found,
            path=str(loaded.config),
            count=len(loaded.origins),
            zone=zone_of(loaded.settings).key,
        )
        return self._check("settings", detail)

    def _persona(self, settings: Settings) -> Check:
        try:
            own = own_text(settings, language=self.language)
            adapter = own_adapter(settings, language=self.language)
        except SiliconfriendError as error:
            return self._failed("persona", error)
        if adapter is not None and not settings.local.answers:
            detail = say(self.language, "doctor-adapter-idle", adapter=adapter)
            return self._check("persona", detail, CheckStatus.NOTE)
        key = "doctor-persona-own" if own else "doctor-persona-default"
        return self._check("persona", say(self.language, key, path=str(own_file(settings))))

    def _folder(self, folder: Path) -> Check:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as exc:
            return Check(
                title=self._title("folder"),
                status=CheckStatus.FAILED,
                detail=say(
                    self.language,
                    "doctor-folder-unwritable",
                    path=str(folder),
                    reason=exc.strerror or type(exc).__name__,
                ),
            )
        return self._check("folder", str(folder))

    async def _memories(self, settings: Settings) -> list[Check]:
        try:
            async with open_store(settings) as store:
                facts = await store.diagnose()
        except SiliconfriendError as error:
            return [self._failed("store", error)]
        return store_checks(facts, address=settings.store_address, language=self.language)

    async def _vectors(self, settings: Settings, *, compare: bool) -> Check:
        try:
            async with open_embedder(settings.embedder) as embedder:
                vector = await embedder.query(say(self.language, "doctor-sample"))
                if compare:
                    # A chat does this first; it finds vectors of another embedder in the store.
                    async with open_store(settings) as store:
                        await store.check_embedder(
                            curve=settings.memory.curve,
                            embedder=embedder.name,
                            dimensions=embedder.dimensions,
                        )
        except SiliconfriendError as error:
            return self._failed("embedder", error)
        detail = say(self.language, "doctor-embedder", name=embedder.name, dimensions=len(vector))
        return self._check("embedder", detail)

    async def _model(self, settings: Settings) -> AsyncIterator[Check]:
        question = ChatMessage("user", say(self.language, "doctor-sample"))
        try:
            local = await asyncio.to_thread(local_model, settings)
            async with open_generator(settings.model, local=local) as generator:
                async with aclosing(generator.stream([question])) as pieces:
                    # The first piece shows that the model answers; closing stops the rest.
                    await anext(pieces, None)
                if uses_demonstration_model(settings):
                    detail = say(self.language, "doctor-demonstration", name=generator.name)
                    yield self._check("model", detail, CheckStatus.NOTE)
                else:
                    yield self._check("model", self._answering(generator))
                yield await self._summaries(settings, generator)
        except SiliconfriendError as error:
            yield self._failed("model", error)

    def _answering(self, generator: Generator) -> str:
        if not isinstance(generator, _Local):
            return say(self.language, "doctor-model", name=generator.name)
        return say(
            self.language,
            "doctor-local",
            name=generator.name,
            device=generator.device,
            dtype=generator.dtype,
            adapters=", ".join(generator.voices) or "none",
        )

    async def _summaries(self, settings: Settings, generator: Generator) -> Check:
        """Report which model writes summaries, and whether it can extract facts too."""
        if not consolidates(settings):
            return self._check(
                "summaries", say(self.language, "doctor-no-summaries"), CheckStatus.NOTE
            )
        if await self._fills_forms(generator):
            detail = say(self.language, "doctor-summaries", name=generator.name)
            return self._check("summaries", detail)
        detail = say(self.language, "doctor-no-facts", name=generator.name)
        return self._check("summaries", detail, CheckStatus.NOTE)

    async def _fills_forms(self, generator: Generator) -> bool:
        question = ChatMessage("user", say(self.language, "doctor-form"))
        try:
            return isinstance(generator, FormFiller) and bool(
                await generator.fill([question], _Form)
            )
        except (AnswerUnusable, FormRefused):
            return False

    def _title(self, key: str) -> str:
        return say(self.language, f"doctor-title-{key}")

    def _check(self, key: str, detail: str, status: CheckStatus = CheckStatus.OK) -> Check:
        return Check(title=self._title(key), status=status, detail=detail)

    def _failed(self, key: str, error: SiliconfriendError) -> Check:
        return self._check(key, error_text(error, self.language), CheckStatus.FAILED)


def _folder_of(settings: Settings) -> Path:
    """Return the folder where a chat writes files: the memories, or at least the log."""
    address = settings.store_address
    if address.startswith(SQLITE):
        return sqlite_path(address).parent
    return settings.data_dir


def settings_in_force(loaded: Loaded) -> list[SettingInForce]:
    """Return every setting with its value and where that comes from, in the order of the docs."""
    return [
        SettingInForce(
            variable=row.variable,
            value=_shown(_value(loaded.settings, row.key)),
            origin=_origin(loaded, row.key),
        )
        for row in settings_table()
    ]


def _origin(loaded: Loaded, key: str) -> str | None:
    # A setting that is a table in the file has an origin for each key of the table.
    inside = (origin for name, origin in loaded.origins.items() if name.startswith(f"{key}."))
    return loaded.origins.get(key) or next(inside, None)


def _value(settings: BaseModel, key: str) -> object:
    value: object = settings
    for part in key.split("."):
        value = getattr(value, part)
    return value


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    # An address may hold a password.
    return masked(str(value))
