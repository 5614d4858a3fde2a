"""Defines the command `siliconfriend train`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from bots.terminal.options import debug_option
from bots.terminal.progress import progress_bar
from bots.terminal.sanitizing import strip_control_characters
from bots.terminal.session import Session, notices, open_session, output
from brain.training.chat_templates import CHAT_TEMPLATES
from brain.training.masking import learned_spans
from brain.training.pipeline import PreparedTraining, prepare, train
from brain.training.presets import PRESETS, Recipe
from brain.training.run_manifest import check_folder

if TYPE_CHECKING:
    from brain.training.tuning import Losses

MODELS = "models"
"""Folder in the data folder for models that were converted from GGUF."""
LEARNED = "bold green"
"""Style of the text that is learned."""


@click.command("train")
@click.argument("data", type=click.Path(path_type=Path))
@click.option(
    "--model", required=True, help="Base model: a folder, a name on the hub, or a GGUF file."
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the adapter.")
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    default="paper",
    show_default=True,
    help="Values of the options that you do not give.",
)
@click.option("--rank", type=click.IntRange(min=1), help="Rank of the adapter.")
@click.option(
    "--alpha",
    type=click.FloatRange(min=0, min_open=True),
    help="Alpha: the adapter is scaled by alpha / rank.",
)
@click.option(
    "--dropout", type=click.FloatRange(0, 1, max_open=True), help="Dropout in the adapter."
)
@click.option("--targets", help="Layers to adapt, such as q_proj,v_proj; or all-linear.")
@click.option("--epochs", type=click.FloatRange(min=0, min_open=True), help="Passes over the data.")
@click.option(
    "--learning-rate", type=click.FloatRange(min=0, min_open=True), help="Highest learning rate."
)
@click.option("--batch", type=click.IntRange(min=1), help="Sequences in a batch.")
@click.option("--accumulation", type=click.IntRange(min=1), help="Batches per optimiser step.")
@click.option("--max-tokens", type=click.IntRange(min=8), help="Most tokens of a sequence.")
@click.option(
    "--form", type=click.Choice(list(CHAT_TEMPLATES)), help="Chat template for a model without one."
)
@click.option(
    "--validation",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.05,
    show_default=True,
    help="Share of the dialogues that is kept for validation.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Random seed."
)
@click.option("--resume", is_flag=True, help="Continue from the last checkpoint in --out.")
@click.option("--dry-run", is_flag=True, help="Only show what is learned of the first sequence.")
@debug_option
def command(
    *,
    data: Path,
    model: str,
    out: Path | None,
    preset: str,
    validation: float,
    seed: int,
    resume: bool,
    dry_run: bool,
    targets: str | None,
    **figures: Any,  # noqa: ANN401 the options of the recipe, checked by click
) -> None:
    """Train a LoRA adapter on the dialogues in DATA; only the assistant's words are learned.

    DATA is JSON Lines: {"messages": [{"role": …, "content": …}, …]} or {"input": …, "output": …}.
    Presets are paper (rank 16, 3 epochs), and chatglm and belle (as in the first SiliconFriend).
    Nothing leaves this machine, and only a model that you name by its hub name is downloaded.
    """
    if out is None and not dry_run:
        raise click.MissingParameter(
            param_hint="--out", param_type="option", ctx=click.get_current_context()
        )
    if out is not None and not dry_run:
        check_folder(out, resume=resume)
    recipe = _recipe(PRESETS[preset], targets=targets, figures=figures)
    session = open_session()
    console = notices()
    with console.status(session.say("training-loading")):
        prepared = prepare(
            data,
            model=model,
            models=session.settings.data_dir / MODELS,
            recipe=recipe,
            validation=validation,
            seed=seed,
            weights=not dry_run,
        )
    click.echo(session.say("training-plan", **prepared.counts), err=True)
    if prepared.left_out:
        click.echo(session.say("training-left-out", count=prepared.left_out), err=True)
    if out is None or dry_run:
        _show(session, prepared)
        return
    title = session.say("training-progress")
    with progress_bar(title) as show:

        def show_loss(done: int, total: int, loss: float | None) -> None:
            if loss is None:
                show(done, total)
            else:
                figure = session.say("training-loss", loss=f"{loss:.3f}")
                show(done, total, title=f"{title} ({figure})")

        losses = train(
            prepared,
            out=out,
            resume=resume,
            made_at=session.clock.now(),
            language=session.language,
            progress=show_loss,
        )
    _tell(session, losses, out)


def _recipe(preset: Recipe, *, targets: str | None, figures: dict[str, Any]) -> Recipe:
    named = {name: value for name, value in figures.items() if value is not None}
    if targets is not None:
        named["targets"] = tuple(name.strip() for name in targets.split(",") if name.strip())
    return replace(preset, **named)


def _show(session: Session, prepared: PreparedTraining) -> None:
    """Print the first sequence, with what is learned in brackets and, at a terminal, in colour."""
    sample = prepared.training[0]
    click.echo(
        session.say("training-sample", tokens=len(sample.ids), learned=sample.learned), err=True
    )
    text = Text()
    for piece, learned in learned_spans(sample, prepared.base.tokenizer):
        text.append(
            f"⟦{strip_control_characters(piece)}⟧" if learned else strip_control_characters(piece),
            LEARNED if learned else "",
        )
    output().print(text, soft_wrap=True)


def _tell(session: Session, losses: "Losses", out: Path) -> None:
    first, last = losses.training[0][1], losses.training[-1][1]
    click.echo(session.say("training-done", out=str(out), first=f"{first:.3f}", last=f"{last:.3f}"))
    if not losses.validation:
        return
    before, after = losses.validation[0][1], losses.validation[-1][1]
    click.echo(session.say("training-validated", first=f"{before:.3f}", last=f"{after:.3f}"))
    if after >= before:
        click.echo(session.say("training-worse"), err=True)
