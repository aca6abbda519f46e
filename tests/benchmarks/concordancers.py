"""Three tools that count words in a corpus, for notebook.py: ours, Conc and ruTS.

Each answers the same tasks on the same articles. Conc and ruTS know no lemmas of Russian that could
be compared with ours, so they are given ours: every token of every article, words as lemmas,
punctuation as it is, with a space between any two. Conc's spaCy model is an empty Russian one that
splits at spaces, so that its tokens are ours; a trained model would only take longer to load.

    python tests/benchmarks/concordancers.py KEEP TOOL PART TASK [WAY]

opens a corpus, does one task and prints what it found and the most memory it had, as JSON: a cold
start, which imports nothing but what the tool needs.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from measuring import memory, size

ROWS = 10
"""Rows that are looked at: what a notebook shows at once."""
CONTEXT = 8
WINDOW = 5
MINIMUM = 5
ALL = 1 << 30
NEW = "nouns"
"""Tasks whose name ends so ask for another noun each time."""
MORE = (
    "keywords frequencies bigrams frequencies_with_articles bigrams_with_articles dispersion"
).split()
"""Tasks beside those about nouns; a tool that has no such method cannot do them."""


class Chosen(NamedTuple):
    """What the tasks ask for: nouns, and how many articles hold half of all tokens."""

    frequent: list[str]
    middling: list[str]
    half: int


Make = Callable[[], Any]
"""Returns the tool's own result object."""


def asking(ask: Callable[[str], Any], nouns: Sequence[str]) -> Make:
    """Return what asks for another noun each time."""
    left = cycle(nouns)
    return lambda: ask(next(left))


class Tool:
    """One tool with its corpus; `tasks` say how results are made, `rows` … how they are used."""

    name = ""
    ways: tuple[str, ...] = ("rows",)

    def __init__(self, keep: Path) -> None:
        self.keep, self.folder = keep, keep / self.name

    @cached_property
    def chosen(self) -> Chosen:
        return Chosen(**json.loads((self.keep / "chosen.json").read_text()))

    def build(self) -> None:
        """Make the corpus from the files in `keep`."""
        raise NotImplementedError

    def open(self) -> None:
        """Open what was built."""
        raise NotImplementedError

    def tasks(self) -> dict[str, Make]:
        """Return what the tool can do, by name."""
        made: dict[str, Make] = {}
        kinds = {"frequent": self.chosen.frequent, "middling": self.chosen.middling}
        for place, ask in enumerate((self.concordance, self.collocates)):
            for kind, nouns in kinds.items():
                made[f"{ask.__name__} of {nouns[0]}"] = partial(ask, nouns[0])
                # Each is asked for by one of both only: an answer may be remembered.
                made[f"{ask.__name__}, {kind} {NEW}"] = asking(ask, nouns[1 + place :: 2])
        made |= {name: getattr(self, name) for name in MORE if hasattr(self, name)}
        return made

    def concordance(self, noun: str) -> Any:
        """Return all occurrences, sorted by the three words to the right where it can be."""
        raise NotImplementedError

    def collocates(self, noun: str) -> Any:
        raise NotImplementedError

    def total(self, result: Any) -> int:
        """Return how many lines or rows there are in all."""
        return len(result)

    def rows(self, result: Any) -> Any:
        """Make the first rows."""
        return list(result[:ROWS])

    def html(self, result: Any) -> str:
        """Make what a notebook shows."""
        raise NotImplementedError

    def all(self, result: Any) -> Any:
        """Make every row."""
        raise NotImplementedError

    def size(self) -> int:
        return size(self.folder)


class Ours(Tool):
    """This project: the corpus as `corpus add` makes it."""

    name = "ours"
    ways = ("rows", "html", "all")

    def build(self) -> None:
        from news import DATA

        from corpus import Corpus

        corpus = Corpus.create(self.folder)
        corpus.add(str(DATA / "news"))
        if hasattr(corpus, "concordance"):
            len(corpus.concordance("россия"))

    def open(self) -> None:
        from corpus import Corpus

        self.corpus = Corpus(self.folder)

    def concordance(self, noun: str) -> Any:
        return self.corpus.concordance(noun, context=CONTEXT, sort=("1R", "2R", "3R"))

    def collocates(self, noun: str) -> Any:
        return self.corpus.collocates(noun, window=(WINDOW, WINDOW), minimum=MINIMUM)

    def keywords(self) -> Any:
        import numpy as np

        target = self.corpus.subcorpus(mask=np.arange(len(self.corpus)) < self.chosen.half)
        return target.keywords(reference=~target, minimum=MINIMUM)

    def frequencies(self) -> Any:
        return self.corpus.frequencies()

    def bigrams(self) -> Any:
        return self.corpus.ngrams(2, minimum=1)

    # The number of articles is always among our columns.
    frequencies_with_articles, bigrams_with_articles = frequencies, bigrams

    def dispersion(self) -> Any:
        return self.corpus.dispersion(self.chosen.middling[0])

    def html(self, result: Any) -> str:
        made: str = result._repr_html_()
        return made

    def all(self, result: Any) -> Any:
        return result.to_arrow()


