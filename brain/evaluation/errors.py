"""The error of a benchmark whose data cannot be used."""

from brain.errors import BadInput


class BadBenchmark(BadInput):
    """A benchmark's data cannot be read, or its results cannot be written.

    Values: `path`; `reason`, one of the words that the text `error-bad-benchmark` in the catalogue
    distinguishes; for `too-big` also `known`, the limit in MiB; for a wrong line also `line`, its
    number; for `bad-line` also `detail`, what is wrong, in English; and for `repeated-id` and
    `unknown-turn` also `known`, the id of a turn.
    """

    key = "error-bad-benchmark"
