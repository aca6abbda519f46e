"""Line breaks: what the shortcut takes for the end of a paragraph the policies take for one too."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.text.paragraphs import SPLIT, Break, Layout, _is_plain, _said

LINES = st.lists(
    st.text(alphabet="аБ.!?…:;,»)(«„[*#-—1 ", min_size=1, max_size=70).map(str.strip).filter(len),
    min_size=2,
    max_size=5,
)
GAPS = st.sampled_from(["\n", "\n\n", " \n", "\n ", " \n ", "\n \n"])


@given(LINES, st.lists(GAPS, min_size=4, max_size=4), st.booleans(), st.sampled_from("SJG"))
def test_what_is_plain_no_policy_would_close(
    lines: list[str], gaps: list[str], indented: bool, previous: str
) -> None:
    unwrapped = Layout(False, 0)
    before = {"S": SPLIT, "J": " ", "G": ""}[previous]
    beyond = [*lines[2:], ""]
    for (line, after), gap, last in zip(pairwise(lines), gaps, beyond, strict=False):
        if _is_plain(line, gap, after):
            assert _said(Break(line, gap, after, indented, before, "\n", last), unwrapped) == SPLIT
