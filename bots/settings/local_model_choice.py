"""Decides which local model answers and through which adapter, by the settings and the persona.

If only an adapter is named, the model is the base model that the adapter was made for.
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
    """The local model and adapters to load, and the adapter that answers."""

    options: LocalOptions
    adapters: Mapping[str, Path]
    adapter: str | None
    """A key of `adapters`; None: the model answers alone, or with the prefix in its options."""


def local_model(settings: Settings) -> LocalModel | None:
    """Return the local model that answers, or None if another model does.

    It reads the persona and the adapter's configuration from their files. Raises BadSettings,
    AdapterMissing, AdapterDamaged.
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
        # The other adapters may be for other models.
        adapters = {speaking: adapters[speaking]}
        if not is_prefix(adapters[speaking]):
            model = base_named(adapters[speaking], speaking)
    if model is None:
        raise BadSettings(problems=say(language, "settings-local-no-model", adapter=speaking or ""))
    prefix = None
    if speaking is not None and is_prefix(adapters[speaking]):
        # A prefix stands before every reply, so that no other adapter would work as trained.
        prefix, adapters, speaking = adapters[speaking], {}, None
    return LocalModel(
        options=_options(settings, model=model, prefix=prefix),
        adapters=adapters,
        adapter=speaking,
    )


def with_adapter(settings: Settings, adapter: str) -> Settings:
    """Return the settings with a local model that answers through an adapter, and no other model.

    Args:
        settings: the settings to change.
        adapter: a name in `settings.local.adapters`, or the path of a folder.

    Raises:
        AdapterMissing: there is no such name and no such folder.
    """
    changes: dict[str, object] = {"adapter": adapter}
    if adapter not in settings.local.adapters:
        folder = Path(adapter).expanduser().absolute()
        if not folder.is_dir():
            raise AdapterMissing(adapter=adapter, path=str(folder))
        name = folder.resolve().name
        changes = {"adapter": name, "adapters": {**settings.local.adapters, name: folder}}
    no_other_model = {"name": None, "base_url": None, "api_key": None, "file": None}
    return settings.model_copy(
        update={
            "local": settings.local.model_copy(update=changes),
            "model": settings.model.model_copy(update=no_other_model),
        }
    )


def _options(settings: Settings, *, model: str, prefix: Path | None) -> LocalOptions:
    local = settings.local
    temperature = settings.model.temperature if local.temperature is None else local.temperature
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
        temperature=temperature,
        top_p=local.top_p,
        seed=local.seed,
    )
