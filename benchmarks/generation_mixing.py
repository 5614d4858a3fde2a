"""Adapters in one batch, three ways: the second table of `benchmarks.generation`.

`mixed` is the running batch of ours with an adapter a row; `peft, mixed` is `generate` with
`adapter_names`, in static batches, as the running batch of transformers (`generate_batch`) knows
one adapter at a time; `apart` is one adapter after the other, each with a batch of its own chats:
in the running batch, and with `generate`. The row of 0 adapters is the floor of each.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.generation_floors import Chat, by_generate, by_generate_apart, with_peft
from benchmarks.generation_ours import ours
from brain.generators.local_lora.loading import LoadedModel

NONE = "-"


@dataclass(frozen=True, slots=True)
class _Ours:
    """Tokens per second by the number of adapters."""

    mixed: dict[int, float]
    """0 among them."""
    apart: dict[int, float]


async def mixing(
    row: Callable[..., None],
    loaded: LoadedModel,
    asked: Sequence[Sequence[Chat]],
    *,
    voices: Sequence[int],
    compiled: bool,
    runs: int,
) -> None:
    """Print the table; each figure is the best of `runs`. Changes the model for good.

    Args:
        row: prints one line.
        loaded: the model.
        asked: crowds of chats, which take their adapters in turns.
        voices: numbers of adapters.
        compiled: decode ours through torch.compile.
        runs: of each.
    """
    # All of ours before peft puts layers of its own into the model.
    found = [
        await _ours(loaded, each, voices=voices, compiled=compiled, runs=runs) for each in asked
    ]
    device = loaded.device
    static = [
        max(by_generate(loaded.model, each, together=True, device=device) for _ in range(runs))
        for each in asked
    ]
    columns = ("chats", "adapters", "mixed", "cost", "apart", "peft, mixed", "cost", "peft, apart")
    row(*columns)
    row(*("---" for _ in columns))
    adapted = with_peft(loaded.model, max(voices))
    for each, own, bare in zip(asked, found, static, strict=True):
        row(f"{len(each)}", "0", f"{own.mixed[0]:.1f}", NONE, NONE, f"{bare:.1f}", NONE, NONE)
        for count in voices:
            names = [f"{number % count}" for number in range(len(each))]
            by_peft = max(
                by_generate(adapted, each, together=True, device=device, names=names)
                for _ in range(runs)
            )
            apart = max(
                by_generate_apart(adapted, each, names=names, device=device) for _ in range(runs)
            )
            row(
                f"{len(each)}", f"{count}", f"{own.mixed[count]:.1f}",
                f"{1 - own.mixed[count] / own.mixed[0]:.0%}", f"{own.apart[count]:.1f}",
                f"{by_peft:.1f}", f"{1 - by_peft / bare:.0%}", f"{apart:.1f}",
            )  # fmt: skip


async def _ours(
    loaded: LoadedModel, asked: Sequence[Chat], *, voices: Sequence[int], compiled: bool, runs: int
) -> _Ours:
    async def best(adapters: int, *, apart: bool) -> float:
        many = [
            await ours(loaded, asked, adapters=adapters, compiled=compiled, apart=apart)
            for _ in range(runs)
        ]
        return max(speed for speed, _ in many)

    return _Ours(
        mixed={count: await best(count, apart=False) for count in (0, *voices)},
        apart={count: await best(count, apart=True) for count in voices},
    )
