"""A loaded model at work, and what all who speak through it share."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from brain.errors import MissingPart
from brain.generators.local_lora.adapter_folders import template_in
from brain.generators.local_lora.batching import Batcher
from brain.generators.local_lora.errors import AdapterDamaged, TemplateBroken
from brain.generators.local_lora.options import LocalOptions
from brain.generators.local_lora.tokenizing import ChatText
from brain.messages import ChatMessage

if TYPE_CHECKING:
    from brain.generators.local_lora.adapters import Adapter
    from brain.generators.local_lora.constrained_decoding import Guides
    from brain.generators.local_lora.loading import LoadedModel
    from brain.generators.local_lora.runner import Runner

INSTALL = "pip install 'siliconfriend[local]'"
SAMPLE = (ChatMessage("user", "?"),)
"""Shows at once whether a chat template can be used."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What all views of one model share."""

    loaded: "LoadedModel"
    runner: "Runner"
    batcher: Batcher
    text: ChatText
    guides: "Guides"
    options: LocalOptions


def start(options: LocalOptions) -> Engine:
    """Load a model and begin to work; blocks. Raises as `start_local_model`."""
    try:
        from jinja2 import TemplateError  # noqa: PLC0415

        from brain.generators.local_lora.loading import load  # noqa: PLC0415 an extra, and large
    except ImportError as exc:
        raise MissingPart(part="torch", command=INSTALL) from exc
    if find_spec("llguidance") is None:
        # Now, rather than in the middle of a day's facts.
        raise MissingPart(part="llguidance", command=INSTALL)
    engine = engine_for(load(options), options)
    try:
        engine.text.prompt(SAMPLE)
    except TemplateError as exc:
        engine.batcher.close()
        raise TemplateBroken(model=options.name, problem=str(exc)) from exc
    return engine


def engine_for(
    loaded: "LoadedModel",
    options: LocalOptions,
    *,
    wrapped: Callable[["Runner"], "Runner"] = lambda runner: runner,
) -> Engine:
    """Put a model to work that is loaded already. `wrapped` may stand between, as tests want."""
    from brain.generators.local_lora.constrained_decoding import Guides  # noqa: PLC0415
    from brain.generators.local_lora.runner import Runner  # noqa: PLC0415
    from brain.generators.local_lora.sampling import Sampler  # noqa: PLC0415

    sampler = Sampler(
        loaded.model.generation_config,
        temperature=options.temperature,
        top_p=options.top_p,
        seed=options.seed,
        device=loaded.device,
    )
    runner = wrapped(
        Runner(loaded, sampler=sampler, compiled=options.compiled, most_rows=options.most_rows)
    )
    batcher = Batcher(
        runner,
        stops=loaded.stops,
        most_rows=options.most_rows,
        most_waiting=options.most_waiting,
        chunk_tokens=None if loaded.geometry.reads_whole else options.chunk_tokens,
    )
    text = ChatText(loaded.tokenizer, chat_template=options.chat_template)
    guides = Guides(loaded.tokenizer, stops=loaded.stops, model=loaded.name)
    return Engine(loaded, runner, batcher, text, guides, options)


def read(engine: Engine, name: str, folder: Path) -> tuple["Adapter", ChatText]:
    """An adapter, and the way to its prompts; blocks. Raises AdapterRefused."""
    from jinja2 import TemplateError  # noqa: PLC0415

    from brain.generators.local_lora.adapters import read_adapter  # noqa: PLC0415

    adapter = read_adapter(
        folder,
        name=name,
        layers=engine.runner.stack.shapes,
        base=engine.loaded.base,
        any_base=engine.options.any_base,
    )
    template = engine.options.chat_template or template_in(folder)
    if template is None:
        return adapter, engine.text
    text = ChatText(engine.loaded.tokenizer, chat_template=template)
    try:
        text.prompt(SAMPLE)
    except TemplateError as exc:
        raise AdapterDamaged(adapter=name, path=f"chat_template ({folder})") from exc
    return adapter, text
