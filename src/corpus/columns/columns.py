"""Columns: all tokens of a corpus, article after article, as arrays that are mapped from disk."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpus import arrow
from corpus.columns.attributes import Attribute
from corpus.columns.files import Contents, damaged, map_bytes, read_contents
from corpus.columns.vocabulary import Vocabulary
from corpus.reprints.sketches import Sketches, starts

KINDS: dict[str, np.dtype[Any]] = {
    # One number a token.
    "form": np.dtype("<i4"),
    "lemma": np.dtype("<i4"),
    "tag": np.dtype("<u2"),
    "pos": np.dtype("u1"),
    "flags": np.dtype("u1"),
    "start": np.dtype("<i4"),
    # One number an article.
    "number": np.dtype("<i8"),
    "tokens": np.dtype("<i4"),
    "words": np.dtype("<i4"),
    # One number a form.
    "outside": np.dtype("u1"),
    # One number for each token that has such a form.
    "unknown": np.dtype("<i8"),
    # Lemmas given and final ones, in pairs, the last one of a lemma counts.
    "renamed": np.dtype("<i4"),
    # Articles whose words have no vote any more.
    "gone": np.dtype("<i8"),
    # One number an article: hashes that are kept of it, its shingles, a hash of all of them.
    "sketched": np.dtype("<i4"),
    "shingles": np.dtype("<i4"),
    "print": np.dtype("<u8"),
    # The hashes that are kept, article by article.
    "sketch": np.dtype("<u8"),
    # Pairs of rows and how many shingles they share, in threes, the last one of a pair counts.
    "alike": np.dtype("<i4"),
    # Rows and those of their first versions, in pairs, the last one of a row counts.
    "story": np.dtype("<i4"),
}
"""The arrays and the kind of their numbers."""

VOCABULARIES = ("form", "lemma", "tag", "pos")
"""The arrays that hold codes; `….letters` and `….offsets` hold what the codes stand for."""

# Flags of a token. The lowest two bits are its zone, a place in ZONES.
ZONE = 3
WORD = 4
"""It is a word or a number, no punctuation."""
SPACE = 8
"""White space stands before it, in the same paragraph."""
SENTENCE = 16
"""It is the first of its sentence."""
PARAGRAPH = 32
"""It is the first of its paragraph."""

# So many tokens are looked up in a table of all.
_MANY = 1 << 12
# And so few by a plain search.
_FEW, _STRIDE = 1 << 5, 1 << 9
# Twice as many steps each time: more than lemmas ever take.
_MOST_STEPS = 3

Numbers = NDArray[np.int64]


class Columns:
    """The tokens of all articles, one after the other; a row is an article.

    Arrays are read-only. Rows of articles that were removed since are among them.
    """

    def __init__(self, folder: Path, contents: Contents) -> None:
        self._folder = folder
        self._contents = contents
        # All of them at once: whoever makes the columns anew deletes the files, not what is mapped.
        self._mapped = {name: map_bytes(folder, contents, name) for name in contents.kept}

    @classmethod
    def open(cls, folder: Path) -> Columns | None:
        """Return the newest state of a folder, None if none was made by this version."""
        contents = read_contents(folder)
        return None if contents is None else cls(folder, contents)

    def _array(self, name: str) -> NDArray[Any]:
        kind, data = KINDS[name], self._mapped.get(name, b"")
        if len(data) % kind.itemsize:
            raise damaged(self._contents.path(self._folder, name), "its size does not fit")
        return np.frombuffer(data, kind)

    def vocabulary(self, name: str) -> Vocabulary:
        """Return what the codes of a column stand for."""
        offsets, letters = (
            self._mapped.get(f"{name}.{part}", b"") for part in ("offsets", "letters")
        )
        try:
            return Vocabulary.from_buffers(offsets, letters)
        except (ValueError, pa.ArrowException) as error:
            path = self._contents.path(self._folder, f"{name}.offsets")
            raise damaged(path, error) from error

    # By token

    @cached_property
    def form(self) -> NDArray[np.int32]:
        """Code of the form as written."""
        return self._array("form")

    @cached_property
    def lemma(self) -> NDArray[np.int32]:
        """Code of the lemma that each token was given in its sentence; `final` may change it."""
        return self._array("lemma")

    @cached_property
    def tag(self) -> NDArray[np.uint16]:
        """Code of the OpenCorpora tag."""
        return self._array("tag")

    @cached_property
    def pos(self) -> NDArray[np.uint8]:
        """Code of the part of speech."""
        return self._array("pos")

    @cached_property
    def flags(self) -> NDArray[np.uint8]:
        """Zone, and WORD, SPACE, SENTENCE, PARAGRAPH."""
        return self._array("flags")

    @cached_property
    def start(self) -> NDArray[np.int32]:
        """First character in the text of its zone."""
        return self._array("start")

    @cached_property
    def forms(self) -> Vocabulary:
        return self.vocabulary("form")

    @cached_property
    def pieces(self) -> tuple[pa.LargeStringArray, int]:
        """All forms, then nothing, then a blank; and the place of the nothing."""
        more = arrow.strings(["", " "])
        return pa.concat_arrays([self.forms.strings, more]), len(self.forms)

    @cached_property
    def lemmas(self) -> Vocabulary:
        return self.vocabulary("lemma")

    @cached_property
    def tags(self) -> Vocabulary:
        return self.vocabulary("tag")

    @cached_property
    def parts(self) -> Vocabulary:
        """Parts of speech."""
        return self.vocabulary("pos")

    # By form, and by lemma

    @cached_property
    def outside(self) -> NDArray[np.bool_]:
        """Whether a form is a Russian word that the dictionary lacks."""
        return self._array("outside").astype(bool)

    @cached_property
    def unknown(self) -> Numbers:
        """The tokens that are such words, ascending."""
        return self._array("unknown")

    @cached_property
    def final(self) -> NDArray[np.int32] | None:
        """The lemma that each lemma became when the whole corpus had its vote; None if none did."""
        given, became = self._renamed
        if not len(given):
            return None
        final = np.arange(len(self.lemmas), dtype=np.int32)
        final[given] = became
        # What a lemma became may have become another one.
        for _ in range(_MOST_STEPS):
            final = final[final]
        return final

    @cached_property
    def renamed(self) -> dict[str, str]:
        """The lemmas that became others when the whole corpus had its vote, and what they are."""
        if self.final is None:
            return {}
        changed = np.flatnonzero(self.final != np.arange(len(self.final)))
        return self._as_names(changed, self.final[changed])

    @cached_property
    def voted(self) -> dict[str, str]:
        """What the vote said of each lemma that it changed, at least once."""
        return self._as_names(*self._renamed)

    @cached_property
    def _renamed(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        pairs = self._array("renamed")
        if len(pairs) % 2 or (
            len(pairs) and not 0 <= pairs.min() <= pairs.max() < len(self.lemmas)
        ):
            path = self._contents.path(self._folder, "renamed")
            raise damaged(path, "it names lemmas that are not there")
        return pairs[::2], pairs[1::2]

    def _as_names(self, given: NDArray[Any], became: NDArray[Any]) -> dict[str, str]:
        return dict(zip(self.lemmas.list(given), self.lemmas.list(became), strict=True))

    def lemma_of(self, form: str) -> str | None:
        """Return the final lemma that a form mostly has, however its letters are cased.

        None if no article that counts has it.
        """
        spellings = dict.fromkeys([form, form.lower(), form.capitalize(), form.upper()])
        codes = self.forms.codes(arrow.strings(list(spellings)))
        token = np.flatnonzero(np.isin(self.form, codes[codes >= 0]))
        row = self.first_token.searchsorted(token, "right") - 1
        token = token[~np.isin(self.number[row], self.gone)]
        if not len(token):
            return None
        given = self.lemma[token]
        lemmas, times = np.unique(
            given if self.final is None else self.final[given], return_counts=True
        )
        # Of those that are met equally often, the first one in the order of letters.
        return min(zip((-times).tolist(), self.lemmas.list(lemmas), strict=True))[1]

    @cached_property
    def gone(self) -> Numbers:
        """Numbers of removed articles whose words have no vote any more."""
        return self._array("gone")

    # By row

    @cached_property
    def number(self) -> Numbers:
        """The store's number of each article."""
        return self._array("number")

    @cached_property
    def first_token(self) -> Numbers:
        """Where each article's tokens start; one more for the end."""
        return starts(self._array("tokens"))

    @cached_property
    def first_word(self) -> Numbers:
        """The number of words before each article; one more for all of them."""
        return starts(self._array("words"))

    @cached_property
    def sketches(self) -> Sketches:
        """What tells which articles are alike; see `corpus.reprints`."""
        start = starts(self._array("sketched"))
        hashes, prints = (
            self._array(name).astype(np.uint64, copy=False) for name in ("sketch", "print")
        )
        shingles = self._array("shingles").astype(np.int64)
        if len(hashes) != start[-1] or not len(prints) == len(shingles) == len(start) - 1:
            raise damaged(self._contents.path(self._folder, "sketch"), "its size does not fit")
        return Sketches(hashes, start, shingles, prints)

    @cached_property
    def alike(self) -> tuple[Numbers, Numbers, Numbers]:
        """The pairs of rows that share text, the lower row first, and how many shingles."""
        a, b, common = self._in_columns("alike", 3, 2)
        key = a * max(1, len(self.number)) + b
        # Of a pair that is told twice, what is told last counts.
        _, last = np.unique(key[::-1], return_index=True)
        kept = len(key) - 1 - last
        kept = kept[common[kept] > 0]
        return a[kept], b[kept], common[kept]

    @cached_property
    def story(self) -> Numbers:
        """The row of each article's first version, its own if there is no other one."""
        row, first = self._in_columns("story", 2, 2)
        story = np.arange(len(self.number))
        story[row] = first
        return story

    def _in_columns(self, name: str, width: int, rows: int) -> list[Numbers]:
        """Return an array of so many numbers an entry, of which the first are rows."""
        data = self._array(name).astype(np.int64)
        if len(data) % width:
            raise damaged(self._contents.path(self._folder, name), "its size does not fit")
        entries = data.reshape(-1, width)
        named = entries[:, :rows]
        if named.size and not 0 <= named.min() <= named.max() < len(self.number):
            path = self._contents.path(self._folder, name)
            raise damaged(path, "it names articles that are not there")
        return list(entries.T)

    # By word

    @cached_property
    def words(self) -> Numbers:
        """The token of each word, words being numbered through all articles."""
        return np.flatnonzero(self.flags & WORD)

    @cached_property
    def word_lemma(self) -> NDArray[np.int32]:
        """Code of the final lemma of each word."""
        given = self.lemma[self.words]
        return given if self.final is None else self.final[given]

    @cached_property
    def word_form(self) -> NDArray[np.int32]:
        """Code of the form of each word."""
        return self.form[self.words]

    @cached_property
    def word_pos(self) -> NDArray[np.uint8]:
        """Code of the part of speech of each word."""
        return self.pos[self.words]

    @cached_property
    def word_row(self) -> NDArray[np.int32]:
        """The row of each word."""
        counts = np.diff(self.first_word)
        return np.repeat(np.arange(len(counts), dtype=np.int32), counts)

    @cached_property
    def word_zone(self) -> NDArray[np.int32]:
        """The zone that each word stands in; stretches of tokens of one zone are numbered."""
        zone = self.flags & ZONE
        fresh = np.zeros(len(zone), bool)
        np.not_equal(zone[1:], zone[:-1], out=fresh[1:])
        # Articles without tokens start where the next one does, maybe behind all tokens.
        starts = self.first_token
        fresh[starts[starts < len(zone)]] = True
        return np.cumsum(fresh, dtype=np.int32)[self.words]

    def attribute(self, name: str, case: bool = False) -> Attribute:
        """Return the lemma, form, pos or tag of words; forms in small letters unless `case`."""
        key = name, case and name == "form"
        if key not in self._attributes:
            self._attributes[key] = self._attribute(*key)
        return self._attributes[key]

    def _attribute(self, name: str, case: bool) -> Attribute:
        if name == "form" and not case:
            small, vocabulary = self.forms.lowered
            return Attribute.of(small[self.word_form], vocabulary, self.word_row)
        raw = getattr(self, name)[self.words]
        if name == "lemma":
            return Attribute.of(raw, self.lemmas, self.word_row, self.final)
        return Attribute.of(raw, self.vocabulary(name), self.word_row)

    @cached_property
    def _attributes(self) -> dict[tuple[str, bool], Attribute]:
        return {}

    @cached_property
    def sentences(self) -> Numbers:
        """The first token of each sentence, all articles counted through."""
        return np.flatnonzero(self.flags & SENTENCE)

    @cached_property
    def sentence_words(self) -> Numbers:
        """The first word of each sentence, all articles counted through; one more for the end."""
        return np.append(self.word_at(self.sentences), len(self.words))

    def word_at(self, tokens: Numbers) -> Numbers:
        """Return the number of words before each of some tokens; a word's own number."""
        if len(tokens) >= _MANY or "_words_before" in self.__dict__:
            return self._words_before[tokens].astype(np.int64)
        if len(tokens) < _FEW:
            return self.words.searchsorted(tokens)
        # Of all words, only each so many fit into a processor's near memory.
        found = self._milestones.searchsorted(tokens) * _STRIDE
        step = _STRIDE // 2
        while step:
            ahead = found + (step - 1)
            is_before = self.words.take(ahead, mode="clip") < tokens
            found += step * (is_before & (ahead < len(self.words)))
            step //= 2
        return found

    @cached_property
    def _milestones(self) -> Numbers:
        """The last one of each `_STRIDE` words."""
        return self.words[_STRIDE - 1 :: _STRIDE].copy()

    @cached_property
    def _words_before(self) -> NDArray[np.uint32]:
        """The number of words before each token, and of all: quicker for many than to search."""
        before = np.zeros(len(self.flags) + 1, np.uint32)
        np.cumsum((self.flags & WORD) != 0, out=before[1:])
        return before

    def rows_of(self, numbers: Numbers) -> Numbers:
        """Return the row of each of some articles, -1 for those that are not there."""
        order = self._by_number
        places = self.number.searchsorted(numbers, sorter=order)
        rows = order[np.minimum(places, len(order) - 1)] if len(order) else np.zeros(0, np.int64)
        if not len(order):
            return np.full(len(numbers), -1, np.int64)
        return np.where(self.number[rows] == numbers, rows, -1)

    @cached_property
    def _by_number(self) -> Numbers:
        return np.argsort(self.number, kind="stable")
