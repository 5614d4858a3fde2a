"""Checks whether a chat would work, and if not, why. Checks report what they find, none raises."""

import asyncio
import logging
import os
import platform
import sys
import tempfile
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack
from pathlib import Path

from bots.doctor_checks import Check, CheckStatus, store_checks
from bots.doctor_models import check_models
from bots.error_texts import error_text, log_unexpected
from bots.opening import open_embedder, open_generator, open_store
from bots.settings.addresses import SQLITE, sqlite_path
from bots.settings.loading import (
    Loaded,
    interface_language,
    load,
    locale_language,
    short_path,
    zone_of,
)
from bots.settings.local_model_choice import local_model
from bots.settings.persona import own_adapter, own_file, own_text
from bots.settings.root import Settings
from brain.errors import MissingPart, SiliconfriendError
from brain.network import CERTIFICATES_FILE, CERTIFICATES_FOLDER, proxies, tls_context
from brain.texts import say

log = logging.getLogger(__name__)


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
        self._is_readable = False
        """Whether the store can be read."""

    async def examine(self) -> AsyncIterator[Check]:
        """Yield the result of each check as soon as it is done."""
        yield self._check("python", f"{platform.python_version()} ({sys.executable})")
        yield self._check("platform", f"{platform.system()} {platform.machine()}")
        async for check in self._guarded("settings", self._read_settings()):
            yield check
        if self.loaded is None:
            return
        settings = self.loaded.settings
        for key, checks in (
            ("persona", self._persona(settings)),
            ("network", self._network()),
            ("folder", self._folder(_folder_of(settings))),
            ("store", self._memories(settings)),
            ("embedder", self._vectors(settings)),
            ("model", self._model(settings)),
            ("discord", self._discord(settings)),
            ("telegram", self._telegram(settings)),
        ):
            async for check in self._guarded(key, checks):
                yield check

    async def _guarded(self, key: str, checks: AsyncIterator[Check]) -> AsyncIterator[Check]:
        """Yield checks, and whatever ends them unexpectedly as one that failed."""
        try:
            async for check in checks:
                yield check
        except SiliconfriendError as error:
            yield self._failed(key, error)
        except Exception as error:  # noqa: BLE001 the doctor is there to tell what is wrong
            log_unexpected(log, f"The check {key} ended unexpectedly", error)
            detail = say(self.language, "error-unexpected", kind=type(error).__name__)
            yield self._check(key, detail, CheckStatus.FAILED)

    async def _read_settings(self) -> AsyncIterator[Check]:
        loaded = self.loaded = load()
        self.language = interface_language(loaded.settings)
        found = "doctor-config" if loaded.config.is_file() else "doctor-no-config"
        detail = say(
            self.language,
            found,
            path=str(loaded.config),
            count=len(loaded.origins),
            zone=zone_of(loaded.settings).key,
        )
        yield self._check("settings", detail)

    async def _network(self) -> AsyncIterator[Check]:
        """Tell which proxies and certificates the environment names, if it names any."""
        named = [f"{proxy.variable}: {proxy.url}" for proxy in proxies()]
        named += [
            f"{variable}: {path}"
            for variable in (CERTIFICATES_FILE, CERTIFICATES_FOLDER)
            if (path := os.environ.get(variable))
        ]
        if named:
            await asyncio.to_thread(tls_context)
            yield self._check("network", "; ".join(named))

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
            from bots.telegram.checks import check_telegram  # noqa: PLC0415
        except ImportError:
            yield self._missing("Telegram", "telegram")
            return
        yield await check_telegram(settings.telegram, language=self.language)

    def _missing(self, title: str, part: str) -> Check:
        error = MissingPart(part=part, command=f"pip install 'siliconfriend[{part}]'")
        return Check(
            title=title, status=CheckStatus.FAILED, detail=error_text(error, self.language)
        )

    async def _persona(self, settings: Settings) -> AsyncIterator[Check]:
        own = own_text(settings, language=self.language)
        adapter = own_adapter(settings, language=self.language)
        if adapter is not None and not settings.local.answers:
            detail = say(self.language, "doctor-adapter-idle", adapter=adapter)
            yield self._check("persona", detail, CheckStatus.NOTE)
            return
        key = "doctor-persona-own" if own else "doctor-persona-default"
        yield self._check("persona", say(self.language, key, path=str(own_file(settings))))

    async def _folder(self, folder: Path) -> AsyncIterator[Check]:
        reason = await asyncio.to_thread(_why_unwritable, folder)
        if reason is None:
            yield self._check("folder", str(folder))
            return
        detail = say(
            self.language, "doctor-folder-unwritable", path=short_path(folder), reason=reason
        )
        yield self._check("folder", detail, CheckStatus.FAILED)

    async def _memories(self, settings: Settings) -> AsyncIterator[Check]:
        async with open_store(settings) as store:
            facts = await store.diagnose()
        checks = store_checks(facts, address=settings.store_address, language=self.language)
        for check in checks:
            yield check
        self._is_readable = all(check.status is not CheckStatus.FAILED for check in checks)

    async def _vectors(self, settings: Settings) -> AsyncIterator[Check]:
        async with open_embedder(settings.embedder) as embedder:
            vector = await embedder.query(say(self.language, "doctor-sample"))
            if self._is_readable:
                # A chat does this first; it finds vectors of another embedder in the store.
                async with open_store(settings) as store:
                    await store.check_embedder(
                        curve=settings.memory.curve,
                        embedder=embedder.name,
                        dimensions=embedder.dimensions,
                    )
        detail = say(self.language, "doctor-embedder", name=embedder.name, dimensions=len(vector))
        yield self._check("embedder", detail)

    async def _model(self, settings: Settings) -> AsyncIterator[Check]:
        local = await asyncio.to_thread(local_model, settings)
        async with AsyncExitStack() as stack:
            values = None
            if self._is_readable:
                # What is learnt about the model here, a chat need not find out.
                values = (await stack.enter_async_context(open_store(settings))).values
            generator = await stack.enter_async_context(
                open_generator(settings.model, local=local, values=values)
            )
            async for check in check_models(settings, generator, language=self.language):
                yield check

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


def _why_unwritable(folder: Path) -> str | None:
    """Create a folder and write into it; return the reason if that fails, in the system's words."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as exc:
        return exc.strerror or type(exc).__name__
