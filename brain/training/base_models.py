"""Loads the base model of an adapter from a folder, the Hugging Face hub or a GGUF file."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from brain.errors import MissingPart
from brain.generators.local_lora.library_messages import first_line, silenced
from brain.training.chat_templates import CHAT_TEMPLATES
from brain.training.errors import TrainingRefused

INSTALL = "pip install 'siliconfriend[train]'"
SAMPLED_BYTES = 1 << 20
"""Bytes hashed at each end of a GGUF file, to tell it from another of the same name and size."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Base:
    """A model with its tokenizer, and where both can be loaded from again."""

    model: Any
    tokenizer: Any
    source: str
    """A folder, or the name of a repository on the hub."""


def load_base(name: str, *, models: Path, form: str | None = None, weights: bool = True) -> Base:
    """Load a model to tune, in bf16 on a GPU that supports it and in float32 elsewhere.

    Args:
        name: a folder, a name on the hub, or a GGUF file, which is converted once.
        models: the folder in which converted models are kept.
        form: a name in `CHAT_TEMPLATES`, used where the tokenizer brings no chat template.
        weights: whether to load the weights; without them `model` is None.

    Raises:
        MissingPart: transformers, peft or torch is not installed.
        TrainingRefused: the model cannot be loaded, or has no chat template.
    """
    try:
        # These packages are slow to import, and only tuning needs them.
        for part in ("torch", "transformers", "peft", "accelerate"):
            import_module(part)
    except ImportError as exc:
        raise MissingPart(part="transformers, peft, accelerate", command=INSTALL) from exc
    with silenced():
        return _open(name, models=models, form=form, weights=weights)


def _open(name: str, *, models: Path, form: str | None, weights: bool) -> Base:
    import torch  # noqa: PLC0415
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415

    from brain.generators.chatglm.registration import register  # noqa: PLC0415

    register()
    source = _source(name, models)
    model = None
    try:
        # The configuration is read first because its errors describe a wrong folder best.
        # Code that comes with a model is never run.
        AutoConfig.from_pretrained(source, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        if weights:
            bf16 = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
            model = AutoModelForCausalLM.from_pretrained(
                source,
                dtype=torch.bfloat16 if bf16 else torch.float32,
                trust_remote_code=False,
            )
    except MissingPart:
        raise
    except Exception as exc:  # files, the hub and safetensors each raise their own errors
        raise TrainingRefused("model", detail=f"{name}: {first_line(exc)}") from exc
    if not tokenizer.chat_template:
        if form is None:
            raise TrainingRefused("form", detail=", ".join(CHAT_TEMPLATES))
        tokenizer.chat_template = CHAT_TEMPLATES[form]
    if tokenizer.pad_token_id is None:
        # Padding is masked out, so that any token will do.
        tokenizer.pad_token = tokenizer.unk_token or tokenizer.eos_token
    return Base(model=model, tokenizer=tokenizer, source=source)


def _source(name: str, models: Path) -> str:
    path = Path(name).expanduser()
    if path.suffix == ".gguf":
        if not path.is_file():
            raise TrainingRefused("model", detail=name)
        return str(_converted(path, models))
    if path.is_dir():
        return str(path.resolve())
    if path.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        # The name was meant as a folder, so the hub is not asked.
        raise TrainingRefused("model", detail=name)
    return name


def _converted(file: Path, models: Path) -> Path:
    """Return the folder of the converted model; converting takes half a minute and is done once."""
    folder = models / f"{file.stem}-{_fingerprint(file)}"
    if (folder / "config.json").is_file():
        return folder
    import torch  # noqa: PLC0415
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: PLC0415

    models.mkdir(mode=0o700, parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=models))
    try:
        inside = {"gguf_file": file.name, "trust_remote_code": False}
        AutoTokenizer.from_pretrained(str(file.parent), **inside).save_pretrained(work)
        model = AutoModelForCausalLM.from_pretrained(
            str(file.parent), **inside, dtype=torch.bfloat16
        )
        # The weights are no longer quantised, and the saved configuration must not say so.
        vars(model).update(hf_quantizer=None, is_quantized=False)
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        model.save_pretrained(work)
        work.rename(folder)
    except ImportError as exc:
        raise MissingPart(part="gguf, accelerate", command=INSTALL) from exc
    except OSError as exc:
        if (folder / "config.json").is_file():
            return folder  # another process converted it at the same time
        raise TrainingRefused("model", detail=f"{file}: {first_line(exc)}") from exc
    except (ValueError, KeyError, RuntimeError) as exc:
        raise TrainingRefused("model", detail=f"{file}: {first_line(exc)}") from exc
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _fingerprint(file: Path) -> str:
    size = file.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with file.open("rb") as opened:
        digest.update(opened.read(SAMPLED_BYTES))
        opened.seek(max(0, size - SAMPLED_BYTES))
        digest.update(opened.read(SAMPLED_BYTES))
    return digest.hexdigest()[:12]
