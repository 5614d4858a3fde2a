"""Asks which model is to answer."""

import asyncio
from urllib.parse import urlsplit

from bots.error_texts import error_text
from bots.settings.answering_model import uses_demonstration_model
from bots.settings.config_file import ConfigFile, in_environment
from bots.settings.hub_section import HUB_URL, MIRROR_URL
from bots.settings.loading import ollama_host, openai_url
from bots.settings.root import Settings
from bots.settings.sections import OPENAI_MODEL
from bots.terminal.model import DECISIVE, forget_choice, gigabytes
from bots.terminal.wizard.questions import Questions
from brain.errors import BadSettings, GeneratorError, GeneratorRefused, GeneratorUnreachable
from brain.hub.chat_models import ChatModel, chat_models, machine_memory
from brain.hub.model_servers import (
    SERVICES,
    FoundServer,
    KeyRefused,
    find_servers,
    models_of,
)
from brain.texts import name_of

MOST_LISTED = 15
"""Most models that are listed at once; of more, the name is typed, and Tab completes it."""


class ModelQuestion:
    """Asks which model is to answer, and writes the answer into the settings."""

    def __init__(self, questions: Questions, config: ConfigFile, settings: Settings) -> None:
        """Takes the file to change, and the settings in force."""
        self._questions, self._config, self._settings = questions, config, settings
        self._say = questions.say
        self._openai = openai_url().rstrip("/")

    def ask(self) -> ChatModel | None:
        """Return the model that is to be downloaded; None if none is."""
        self._questions.tell_environment(DECISIVE)
        self._questions.tell(self._say("setup-looking"))
        servers = asyncio.run(find_servers(ollama_host=ollama_host()))
        while True:
            chosen = self._questions.choose(
                self._say("setup-model"), self._options(servers), default=None
            )
            if chosen == "present":
                return None
            if chosen == "demonstration":
                forget_choice(self._config)
                return None
            if chosen == "download":
                return self._download()
            if isinstance(chosen, FoundServer):
                done = self._take(chosen.base_url, None, chosen.models)
            elif chosen == "service":
                done = self._service()
            else:
                done = self._address()
            if done:
                return None

    def _options(self, servers: list[FoundServer]) -> list[tuple[object, str]]:
        options: list[tuple[object, str]] = []
        if not uses_demonstration_model(self._settings):
            options.append(("present", self._say("setup-as-now", present=self._present())))
        options += [
            (
                server,
                self._say(
                    "setup-model-found",
                    program=server.program,
                    address=server.base_url,
                    count=len(server.models),
                ),
            )
            for server in servers
        ]
        names = ("download", "service", "address", "demonstration")
        return [*options, *((name, self._say(f"setup-model-{name}")) for name in names)]

    def _present(self) -> str:
        model, local = self._settings.model, self._settings.local
        if local.answers:
            return str(local.model or local.adapter)
        if model.file:
            return model.file.name
        host = urlsplit(model.base_url or self._openai).hostname
        return f"{model.name or OPENAI_MODEL} ({host})"

    def _download(self) -> ChatModel:
        memory = machine_memory()
        models = [
            model for model in chat_models() if memory is None or model.memory_bytes < memory
        ] or list(chat_models()[:1])
        models.sort(key=lambda model: self._questions.language not in model.languages)
        chosen = self._questions.choose(
            self._say("setup-download", folder=str(self._settings.models_folder)),
            [(model, self._label(model)) for model in models],
            default=next((model for model in models if model.name == "qwen3-4b"), None),
        )
        if not in_environment(["hub.url"]):
            present = self._settings.hub.url
            addresses = dict.fromkeys([present, HUB_URL, MIRROR_URL])
            url = self._questions.choose(
                self._say("setup-hub"),
                [(address, urlsplit(address).hostname or address) for address in addresses],
                default=present,
            )
            if url != present:
                self._config.set("hub.url", url)
        return chosen

    def _label(self, model: ChatModel) -> str:
        return self._say(
            "setup-download-model",
            name=model.name,
            size=gigabytes(model.size),
            memory=gigabytes(model.memory_bytes),
            languages=" ".join(map(name_of, model.languages)),
            licence=model.licence,
        )

    def _service(self) -> bool:
        url = self._questions.choose(
            self._say("setup-service"),
            [(url, name) for name, url in {**SERVICES, "OpenAI": self._openai}.items()],
        )
        return self._with_key(url, needs_key=True)

    def _address(self) -> bool:
        url = self._questions.ask(self._say("setup-address"), self._read_address)
        return bool(url) and self._with_key(url, needs_key=False)

    def _read_address(self, answer: str) -> str:
        url = answer if "://" in answer or not answer else f"http://{answer}"
        parts = urlsplit(url)
        if answer and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError(self._say("setup-address-wrong"))
        return url.rstrip("/")

    def _with_key(self, url: str, *, needs_key: bool) -> bool:
        """Ask for the key until the server takes it; False if the person gives up."""
        present = self._key_of(url)
        while True:
            question = "setup-key" if needs_key else "setup-key-optional"
            key = self._questions.secret(self._say("setup-key-present" if present else question))
            key = key or present or ""
            if needs_key and not key:
                return False
            try:
                url, models = asyncio.run(_models(url, key or None))
            except (GeneratorError, BadSettings) as error:
                self._questions.tell(self._told(error))
                names = ("again", "anyway", "back")
                options = [(name, self._say(f"setup-{name}")) for name in names]
                chosen = self._questions.choose(self._say("setup-what-now"), options)
                if chosen == "back":
                    return False
                if chosen == "again":
                    continue
                models = ()
            return self._take(url, key or None, models, is_openai=needs_key and url == self._openai)

    def _told(self, error: GeneratorError | BadSettings) -> str:
        """Return what is wrong, in words that do not speak of a message."""
        if isinstance(error, GeneratorUnreachable):
            return self._say("setup-server-unreachable", **error.values)
        if isinstance(error, GeneratorError) and not isinstance(error, KeyRefused):
            reason = str(error.values.get("reason", ""))
            return self._say("setup-server-failed", reason=reason)
        return error_text(error, self._questions.language)

    def _key_of(self, url: str) -> str | None:
        """Return the key that is set for a server already, in the file or in the environment."""
        model = self._settings.model
        is_same = (model.base_url or self._openai).rstrip("/") == url
        return model.api_key.get_secret_value() if model.api_key and is_same else None

    def _take(
        self, url: str, key: str | None, models: tuple[str, ...], *, is_openai: bool = False
    ) -> bool:
        """Ask which of a server's models, and write it down."""
        present = self._settings.model.name or ""
        if is_openai and present not in models:
            present = OPENAI_MODEL
        name = self._one_of(models, present)
        same_key = key is not None and key == self._key_of(url)
        kept = self._config.get("model.api_key") if same_key else key
        forget_choice(self._config)
        self._config.set("model.name", name)
        # Without an address, OpenAI is meant, or what OPENAI_BASE_URL puts in its place.
        self._config.set("model.base_url", None if is_openai else url)
        self._config.set("model.api_key", kept)
        return True

    def _one_of(self, models: tuple[str, ...], present: str) -> str:
        if 0 < len(models) <= MOST_LISTED:
            default = present if present in models else None
            return self._questions.choose(
                self._say("setup-which"), [(name, name) for name in models], default=default
            )

        def read(answer: str) -> str:
            if not answer or (models and answer not in models):
                raise ValueError(self._say("setup-which-wrong"))
            return answer

        question = self._say("setup-which-many", count=len(models))
        return self._questions.ask(question, read, present=present, words=models)


async def _models(url: str, key: str | None) -> tuple[str, tuple[str, ...]]:
    """Return a server's models, and its address with /v1 if that was missing.

    A server may know no list; then the name is typed, and the doctor sees whether it answers.
    """
    candidates = [url] if url.endswith("/v1") else [url, f"{url}/v1"]
    failure: GeneratorError | None = None
    for candidate in candidates:
        try:
            return candidate, await models_of(candidate, api_key=key)
        except GeneratorRefused as error:
            failure = failure or error
    raise failure or GeneratorError
