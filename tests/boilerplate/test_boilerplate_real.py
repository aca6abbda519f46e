"""Boilerplate of real news, where there are any."""

from __future__ import annotations

import gzip
import json

import numpy as np
from golden_lines import Case, lines_from
from real import real

from corpus import Article
from corpus.boilerplate.judging import RULES, judge
from corpus.boilerplate.learning import learn
from corpus.boilerplate.lines import TITLE
from corpus.text.clean import clean_article


def test_boxes_and_scripts_of_an_outlet_are_found_without_a_rule_for_it() -> None:
    with gzip.open(real("news/rt.jsonl.gz"), "rt", encoding="utf-8") as file:
        rows = list(map(json.loads, file))
    came = [Article(title=row["title"], text=row["text"]) for row in rows if row["text"].strip()]
    cleaned = [article for article in map(clean_article, came) if article.text]
    lines = lines_from([Case(a.title, "", tuple(a.text.split("\n\n"))) for a in cleaned])
    learned = learn(lines, np.zeros(len(cleaned), np.int64))
    marks = judge(lines, learned)
    (marker,) = learned.markers.values()
    assert marker.times > 1000
    assert len(marker.rates) == 2
    assert marker.rates[0] > 0.5
    times = np.bincount(marks.rule, minlength=len(RULES))
    assert times[RULES.index("box")] > 3 * marker.times - 100
    assert times[RULES.index("code")] > 500
    share = lines.words[marks.place].sum() / lines.words[lines.line != TITLE].sum()
    assert 0.04 < share < 0.09
