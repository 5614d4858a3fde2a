"""Shows how far a long command is: a bar at a terminal, a line for each tenth elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bots.terminal.session import notices

_TENTHS = 10


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Shows progress on standard error while the block runs.

    Args:
        title: what is being done.

    Yields:
        A function to call with what is done and the total.
    """
    console = notices()
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(title: str) -> Callable[[int, int], None]:
    shown = 0

    def show(done: int, total: int) -> None:
        nonlocal shown
        tenth = _TENTHS * done // total if total else _TENTHS
        # That all is done is told by what follows.
        if shown < tenth < _TENTHS:
            shown = tenth
            click.echo(f"{title} {done}/{total}", err=True)

    return show
