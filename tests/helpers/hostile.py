"""Articles that try to break whatever they are written into."""

from __future__ import annotations

from hypothesis import strategies as st

from corpus.model import Article

PIECES = (
    "мост Велга открыла «паром» https://ru.example/?a=1&b=2 и т. д. А. Петров 3,14 млн. шёл…"
    ' " \\ \\" \' < > & &quot; <doc id="x"> </doc> <g/> </s> <s> <!-- <?xml _ __ | # = {} { } % $ ~'
).split(" ")
BREAKS = [" ", " ", " ", "", ".", ". ", "\t", "\n", "\r\n", "\n\n", "\n\n## "]
ODD = ["\u2028", "\x85", "\x00", "\x0b", "\x1c", "\u202e", "\u200f", "\u00a0", "\u200d", "\ufeff"]
ODD += ["\ud83d", "\U0010ffff", "е\u0301", "\u3000"]

texts = st.lists(st.sampled_from([*PIECES, *BREAKS, *ODD]) | st.text(max_size=5)).map("".join)
words = st.lists(st.sampled_from([*PIECES, " ", *ODD]), max_size=5).map("".join)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Return an article of which any field may be empty or odd."""
    return Article(
        title=draw(texts | st.just("")),
        lead=draw(texts | st.just("")),
        text=draw(texts),
        id=draw(words),
        source=draw(words),
        url=draw(words),
        authors=tuple(draw(st.lists(words, max_size=5))),
        tags=tuple(draw(st.lists(words, max_size=2))),
        date=draw(st.none() | st.dates()),
        markup=draw(st.sampled_from(["plain", "headings"])),
    )