class Conc(Tool):
    """Conc, whose halves are corpora of their own: it has no subcorpora."""

    name = "conc"
    ways = ("rows", "html", "all")
    TOTAL = re.compile(
        r"(?:Total Concordance Lines|Unique collocates|Keywords|Unique word tokens"
        r"|Total unique ngrams): ([\d,]+)"
    )

    def build(self) -> None:
        from conc.corpus import Corpus

        self.folder.mkdir(parents=True, exist_ok=True)
        model = self.make_model()
        for part in ("all", "target", "reference"):
            Corpus(name=part).build_from_csv(
                str(self.keep / f"{part}.csv"),
                save_path=str(self.folder),
                metadata_columns=["id", "title", "date", "source"],
                model=str(model),
            )

    def make_model(self) -> Path:
        """Save a spaCy model that splits at spaces; Conc wants its components to have these names.

        It switches them off before it does anything.
        """
        import spacy
        from spacy.tokenizer import Tokenizer

        nlp = spacy.blank("ru")
        nlp.tokenizer = Tokenizer(nlp.vocab)
        for name in "parser ner lemmatizer tagger senter tok2vec attribute_ruler".split():
            nlp.add_pipe("sentencizer", name=name)
        path = self.folder / "model"
        nlp.to_disk(path)
        return path

    def open(self) -> None:
        from conc.conc import Conc as Reports

        self.reports = Reports(self.corpus("all"))

    def corpus(self, part: str) -> Any:
        from conc.corpus import Corpus

        return Corpus().load(str(self.folder / f"{part}.corpus"))

    @cached_property
    def halves(self) -> Any:
        from conc.conc import Conc as Reports

        reports = Reports(self.corpus("target"))
        reports.set_reference_corpus(self.corpus("reference"))
        return reports

    page = ROWS
    """Conc makes the rows of a page together with the result."""

    def concordance(self, noun: str) -> Any:
        return self.reports.concordance(
            noun, context_length=CONTEXT, order="1R2R3R", page_size=self.page
        )

    def collocates(self, noun: str) -> Any:
        return self.reports.collocates(
            noun, context_length=WINDOW, min_collocate_frequency=MINIMUM, page_size=self.page
        )

    def keywords(self) -> Any:
        return self.halves.keywords(min_frequency=MINIMUM, page_size=self.page)

    def frequencies(self) -> Any:
        return self.reports.frequencies(page_size=self.page)

    def frequencies_with_articles(self) -> Any:
        return self.reports.frequencies(page_size=self.page, show_document_frequency=True)

    def bigrams(self) -> Any:
        return self.reports.ngram_frequencies(ngram_length=2, page_size=self.page)

    def bigrams_with_articles(self) -> Any:
        return self.reports.ngram_frequencies(
            ngram_length=2, page_size=self.page, show_document_frequency=True
        )

    def total(self, result: Any) -> int:
        found = [self.TOTAL.match(line) for line in result.formatted_data]
        return next(int(match[1].replace(",", "")) for match in found if match)

    def rows(self, result: Any) -> Any:
        return result.to_frame().rows()

    def html(self, result: Any) -> str:
        made: str = result.to_html()
        return made

    def all(self, result: Any) -> Any:
        return result.to_frame()


class Ruts(Tool):
    """ruTS, whose functions take a text or a list of words, in memory and without an index."""

    name = "ruts"

    def build(self) -> None:
        """Nothing is built: the files in `keep` are read at every start."""

    def open(self) -> None:
        import ruts.corpus

        self.ruts = ruts.corpus

    def text(self, part: str) -> str:
        return (self.keep / f"{part}.txt").read_text()

    @cached_property
    def whole(self) -> str:
        return self.text("all")

    @cached_property
    def words(self) -> list[str]:
        return only_words(self.whole)

    @cached_property
    def sizes(self) -> list[int]:
        """The words of each article."""
        counts = (len(only_words(line)) for line in self.whole.splitlines())
        return [count for count in counts if count]

    @cached_property
    def halves(self) -> tuple[list[str], list[str]]:
        return only_words(self.text("target")), only_words(self.text("reference"))

    def tasks(self) -> dict[str, Make]:
        # It cuts the whole text into words for each concordance, in minutes: one will do.
        frequent = self.chosen.frequent[0]
        left_out = (f"concordance of {frequent}", NEW)
        return {n: make for n, make in super().tasks().items() if not n.endswith(left_out)}

    def concordance(self, noun: str) -> Any:
        return self.ruts.kwic(self.whole, noun, window=CONTEXT)

    def collocates(self, noun: str) -> Any:
        return self.ruts.collocations(self.words, window=WINDOW, min_freq=MINIMUM, node=noun)

    def keywords(self) -> Any:
        return self.ruts.keyness(*self.halves, min_freq=MINIMUM)

    def bigrams(self) -> Any:
        return self.ruts.collocations(self.words, window=1, min_freq=1)

    def dispersion(self) -> Any:
        return self.ruts.dispersion(self.words, self.sizes, self.chosen.middling[0])

    def size(self) -> int:
        return sum(file.stat().st_size for file in self.keep.glob("*.txt"))


def only_words(text: str) -> list[str]:
    """Return the tokens that hold a letter or a digit."""
    return [token for token in text.split() if any(map(str.isalnum, token))]


TOOLS: dict[str, type[Tool]] = {tool.name: tool for tool in (Ours, Conc, Ruts)}


def do(tool: Tool, make: Make, way: str) -> int:
    """Do a task in full; return how many lines or rows there are."""
    if way == "all" and isinstance(tool, Conc):
        tool.page = ALL
    result = make()
    found = tool.total(result)
    getattr(tool, way)(result)
    if isinstance(tool, Conc):
        tool.page = ROWS
    return found


def main(keep: str, name: str, task: str, way: str = "rows") -> None:
    tool = TOOLS[name](Path(keep))
    if task == "build":
        tool.build()
        found = 0
    else:
        tool.open()
        found = do(tool, tool.tasks()[task], way)
    print(json.dumps({"found": found, "peak": memory("VmHWM")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
