"""Text to token columns: words a second on one core, warm and cold, against the usual loop.

    python tests/benchmarks/analysis.py [--rounds N]

Ours: cleaned articles to the token table (form, lemma, part of speech, tag, offsets, sentence).
The usual loop: the same pattern by `finditer`, a dict of pymorphy3 parses, one tuple a token, no
sentences. Both in turn, medians and the ratio of each pair. Cold starts with an empty lexicon.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence

from news import news

from corpus.model import Article
from corpus.morphology import parallel
from corpus.morphology.lexicon import Lexicon
from corpus.store.parts import sentence_starts, tokens_table
from corpus.text.clean import clean_article
from corpus.text.tokens import PIECE, tokenise

BATCH = 500


def ours(articles: Sequence[Article], lexicon: Lexicon) -> int:
    """Make token tables of all articles; return the number of words."""
    words = 0
    for first in range(0, len(articles), BATCH):
        batch = articles[first : first + BATCH]
        columns = tokenise(batch, lexicon.pieces)
        lexicon.update()
        chosen = lexicon.chosen(columns.form, sentence_starts(columns))
        tokens_table(range(len(batch)), columns, lexicon, chosen)
        words += int(columns.is_word.sum())
    return words


def usual(articles: Sequence[Article], known: dict[str, tuple[str, str]], morph: object) -> int:
    """Make a tuple of every token; return the number of words."""
    words = 0
    for article in articles:
        rows = []
        for text in (article.title, article.text):
            for match in PIECE.finditer(text):
                form = match.group().strip()
                if not form:
                    continue
                if form not in known:
                    parse = morph.parse(form)[0]  # type: ignore[attr-defined]
                    known[form] = (parse.normal_form, str(parse.tag))
                start = match.start()
                rows.append((form, *known[form], start, start + len(form)))
                words += form[0].isalnum()
    return words


def timed(action: object, *arguments: object) -> tuple[float, int]:
    started = time.perf_counter()
    words = action(*arguments)  # type: ignore[operator]
    return time.perf_counter() - started, words


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {0})
    parallel.ENOUGH = 1 << 60  # one core means one process
    import pymorphy3

    morph = pymorphy3.MorphAnalyzer()
    started = time.perf_counter()
    articles = [clean_article(Article(title=row["title"], text=row["text"])) for row in news()]
    characters = sum(len(a.text) for a in articles)
    spent = time.perf_counter() - started
    print(
        f"cleaning (reading included): {characters / spent / 1e6:.1f} million characters a second"
    )
    for temperature in ("cold", "warm"):
        lexicon, known = Lexicon(), {}
        if temperature == "warm":
            ours(articles, lexicon)
            usual(articles, known, morph)
        speeds, others, ratios = [], [], []
        for _ in range(rounds if temperature == "warm" else 1):
            mine, words = timed(ours, articles, lexicon)
            theirs, other_words = timed(usual, articles, known, morph)
            speeds.append(words / mine)
            others.append(other_words / theirs)
            ratios.append(speeds[-1] / others[-1])
        print(
            f"{temperature}: {statistics.median(speeds) / 1e3:,.0f} thousand words a second, the "
            f"usual loop {statistics.median(others) / 1e3:,.0f}, ratio "
            f"{statistics.median(ratios):.2f} (median of {len(speeds)}; {words:,} words, "
            f"{len(lexicon):,} forms)"
        )


if __name__ == "__main__":
    main()
