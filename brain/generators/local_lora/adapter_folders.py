"""Reads the metadata in an adapter's folder, without PyTorch."""

import json
from pathlib import Path
from typing import Any

from brain.generators.local_lora.errors import AdapterDamaged, AdapterMissing

CONFIG = "adapter_config.json"
_PREFIX_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_TEMPLATE = "chat_template.jinja"
_TOKENIZER = "tokenizer_config.json"
_GENERATION = "generation_config.json"


def read_config(folder: Path, name: str) -> dict[str, Any]:
    """Reads `adapter_config.json`.

    Args:
        folder: folder of the adapter.
        name: name of the adapter, for error messages.

    Raises:
        AdapterMissing: the folder or the file does not exist.
        AdapterDamaged: the file cannot be read, or is not a JSON object.
    """
    path = folder / CONFIG
    try:
        config = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError) as exc:
        raise AdapterMissing(adapter=name, path=str(path)) from exc
    except (OSError, ValueError) as exc:
        raise AdapterDamaged(adapter=name, path=str(path)) from exc
    if not isinstance(config, dict):
        raise AdapterDamaged(adapter=name, path=str(path))
    return config


def base_named(folder: Path, name: str) -> str | None:
    """Returns the base model that an adapter names: a folder or a name on the Hugging Face hub.

    Raises:
        AdapterMissing, AdapterDamaged: as for `read_config`.
    """
    named = read_config(folder, name).get("base_model_name_or_path")
    return named if isinstance(named, str) and named else None


def is_prefix(folder: Path) -> bool:
    """Returns whether the folder holds a P-tuning v2 prefix.

    It does if there are weights of a model, but no configuration of an adapter.
    """
    return not (folder / CONFIG).exists() and any(
        (folder / name).is_file() for name in _PREFIX_WEIGHTS
    )


def template_in(folder: Path) -> str | None:
    """Returns the chat template that the adapter was trained with, if its folder contains one."""
    try:
        return (folder / _TEMPLATE).read_text("utf-8")
    except (OSError, ValueError):
        pass
    try:
        template = json.loads((folder / _TOKENIZER).read_text("utf-8")).get("chat_template")
    except (OSError, ValueError, AttributeError):
        return None
    return template if isinstance(template, str) else None


def stops_in(folder: Path) -> tuple[int | str, ...]:
    """Returns the tokens that end a reply by the files of an adapter's folder: ids, or their text.

    Trainers save the tokenizer and the generation settings that they used beside the adapter.
    """
    marks = _named(folder / _GENERATION, "eos_token_id") + _named(folder / _TOKENIZER, "eos_token")
    texts = [mark.get("content") if isinstance(mark, dict) else mark for mark in marks]
    return tuple(text for text in texts if isinstance(text, int | str) and text != "")


def _named(path: Path, key: str) -> list[Any]:
    """Returns what a file of JSON has under a key, as a list; nothing if it cannot be read."""
    try:
        value = json.loads(path.read_text("utf-8")).get(key)
    except (OSError, ValueError, AttributeError):
        return []
    return value if isinstance(value, list) else [value]
