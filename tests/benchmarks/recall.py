"""Whether searching by lemma finds the right words: gold lemmas, one query a word.

    python tests/benchmarks/recall.py FILE.conllu[.gz] …

Each word of a treebank is typed as a query, once as it stands and once as its lemma. What it should
find are the words of the same file with the same gold lemma (case and ё ignored). Compared are
lemmas without context, found by all candidates of the query; lemmas in context, found by the
likeliest candidate only; and lemmas in context found by all candidates, which is what `corpus
search` does. Figures are sums over all queries, in per cent.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from corpus import Analyser
from corpus.morphology.treebanks import Gold, read
from corpus.text.fold import fold

Candidates = Callable[[str], Sequence[str]]


def main() -> None:
    analyser = Analyser()
    print(f"{'file':40} {'typed':6} {'lemmas':11} {'found by':9} precision recall      F")
    for name in sys.argv[1:]:
        sentences = read(Path(name))
        words = [gold for sentence in sentences for gold in sentence if gold.pos not in MARKS]
        single = [fold(analyser.form(gold.form).lemma) for gold in words]
        read_so = analyser.sentences([[gold.form for gold in sentence] for sentence in sentences])
        context = [
            fold(found.lemma)
            for sentence, analyses in zip(sentences, read_so, strict=True)
            for gold, found in zip(sentence, analyses, strict=True)
            if gold.pos not in MARKS
        ]
        for typed in ("form", "lemma"):
            for lemmas, way, candidates in (
                (single, "all", analyser.candidates),
                (context, "likeliest", lambda word: analyser.candidates(word)[:1]),
                (context, "all", analyser.candidates),
            ):
                figures = judged(words, lemmas, typed, candidates)
                kind = "by itself" if lemmas is single else "in context"
                print(
                    f"{Path(name).name[:40]:40} {typed:6} {kind:11} {way:9}"
                    + "".join(f"{100 * figure:8.2f}" for figure in figures)
                )


MARKS = ("PUNCT", "SYM")


def judged(
    words: Sequence[Gold], lemmas: Sequence[str], typed: str, candidates: Candidates
) -> tuple[float, float, float]:
    """Return precision, recall and F over the queries that the words make."""
    gold = [fold(word.lemma) for word in words]
    wanted, there = Counter(gold), Counter(lemmas)
    both = Counter(zip(gold, lemmas, strict=True))
    right = found = asked = 0
    for (query, lemma), times in Counter(
        (fold(getattr(word, typed)), key) for word, key in zip(words, gold, strict=True)
    ).items():
        keys = candidates(query)
        right += times * sum(both[lemma, key] for key in keys)
        found += times * sum(there[key] for key in keys)
        asked += times * wanted[lemma]
    precision, recall = right / max(1, found), right / max(1, asked)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


if __name__ == "__main__":
    main()
