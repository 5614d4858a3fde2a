"""The error of a benchmark whose data cannot be used."""

from brain.errors import BadInput


class BadBenchmark(BadInput):
    """A benchmark's data cannot be read, or its results cannot be written.

    Values: `path`; `reason`, one of the words that the text `error-bad-benchmark` in the catalogue
    distinguishes; and for `too-big` also `known`, the limit in MiB.
    """

    key = "error-bad-benchmark"
