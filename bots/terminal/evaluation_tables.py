"""Builds the tables of `siliconfriend eval`, as Markdown."""

from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.table import Table

from bots.terminal.session import Session
from brain.evaluation.forgetting import SHARES, ForgettingMeasurement, GrowthMeasurement
from brain.evaluation.retrieval import Method
from brain.evaluation.rules import REFERENCE
from brain.evaluation.runs import ALL_KINDS, RetrievalResult
from brain.evaluation.scores import DEPTH, Mean
from brain.memory.importance import UseWeights


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


def forgetting_tables(measurements: Sequence[ForgettingMeasurement]) -> Iterator[Table]:
    """Yield a table for each set of data: the share of questions answered, by rule and share kept.

    A score whose difference from the rule `REFERENCE` may be chance is marked with `~`.
    """
    for data in dict.fromkeys(one.data for one in measurements):
        of_data = {(one.rule, one.share): one for one in measurements if one.data == data}
        whole = of_data["none", 1.0].any_at_10
        shares = [f"{100 * share:.0f} % kept" for share in SHARES]
        table = Table(f"{data}: any@{DEPTH}, all kept {whole.percent()}", *shares, box=box.MARKDOWN)
        for rule in dict.fromkeys(rule for rule, share in of_data if share in SHARES):
            cells = [of_data[rule, share] for share in SHARES]
            table.add_row(
                rule,
                *(
                    one.any_at_10.percent()
                    + ("" if one.is_significant or rule == REFERENCE else " ~")
                    for one in cells
                ),
            )
        yield table


def weights_table(weights: Mapping[str, UseWeights]) -> Table:
    """Return a table of the weights of `predict_use`, fitted without each set of data."""
    table = Table("left out", "new words", "importance", "answer", "usual", box=box.MARKDOWN)
    for name, fitted in weights.items():
        cells = (fitted.new_words, fitted.importance, fitted.answer, fitted.usual)
        table.add_row("nothing" if name == ALL_KINDS else name, *(f"{one:.2f}" for one in cells))
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
