"""Loads a model and starts what all generators over it share."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from brain.errors import MissingPart
from brain.generators.local_lora.adapter_folders import stops_in, template_in
from brain.generators.local_lora.batching import Batcher
from brain.generators.local_lora.errors import AdapterDamaged, TemplateBroken
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.tokenizing import ChatTokenizer
from brain.messages import ChatMessage

if TYPE_CHECKING:
    from brain.generators.local_lora.adapters import Adapter
    from brain.generators.local_lora.constrained_decoding import GuideFactory
    from brain.generators.local_lora.loading import LoadedModel
    from brain.generators.local_lora.runner import TransformersRunner

INSTALL = "pip install 'siliconfriend[local]'"
SAMPLE = (ChatMessage("user", "?"),)
"""A prompt that shows at once whether a chat template can be used."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A loaded model with its batcher and tokenizer, shared by all views of one generator."""

    loaded: "LoadedModel"
    runner: "TransformersRunner"
    batcher: Batcher
    tokenizer: ChatTokenizer
    guides: "GuideFactory"
    options: LocalOptions


def start_engine(options: LocalOptions) -> Engine:
    """Loads a model and starts its batcher. It blocks; raises as `start_local_model` does."""
    try:
        from jinja2 import TemplateError  # noqa: PLC0415

        from brain.generators.local_lora.loading import load  # noqa: PLC0415 an extra, and large
    except ImportError as exc:
        raise MissingPart(part="torch", command=INSTALL) from exc
    if find_spec("llguidance") is None:
        # Checked now rather than when the first facts are extracted.
        raise MissingPart(part="llguidance", command=INSTALL)
    engine = create_engine(load(options), options)
    try:
        engine.tokenizer.prompt(SAMPLE)
    except TemplateError as exc:
        engine.batcher.close()
        raise TemplateBroken(model=options.name, problem=str(exc)) from exc
    return engine


def create_engine(
    loaded: "LoadedModel",
    options: LocalOptions,
    *,
    wrap_runner: Callable[["TransformersRunner"], "TransformersRunner"] = lambda runner: runner,
) -> Engine:
    """Starts the batcher for a model that is loaded already.

    Args:
        loaded: the model.
        options: how to run it.
        wrap_runner: may wrap the runner before the batcher gets it, which tests use.
    """
    from brain.generators.local_lora.constrained_decoding import GuideFactory  # noqa: PLC0415
    from brain.generators.local_lora.runner import TransformersRunner  # noqa: PLC0415
    from brain.generators.local_lora.sampling import Sampler  # noqa: PLC0415

    sampler = Sampler(
        loaded.model.generation_config,
        temperature=options.temperature,
        top_p=options.top_p,
        seed=options.seed,
        device=loaded.device,
    )
    runner = wrap_runner(
        TransformersRunner(
            loaded, sampler=sampler, compiled=options.compiled, most_rows=options.most_rows
        )
    )
    batcher = Batcher(
        runner,
        stops=loaded.stops,
        most_rows=options.most_rows,
        most_waiting=options.most_waiting,
        chunk_tokens=None if loaded.layout.needs_whole_prompt else options.chunk_tokens,
    )
    tokenizer = ChatTokenizer(loaded.tokenizer, chat_template=options.chat_template)
    guides = GuideFactory(loaded.tokenizer, stops=loaded.stops, model=loaded.name)
    return Engine(loaded, runner, batcher, tokenizer, guides, options)


def read_voice(engine: Engine, name: str, folder: Path) -> tuple["Adapter", ChatTokenizer]:
    """Reads an adapter and returns it with the tokenizer for its prompts. It blocks.

    Raises:
        AdapterRefused: a subclass for each reason.
    """
    from jinja2 import TemplateError  # noqa: PLC0415

    from brain.generators.local_lora.adapters import read_adapter  # noqa: PLC0415

    adapter = read_adapter(
        folder,
        name=name,
        layers=engine.runner.stack.shapes,
        base=engine.loaded.base,
        any_base=engine.options.any_base,
    )
    template, stops = engine.options.chat_template or template_in(folder), stops_in(folder)
    if template is None and not stops:
        return adapter, engine.tokenizer
    tokenizer = ChatTokenizer(engine.loaded.tokenizer, chat_template=template, stops=stops)
    try:
        tokenizer.prompt(SAMPLE)
    except TemplateError as exc:
        raise AdapterDamaged(adapter=name, path=f"chat_template ({folder})") from exc
    return adapter, tokenizer
