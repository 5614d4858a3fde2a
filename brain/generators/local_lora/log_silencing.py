"""The libraries' own chatter, kept off the terminal, and what of it a person should read."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# For good, as peft imports it wherever it is installed: it remarks on kernels that it lacks, and
# at each layer of each step on the numbers that it is given.
logging.getLogger("bitsandbytes").setLevel(logging.ERROR)


LONGEST_LINE = 300
"""Characters."""


def first_line(error: BaseException) -> str:
    """What a library says of a problem, or its name for it: the rest is for developers."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:LONGEST_LINE]


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars, hints and warnings of transformers and peft meanwhile.

    They tell developers what will change in the next version; a person waits for an adapter.
    """
    # Late: whoever has no transformers is told so elsewhere.
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
