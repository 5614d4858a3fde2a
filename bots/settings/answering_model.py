"""Tells which model answers by the settings, and whether days are summarised."""

from bots.settings.root import Settings
from bots.settings.sections import ModelSettings


def is_remote(model: ModelSettings) -> bool:
    """Whether a server answers that is named by its address, its model or its key."""
    return bool(model.base_url or model.name or model.api_key)


def answers_locally(settings: Settings) -> bool:
    """Whether every model that may answer runs on this machine."""
    model = settings.model
    here = settings.local.answers or bool(model.file) or not is_remote(model)
    return here and not model.fallbacks


def uses_demonstration_model(settings: Settings) -> bool:
    """Whether the small bundled model answers, because no other was named."""
    model = settings.model
    return not (settings.local.answers or model.file or is_remote(model))


def consolidates(settings: Settings) -> bool:
    """Whether days are summarised; by default the small demonstration model does not do it."""
    chosen = settings.memory.consolidate
    return chosen == "on" or (chosen == "auto" and not uses_demonstration_model(settings))
