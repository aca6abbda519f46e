"""Numbers and strings go between Arrow and numpy unchanged, and pandas stays out of it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Corpus, arrow

KINDS = [pa.int8(), pa.uint16(), pa.int32(), pa.int64(), pa.uint64(), pa.float64(), pa.bool_()]


@given(st.sampled_from(KINDS), st.lists(st.integers(0, 1), max_size=40), st.integers(0, 10))
def test_numbers_are_those_of_the_array(kind: pa.DataType, values: list[int], start: int) -> None:
    array = pa.array([bool(v) if kind == pa.bool_() else v for v in values], kind).slice(start)
    found = arrow.numbers(array)
    assert found.tolist() == array.to_pylist()
    assert found.dtype == array.to_numpy(zero_copy_only=False).dtype
    back = arrow.from_numbers(found)
    back.validate(full=True)
    assert back.equals(array)
    chunked = pa.chunked_array([array, array.slice(1)], kind)
    assert arrow.numbers(chunked).tolist() == chunked.to_pylist()
    assert arrow.numbers(pa.chunked_array([], kind)).dtype == found.dtype


def test_days_are_numbers_since_1970() -> None:
    assert arrow.numbers(pa.array([dt.date(1970, 1, 3)])).tolist() == [2]


def test_what_are_no_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="1 values are null"):
        arrow.numbers(pa.array([1, None]))
    with pytest.raises(TypeError, match="string are no numbers"):
        arrow.numbers(pa.array(["а"]))
    with pytest.raises(TypeError, match="no numbers of type complex"):
        arrow.from_numbers(np.zeros(1, complex))


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), max_size=30), st.integers(0, 5))
def test_nulls_are_known(values: list[int | None], start: int) -> None:
    array = pa.array(values, pa.int64()).slice(start)
    assert arrow.is_null(array).tolist() == [value is None for value in values[start:]]
    filled = np.array([value or 0 for value in values[start:]], np.int64)
    back = arrow.from_numbers(filled, ~arrow.is_null(array))
    back.validate(full=True)
    assert back.equals(array)


@given(st.lists(st.text(), max_size=20))
def test_strings_stay_what_they_are(values: list[str]) -> None:
    array = arrow.strings(values)
    array.validate(full=True)
    assert array.to_pylist() == [v.encode("utf-8", "replace").decode() for v in values]


@pytest.mark.parametrize("what", ["search", "concordance", "timeline", "dispersion"])
def test_a_first_answer_does_not_wait_for_pandas(sample: Corpus, what: str) -> None:
    code = (
        "import sys; from corpus import Corpus\n"
        f"answer = repr(Corpus(sys.argv[1]).{what}('мост'))\n"
        "assert answer.count('\\n') > 1, answer\n"
        "assert 'pandas' not in sys.modules, 'pandas was loaded'"
    )
    subprocess.run([sys.executable, "-c", code, str(Path(sample.root))], check=True)
