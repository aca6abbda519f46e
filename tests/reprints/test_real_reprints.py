"""Reprints in real articles: copies are found, and little else is taken for one."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from itertools import islice
from pathlib import Path

from real import real

from corpus import Article, Corpus


def test_copies_under_other_addresses_are_one_story(tmp_path: Path) -> None:
    path = real("news/ng.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        records = [record for record in islice(map(json.loads, file), 400) if record["text"]]
    corpus = Corpus.create(tmp_path)
    corpus.add(
        Article(id=f"n{n:03}", title=record["title"] or "", text=record["text"], tags=(f"{n}",))
        for n, record in enumerate(records)
    )
    story = {article.id: corpus.versions(article.id).first for article in corpus}
    by_text, by_title = defaultdict(set), defaultdict(set)
    for article in corpus:
        by_text[" ".join(article.text.split())].add(story[article.id])
        by_title[article.title].add(article.id)
    assert len(by_text) < len(corpus)
    assert all(len(stories) == 1 for stories in by_text.values())
    # Where titles differ, texts may still be the same: of so few articles that is rare.
    groups = defaultdict(set)
    for name, first in story.items():
        groups[first].add(corpus[name].title)
    assert sum(len(titles) > 1 for titles in groups.values()) <= 3
    hits = corpus.search("россия", limit=None)
    assert hits.stories == len(hits) < hits.total
