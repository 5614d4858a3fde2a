import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_st

from brain.embedders.chunking import (
    CHUNK_BYTES,
    MOST_CHUNKS,
    MOST_WHOLE_CHARACTERS,
    Matrix,
    chunk,
    pool,
)
from brain.errors import EmbedderError

LONG = st.builds(lambda text, times: text * times, st.text(), st.integers(1, 3000))
ROWS = numpy_st.arrays(
    np.float32,
    st.tuples(st.integers(1, 20), st.just(4)),
    elements=st.floats(0.125, 1, width=32),
)


def cleaned(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\0", " ").strip()


@given(text=st.one_of(st.text(), LONG))
@example(text="\x1c")
@example(text="a\ud800\0b")
@example(text="今天我和妹妹一起去公园遛狗。" * 300)
@example(text="x" * (MOST_WHOLE_CHARACTERS + 1))
def test_chunks_are_few_small_never_empty_and_reach_from_start_to_end(text: str) -> None:
    chunks = chunk([text]).chunks
    assert 1 <= len(chunks) <= MOST_CHUNKS
    assert all(part.strip(" ") and len(part) <= CHUNK_BYTES for part in chunks)
    assert (cleaned(text) or "-").startswith(chunks[0])
    assert (cleaned(text) or "-").endswith(chunks[-1])
    assert all(part.encode() and "\0" not in part for part in chunks)


@given(texts=st.lists(st.text()))
def test_each_text_has_chunks_of_its_own(texts: list[str]) -> None:
    together = chunk(texts)
    apart = [chunk([text]).chunks for text in texts]
    assert together.counts == tuple(map(len, apart))
    assert together.chunks == tuple(part for parts in apart for part in parts)


def test_a_chunk_of_chinese_is_shorter_as_each_character_weighs_more() -> None:
    chunks = chunk(["今天我和妹妹一起去公园遛狗。" * 60]).chunks
    assert all(len(part.encode()) <= CHUNK_BYTES for part in chunks)


def test_a_very_long_text_is_sampled_evenly() -> None:
    for size in (10_000, 100_000):
        chunks = chunk([" ".join(f"{number:07}" for number in range(size))]).chunks
        assert len(chunks) == MOST_CHUNKS
        # The second number: the first may be cut.
        steps = np.diff([int(part.split()[1]) for part in chunks])
        assert steps.max() < 1.3 * steps.min()


@given(rows=ROWS)
def test_the_vector_of_a_text_is_the_direction_of_the_mean(rows: Matrix) -> None:
    [vector] = pool(rows, [len(rows)])
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    mean = rows.astype(np.float64).mean(axis=0)
    assert vector @ mean == pytest.approx(np.linalg.norm(mean), rel=1e-5)


@given(rows=ROWS, data=st.data())
def test_a_text_is_pooled_alike_alone_and_among_others(rows: Matrix, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(rows)))
    counts = [cut, len(rows) - cut] if cut < len(rows) else [cut]
    [first, *_] = pool(rows, counts)
    np.testing.assert_array_equal(first, pool(rows[:cut], [cut])[0])


@pytest.mark.parametrize("row", [[0.0, 0.0], [float("nan"), 1.0], [float("inf"), 1.0]])
def test_a_vector_without_a_direction_is_an_error(row: list[float]) -> None:
    with pytest.raises(EmbedderError):
        pool(np.array([row], dtype=np.float32), [1])


def test_rows_that_are_missing_are_an_error() -> None:
    with pytest.raises(EmbedderError):
        pool(np.ones((2, 4), dtype=np.float32), [3])
