"""Which model of one's own answers, through which adapter: what the settings and the persona say.

An adapter that was named by itself brings its model along: the one that it was made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bots.settings.loading import interface_language
from bots.settings.persona import own_adapter
from bots.settings.root import Settings
from brain.errors import BadSettings
from brain.generators.local_lora.adapter_folders import base_named, is_prefix
from brain.generators.local_lora.errors import AdapterMissing
from brain.generators.local_lora.options import LocalOptions
from brain.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """What to load, and who speaks."""

    options: LocalOptions
    adapters: Mapping[str, Path]
    adapter: str | None
    """Of those; None: the model by itself, or with the prefix in its options."""


def local_model(settings: Settings) -> LocalModel | None:
    """The one that is to answer; None: another part answers. Reads small files.

    Raises BadSettings, AdapterMissing, AdapterDamaged.
    """
    local = settings.local
    if not local.answers:
        return None
    language = interface_language(settings)
    adapters = dict(local.adapters)
    speaking = local.adapter or own_adapter(settings, language=language)
    if speaking is not None and speaking not in adapters:
        raise BadSettings(
            problems=say(
                language,
                "settings-local-unknown",
                adapter=speaking,
                known=", ".join(sorted(adapters)) or "none",
            )
        )
    model = local.model
    if model is None and speaking is not None:
        # The others may be for other models.
        adapters = {speaking: adapters[speaking]}
        if not is_prefix(adapters[speaking]):
            model = base_named(adapters[speaking], speaking)
    if model is None:
        raise BadSettings(problems=say(language, "settings-local-no-model", adapter=speaking or ""))
    prefix = None
    if speaking is not None and is_prefix(adapters[speaking]):
        # It stands before every reply: no adapter beside it would be heard as it was tuned.
        prefix, adapters, speaking = adapters[speaking], {}, None
    return LocalModel(
        options=_options(settings, model=model, prefix=prefix),
        adapters=adapters,
        adapter=speaking,
    )


def with_adapter(settings: Settings, adapter: str) -> Settings:
    """The same with that adapter speaking, by its name in the settings or by its folder.

    A model on this machine answers then, whatever else was named. Raises AdapterMissing.
    """
    changes: dict[str, object] = {"adapter": adapter}
    if adapter not in settings.local.adapters:
        folder = Path(adapter).expanduser().absolute()
        if not folder.is_dir():
            raise AdapterMissing(adapter=adapter, path=str(folder))
        name = folder.resolve().name
        changes = {"adapter": name, "adapters": {**settings.local.adapters, name: folder}}
    nobody_else = {"name": None, "base_url": None, "api_key": None, "file": None}
    return settings.model_copy(
        update={
            "local": settings.local.model_copy(update=changes),
            "model": settings.model.model_copy(update=nobody_else),
        }
    )


def _options(settings: Settings, *, model: str, prefix: Path | None) -> LocalOptions:
    local = settings.local
    named = settings.model.temperature
    return LocalOptions(
        model=model,
        prefix=prefix,
        base=local.base,
        any_base=local.any_base,
        device=local.device,
        dtype=local.dtype,
        quantised=local.quantised,
        compiled=local.compiled,
        chat_template=local.chat_template,
        context_tokens=local.context_tokens or settings.model.context_tokens,
        reply_tokens=settings.model.reply_tokens,
        most_rows=local.most_rows,
        most_waiting=local.most_waiting,
        chunk_tokens=local.chunk_tokens,
        temperature=named if local.temperature is None else local.temperature,
        top_p=local.top_p,
        seed=local.seed,
    )
