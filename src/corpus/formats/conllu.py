"""CoNLL-U: one token a line, ten columns, sentences parted by an empty line.

The format: https://universaldependencies.org/format.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.formats.blocks import Block, Progress, one_line, strings, write
from corpus.morphology.features import features
from corpus.store.store import Store

# What may not stand in the id of a document or a sentence.
_NOT_IN_ID = re.compile(r"[\s/%]|[^\w.:@+=~#$&!'()*,;-]")
# Last column and end of line of a token before white space, and of one right before another.
_ENDS = ("_\n", "SpaceAfter=No\n")
_NUMBERS = strings([str(number) for number in range(10_000)])


def to_conllu(
    store: Store,
    path: Path,
    numbers: Iterable[int] | None = None,
    renamed: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write all articles, or those with some numbers, to one file in CoNLL-U; return its path."""
    return write(path, text, store, numbers, renamed or {}, progress)


def text(block: Block) -> str:
    """Return the tokens of a block in CoNLL-U."""
    firsts = np.flatnonzero(block.new_sentence)
    sizes = np.diff(firsts, append=len(block))
    number = np.arange(len(block)) - np.repeat(firsts, sizes)
    pieces = np.full((len(block), 4), "", object)
    pieces[firsts, 0] = strings(_heads(block, firsts, sizes))
    pieces[:, 1] = _ids(number + 1)
    pieces[:, 2] = strings(list(map(_line, *block.words)))[block.word]
    pieces[:, 3] = strings(_ENDS)[block.glued.astype(int)]
    pieces[firsts[1:] - 1, 3] += "\n"
    return "".join(pieces.ravel().tolist()) + "\n"


def _ids(number: NDArray[np.int64]) -> NDArray[np.object_]:
    if number.max(initial=0) < len(_NUMBERS):
        return _NUMBERS[number]
    return strings([str(n) for n in number.tolist()])


def _line(form: str, lemma: str, pos: str, tag: str) -> str:
    """Return the line of a word after its number, and up to its last column."""
    found = features(tag, pos, lemma)
    return f"\t{form}\t{lemma}\t{pos}\t{tag.replace(' ', ',')}\t{found}\t_\t_\t_\t"


def _heads(block: Block, firsts: NDArray[np.int64], sizes: NDArray[np.int64]) -> list[str]:
    """Return what stands above each sentence."""
    forms = strings(block.words.form)
    tokens = np.where(block.glued, forms[block.word], (forms + " ")[block.word]).tolist()
    zones = block.zone[firsts].tolist()
    opens_article = block.new_article[firsts].tolist()
    opens_paragraph = block.new_paragraph[firsts].tolist()
    articles = iter(block.articles)
    heads, number, name = [], 0, ""
    for place, (first, size) in enumerate(zip(firsts.tolist(), sizes.tolist(), strict=True)):
        head = ""
        if opens_article[place]:
            article = next(articles)
            name, number = identifier(article["id"]), 0
            head = _about(article, name)
        if opens_paragraph[place]:
            head += "# newpar\n"
        number += 1
        sentence = "".join(tokens[first : first + size]).rstrip(" ")
        heads.append(
            f"{head}# sent_id = {name}-s{number}\n# zone = {zones[place]}\n# text = {sentence}\n"
        )
    return heads


def _about(article: dict[str, Any], name: str) -> str:
    """Return the comments that begin an article."""
    facts = {
        "newdoc id": name,
        "title": article["title"],
        "date": article["date"] or "",
        "source": article["source"] or "",
        "author": ", ".join(article["authors"] or ()),
        "tags": ", ".join(article["tags"] or ()),
        "url": article["url"],
    }
    lines = ((key, one_line(value)) for key, value in facts.items())
    return "".join(f"# {key} = {value}\n" for key, value in lines if value)


def identifier(article_id: str) -> str:
    """Return an id as CoNLL-U allows it; what it does not allow stands as in an address (%20)."""

    def encoded(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))

    return _NOT_IN_ID.sub(encoded, article_id)
