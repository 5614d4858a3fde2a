"""Measures several adapters in one batch: the second table of `benchmarks.generation`.

    mixed         this project's continuous batch, with an adapter for each row
    apart         this project's continuous batch, one adapter's chats after the other's
    peft, mixed   `generate` with `adapter_names`, in a static batch, because the continuous batch
                  of transformers (`generate_batch`) takes one adapter at a time
    peft, apart   `generate`, with a static batch for each adapter

The costs are in relation to the row with 0 adapters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.generation_baselines import Chat, by_generate, by_generate_apart, with_peft
from benchmarks.generation_engine import by_engine
from brain.generators.local_lora.loading import LoadedModel

NONE = "-"


@dataclass(frozen=True, slots=True)
class _EngineSpeeds:
    """Tokens per second of this project's engine, by the number of adapters."""

    mixed: dict[int, float]
    """Includes 0 adapters."""
    apart: dict[int, float]


async def compare_adapters(
    row: Callable[..., None],
    loaded: LoadedModel,
    asked: Sequence[Sequence[Chat]],
    *,
    voices: Sequence[int],
    compiled: bool,
    runs: int,
) -> None:
    """Measure and print the table; the model is changed and cannot be used afterwards.

    Args:
        row: prints one line of the table.
        loaded: the model.
        asked: batches of chats, which are given the adapters in turns.
        voices: numbers of adapters.
        compiled: whether the engine decodes through torch.compile.
        runs: runs for each figure, the best of which counts.
    """
    # The engine is measured before peft puts layers of its own into the model.
    found = [
        await _engine_speeds(loaded, batch, voices=voices, compiled=compiled, runs=runs)
        for batch in asked
    ]
    device = loaded.device
    static = [
        max(by_generate(loaded.model, batch, together=True, device=device) for _ in range(runs))
        for batch in asked
    ]
    columns = ("chats", "adapters", "mixed", "cost", "apart", "peft, mixed", "cost", "peft, apart")
    row(*columns)
    row(*("---" for _ in columns))
    adapted = with_peft(loaded.model, max(voices))
    for batch, own, bare in zip(asked, found, static, strict=True):
        row(f"{len(batch)}", "0", f"{own.mixed[0]:.1f}", NONE, NONE, f"{bare:.1f}", NONE, NONE)
        for count in voices:
            names = [f"{number % count}" for number in range(len(batch))]
            by_peft = max(
                by_generate(adapted, batch, together=True, device=device, names=names)
                for _ in range(runs)
            )
            apart = max(
                by_generate_apart(adapted, batch, names=names, device=device) for _ in range(runs)
            )
            row(
                f"{len(batch)}", f"{count}", f"{own.mixed[count]:.1f}",
                f"{1 - own.mixed[count] / own.mixed[0]:.0%}", f"{own.apart[count]:.1f}",
                f"{by_peft:.1f}", f"{1 - by_peft / bare:.0%}", f"{apart:.1f}",
            )  # fmt: skip


async def _engine_speeds(
    loaded: LoadedModel, asked: Sequence[Chat], *, voices: Sequence[int], compiled: bool, runs: int
) -> _EngineSpeeds:
    async def best(adapters: int, *, apart: bool) -> float:
        many = [
            await by_engine(loaded, asked, adapters=adapters, compiled=compiled, apart=apart)
            for _ in range(runs)
        ]
        return max(speed for speed, _ in many)

    return _EngineSpeeds(
        mixed={count: await best(count, apart=False) for count in (0, *voices)},
        apart={count: await best(count, apart=True) for count in voices},
    )
