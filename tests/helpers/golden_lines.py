"""Golden cases: articles as a linguist writes them down, each line with the rule it falls under.

== Title | Source              an article; each line below it is one of its paragraphs
== ×60 Title {n} | Source      sixty of them: {n} counts from 0, {m} is the next one's number,
                               {h} half of the number
box| line                      boilerplate, and by which rule; without a rule the line stays
# …                            a comment
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from corpus.boilerplate.judging import RULES, Overrules, judge
from corpus.boilerplate.learning import STANDARD, Thresholds, learn
from corpus.boilerplate.lines import Lines, lines_of
from corpus.text.tokens import WORD

NONE = Overrules()
HEAD = re.compile(r"== (?:×(\d+) )?(.*) \| (.*)")
LINE = re.compile(rf"(?:({'|'.join(RULES)})\| )?(.*)")


class Case(NamedTuple):
    """An article, and by which rule each of its lines is boilerplate; "" for those that stay."""

    title: str
    source: str
    lines: tuple[str, ...]
    rules: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(self.lines)


def cases(path: Path) -> list[Case]:
    """Return the articles of a file."""
    blocks: list[tuple[str, list[str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            blocks.append((line, []))
        elif line and not line.startswith("#"):
            blocks[-1][1].append(line)
    return [case for head, lines in blocks for case in _repeated(head, lines)]


def _repeated(head: str, lines: Sequence[str]) -> Iterator[Case]:
    found = HEAD.fullmatch(head)
    assert found, head
    times = int(found[1] or 1)
    for n in range(times):
        numbers = {"{n}": n, "{m}": (n + 1) % times, "{h}": n // 2}

        def filled(text: str, numbers: dict[str, int] = numbers) -> str:
            for name, number in numbers.items():
                text = text.replace(name, str(number))
            return text

        pairs = [LINE.fullmatch(line) for line in lines]
        yield Case(
            filled(found[2]),
            filled(found[3]),
            tuple(filled(pair[2]) for pair in pairs if pair),
            tuple(pair[1] or "" for pair in pairs if pair),
        )


def lines_from(articles: Sequence[Case]) -> Lines:
    """Return the lines of articles."""
    places = [
        (owner, line)
        for owner, article in enumerate(articles)
        for line, text in enumerate((article.title, *article.lines), -1)
        for _ in WORD.findall(text)
    ]
    owner, line = np.array(places or np.zeros((0, 2)), np.int64).T
    return lines_of([(article.title, article.text) for article in articles], owner, line)


def judged(
    articles: Sequence[Case],
    thresholds: Thresholds = STANDARD,
    overrules: Overrules = NONE,
) -> list[tuple[str, ...]]:
    """Return the rule of each line of each article, "" for those that are no boilerplate."""
    lines = lines_from(articles)
    names: dict[str, int] = {}
    sources = np.array([names.setdefault(a.source, len(names)) for a in articles], np.int64)
    marks = judge(lines, learn(lines, sources, thresholds), overrules)
    rules = [[""] * len(article.lines) for article in articles]
    for place, rule in zip(marks.place.tolist(), marks.rule.tolist(), strict=True):
        rules[lines.article[place]][lines.line[place]] = RULES[rule]
    return [tuple(own) for own in rules]


def shown(articles: Iterable[Case], rules: Iterable[Sequence[str]]) -> str:
    """Return articles as the files write them."""
    return "\n".join(
        f"== {article.title} | {article.source}\n"
        + "".join(
            f"{rule}| {line}\n" if rule else f"{line}\n"
            for line, rule in zip(article.lines, own, strict=True)
        )
        for article, own in zip(articles, rules, strict=True)
    )
