"""Silences the log output of the model libraries and shortens their error messages for people."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# Silenced for good, because peft imports it wherever it is installed. It warns about missing
# kernels and, at each layer of each step, about the data type of its input.
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


LONGEST_LINE = 300
"""Most characters of an error message."""


def first_line(error: BaseException) -> str:
    """Returns the first line of a library's error message, or the error's class if it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:LONGEST_LINE]


@contextmanager
def silenced() -> Iterator[None]:
    """Silences progress bars, hints and warnings of transformers and peft within the block.

    They are meant for developers, such as announcements of changes in the next version.
    """
    # Imported late, because transformers is optional and its absence is reported elsewhere.
    from transformers.utils import logging as chatter  # noqa: PLC0415

    level, bars = chatter.get_verbosity(), chatter.is_progress_bar_enabled()
    chatter.set_verbosity_error()  # type: ignore[no-untyped-call]
    chatter.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        chatter.set_verbosity(level)
        if bars:
            chatter.enable_progress_bar()  # type: ignore[no-untyped-call]
