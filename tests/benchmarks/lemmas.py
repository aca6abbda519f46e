"""Lemmas against the gold of treebanks: first parse, by itself, in context; and how fast.

    python tests/benchmarks/lemmas.py [--model FILE] [FILE.conllu.gz…]

Case and ё ignored, punctuation left out. Without files: those of the real data. The
model that ships was trained on three of them, and two more stand in one of these: what it does on
sentences that it has not seen, `python -m corpus.morphology.training --cross-validate 10` tells,
and `--leave-out` with `--model`.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from corpus.morphology import context, training
from corpus.morphology.analyser import Analyser
from corpus.text.fold import fold

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("CORPUS_BENCHMARK_DATA") or ROOT.parent / "shared" / "data")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model", type=Path)
    given = parser.parse_args()
    files = given.files or sorted((DATA / "morphology").glob("*.conllu.gz"))
    model = context.unpack(given.model.read_bytes()) if given.model else context.model()
    analyser = Analyser()
    analyser.readings("мост")
    for path in files:
        data = training.Data(training.read(path), analyser)
        words = [gold for gold in data.gold if gold.pos != "PUNCT"]
        first = sum(
            fold(analyser._morph.parse(gold.form)[0].normal_form) == fold(gold.lemma)
            for gold in words
        )
        alone = sum(fold(analyser.form(gold.form).lemma) == fold(gold.lemma) for gold in words)
        found = training.score(data.gold, training.choices(model, data))
        print(f"{path.name}: first parse {100 * first / len(words):.2f}, ", end="")
        print(f"by itself {100 * alone / len(words):.2f}, in context: {found}")
    sentences = [[gold.form for gold in s] for path in files for s in training.read(path)]
    analyser = Analyser()
    analyser.analyse(["мост"])
    started = time.perf_counter()
    tokens = sum(len(found) for found in analyser.sentences(sentences))
    many = time.perf_counter() - started
    started = time.perf_counter()
    for sentence in sentences[:300]:
        analyser.analyse(sentence)
    single = (time.perf_counter() - started) / max(1, min(300, len(sentences)))
    print(
        f"{tokens / many:,.0f} tokens a second, {1 / max(single, 1e-9):,.0f} sentences one by one"
    )


if __name__ == "__main__":
    main()
