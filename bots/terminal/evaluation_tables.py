"""Builds the tables of `siliconfriend eval`, as Markdown."""

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.table import Table

from bots.terminal.session import Session
from brain.evaluation.forgetting import ForgettingMeasurement, GrowthMeasurement
from brain.evaluation.retrieval import Method
from brain.evaluation.runs import ALL_KINDS, RetrievalResult
from brain.evaluation.scores import DEPTH, Mean


def retrieval_tables(session: Session, part: RetrievalResult) -> Iterator[Table]:
    """Yield a table of all methods and, if there are kinds, one table for each method.

    Scores are percent, each with its standard error where it has one.
    """
    rows = list(part.rows())
    yield _table(part.name, {row[0].value: row for row in rows if row[1] == ALL_KINDS})
    for method in part.methods:
        by_kind = {row[1]: row for row in rows if row[0] is method and row[1] != ALL_KINDS}
        if len(by_kind) > 1:  # one kind is the whole
            yield _table(session.say("evaluation-by-kind", method=method.value), by_kind)


def _table(title: str, rows: Mapping[str, tuple[Method, str, int, Mapping[str, Mean]]]) -> Table:
    names = next((list(scores) for *_, scores in rows.values()), [])
    table = Table(title, "questions", *names, box=box.MARKDOWN)
    for name, (_, _, questions, scores) in rows.items():
        table.add_row(name, str(questions), *(mean.percent() for mean in scores.values()))
    return table


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


def growth_table(measurements: Sequence[GrowthMeasurement]) -> Table:
    """Return a table of the days of strength that needed turns and others gained by each rule."""
    until = ("needed, until asked", "others of the same days", "ratio")
    whole = ("needed, in the end", "others", "ratio")
    table = Table("grows what is", "person", *until, *whole, box=box.MARKDOWN)
    for one in measurements:
        grown = one.growth
        table.add_row(
            one.rule,
            one.person,
            f"{grown.needed_until_asked:.1f}",
            f"{grown.others_until_asked:.1f}",
            f"{grown.ratio_until_asked:.2f}",
            f"{grown.needed:.1f}",
            f"{grown.others:.1f}",
            f"{grown.ratio:.2f}",
        )
    return table
