"""Shows how far a long command is: a bar at a terminal, a line for each tenth elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from bots.terminal.session import notices

_TENTHS = 10


class ShowProgress(Protocol):
    """Shows how far a command is."""

    def __call__(self, done: int, total: int, *, title: str | None = None) -> None:
        """Show that `done` of `total` steps are done, under another title from now on if given."""
        ...


@contextmanager
def progress_bar(title: str, *, in_bytes: bool = False) -> Iterator[ShowProgress]:
    """Shows progress on standard error while the block runs.

    Args:
        title: what is being done.
        in_bytes: whether a step is a byte.

    Yields:
        A function to call with what is done and the total.
    """
    console = notices()
    if not console.is_terminal:
        yield _lines(title, unit=1_000_000 if in_bytes else 1, suffix=" MB" if in_bytes else "")
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        *((DownloadColumn(), TransferSpeedColumn()) if in_bytes else (MofNCompleteColumn(),)),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int, *, title: str | None = None) -> None:
            bar.update(task, completed=done, total=total, description=title)

        yield show


def _lines(first_title: str, *, unit: int, suffix: str) -> ShowProgress:
    shown, last_title = 0, first_title

    def show(done: int, total: int, *, title: str | None = None) -> None:
        nonlocal shown, last_title
        last_title = title or last_title
        tenth = _TENTHS * done // total if total else _TENTHS
        # What follows the last tenth tells that all is done; the next step begins again at 0.
        if shown < tenth < _TENTHS:
            click.echo(f"{last_title} {done // unit}/{total // unit}{suffix}", err=True)
        shown = tenth % _TENTHS

    return show
