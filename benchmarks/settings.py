"""Prints the table of settings in `docs/settings.md`: `python -m benchmarks.settings`."""

from bots.settings.root import settings_table


def table() -> str:
    """Returns the table as Markdown."""
    rows = [
        f"| `{row.variable}` | {f'`{row.default}`' if row.default else ''} | {row.meaning} |"
        for row in settings_table()
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


if __name__ == "__main__":
    print(table())
