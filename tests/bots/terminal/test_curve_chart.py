import pytest

from bots.terminal.curve_chart import HEIGHT, WIDTH, bar, draw


def chart(**changes: float) -> list[str]:
    settings = {"elapsed": 0.0, "ahead": 300.0, "strength": 100.0, "fade": 0.05} | changes
    return draw(**settings, marks=[("now", 0), ("fades", 299.6)])


def heights(lines: list[str]) -> list[int]:
    """Of each column, how many cells are filled."""
    rows = [line[8:].ljust(WIDTH) for line in lines[:HEIGHT]]
    return [sum(row[column] in "▁▂▃▄▅▆▇█" for row in rows) for column in range(WIDTH)]


def test_a_fresh_memory_starts_at_the_top_and_only_falls() -> None:
    columns = heights(chart())
    assert columns[0] == HEIGHT
    assert columns == sorted(columns, reverse=True)
    assert columns[-1] <= 1


def test_what_was_recalled_long_ago_starts_lower_and_a_stronger_one_stays_higher() -> None:
    assert heights(chart(elapsed=70))[0] == pytest.approx(HEIGHT / 2, abs=1)
    assert sum(heights(chart(strength=400))) > sum(heights(chart()))


def test_the_level_at_which_it_fades_is_named_and_the_days_are_marked() -> None:
    lines = chart(fade=0.25)
    assert any(line.startswith(" 25 %") or " 25 % ┤" in line for line in lines)
    assert lines[HEIGHT + 1] == f"{'':7}↑ now"
    assert lines[HEIGHT + 2].endswith("fades ↑")
    assert len(lines[HEIGHT + 2]) == 7 + WIDTH


def test_the_line_of_fading_is_seen_where_the_curve_lies_below_it() -> None:
    assert "┄" in "".join(chart(fade=0.5))


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0, "░░░░"), (1, "████"), (0.5, "██░░"), (2, "████"), (-1, "░░░░"), (0.625, "██▌░")],
)
def test_a_bar_shows_a_share(share: float, drawn: str) -> None:
    assert bar(share, width=4) == drawn
