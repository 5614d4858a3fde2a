"""Finds the person's own words in the text of a turn. Pure.

Facts, portrait and history rest on these alone: what the person quoted, forwarded or attached was
said by others. A turn is one text, in which quotations and attached files are marked:

    > quoted            a line that quotes; ">>> " quotes all that follows
    [notes.txt]         on a line of its own: what follows stood in a file of that name
"""

import re

_OTHERS = re.compile(
    r"^[ \t]*(?:>>> .*\Z|>+(?: [^\n]*)?(?:\n|\Z)|\[[^\]\n]+\.\w{1,8}\]\n.*\Z)",
    re.MULTILINE | re.DOTALL,
)


def own_words(text: str) -> str:
    """Return the text of a turn without the words of others; empty if there are only such."""
    return _OTHERS.sub("", text).strip()
