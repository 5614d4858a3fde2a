"""What may be wrong with the data of a benchmark."""

from brain.errors import BadInput


class BadBenchmark(BadInput):
    """Values: `path` and `reason`, a word that the catalogue knows; `known` with some."""

    key = "error-bad-benchmark"
