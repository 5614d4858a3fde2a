"""Builds the tables of `siliconfriend eval`, as Markdown."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.table import Table

from bots.terminal.session import Session
from brain.evaluation.cases import DEPTH
from brain.evaluation.forgetting import ForgettingMeasurement
from brain.evaluation.runs import ALL_CATEGORIES, RetrievalResult


def retrieval_tables(session: Session, part: RetrievalResult) -> Iterator[Table]:
    """Yield a table of all methods and, if there are categories, one table for each method."""
    rows = list(part.rows())
    names = [name for name in rows[0][2] if name != "questions"] if rows else []
    whole = Table(part.name, "questions", *names, box=box.MARKDOWN)
    for method, category, figures in rows:
        if category == ALL_CATEGORIES:
            whole.add_row(
                method.value,
                str(figures["questions"]),
                *(f"{100 * figures[name]:.1f}" for name in names),
            )
    yield whole
    for method in part.methods:
        split = [row for row in rows if row[0] is method and row[1] != ALL_CATEGORIES]
        if len(split) < 2:  # noqa: PLR2004 one category is the whole
            continue
        title = session.say("evaluation-by-category", method=method.value)
        table = Table(title, "questions", *names, box=box.MARKDOWN)
        for _, category, figures in split:
            table.add_row(
                category,
                str(figures["questions"]),
                *(f"{100 * figures[name]:.1f}" for name in names),
            )
        yield table


def forgetting_table(measurements: Sequence[ForgettingMeasurement]) -> Table:
    """Return a table of what each curve of forgetting keeps and recalls after each silence."""
    headings = ("forgetting", "days of silence", "memories", "of", "recall ms", "any@5")
    table = Table(*headings, f"any@{DEPTH}", box=box.MARKDOWN)
    for one in measurements:
        table.add_row(
            one.curve,
            str(one.days),
            str(one.kept),
            str(one.said),
            f"{one.recall_ms:.1f}",
            f"{100 * one.any_at_5:.1f}",
            f"{100 * one.any_at_10:.1f}",
        )
    return table
