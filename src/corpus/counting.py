"""Counting: everything that can be asked of a corpus and of any part of it alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from corpus import paths
from corpus.errors import CorpusError
from corpus.query import tree
from corpus.results.hits import Hits
from corpus.scope import Scope, provenance
from corpus.search import Found, Search, Values, query_tree
from corpus.store import files, parts

if TYPE_CHECKING:
    from corpus.concordance import Concordance
    from corpus.results.result import Table
    from corpus.statistics.collocation import Collocates
    from corpus.statistics.dispersion import Dispersion
    from corpus.statistics.network import Network
    from corpus.statistics.timeline import Timeline
    from corpus.statistics.vocabulary import Growth

Window = tuple[int, int] | Literal["sentence"]
Unit = Literal["token", "article", "story"]
Slot = str | Mapping[str, Values] | None


class Counting:
    """The methods that a corpus and a subcorpus share; a query is one of the query language.

    Articles are divided by source, author, tag, day, week, month or year; the columns' own names,
    `authors` and `tags`, will do too. Words are counted by lemma, form, pos or tag: there `tag` is
    the grammatical one, and `tags` alone means those of articles.
    """

    def _scope(self) -> Scope:
        """Return the articles that are counted, in their newest state."""
        raise NotImplementedError

    def _searched(self) -> tuple[Search, NDArray[np.int64] | None]:
        """Return the newest state as it is searched, and the articles to keep to, ascending."""
        raise NotImplementedError

    def _data(self) -> Path:
        """Return the folder of everything that must not be lost."""
        raise NotImplementedError

    # Articles

    def search(
        self,
        query: str = "",
        *,
        limit: int | None = 20,
        sort: str = "relevance",
        match: str = "all",
        plain: bool = False,
        source: Values = None,
        author: Values = None,
        tag: Values = None,
        date: Values = None,
        reprints: bool = False,
    ) -> Hits:
        """Return the articles that a query matches, the best first.

        Of an article's versions (reprints, updates) only the best is a hit, and `hit.reprints`
        names the others that match, unless `reprints` is true: then each is a hit. `limit` bounds
        the hits held (None: all), never the total. `match="any"` ranks articles
        with any of the words; `plain=True` takes the query as words without syntax. Filters take a
        value or a list of alternatives; `date` takes `2024`, `2024-10`, `2024-01..2024-06`,
        `2024-10..`. `sort`: relevance, date (newest first), oldest, title, source.
        """
        filters = {"source": source, "author": author, "tag": tag, "date": date}
        node = query_tree(query, match=match, plain=plain, filters=filters)
        search, among = self._searched()
        most = None if limit is None else max(0, limit)
        found = search.find(node, sort, most, among, reprints)
        size = len(found)
        return Hits(
            lambda: search.rows(found),
            provenance(search, query, node, self._sizes_of(search), subcorpus=self._name()),
            total=0 if found.partial else size,
            partial=size if found.partial else 0,
            stories=found.stories,
            suggestion="" if size and not found.partial else search.suggest(node),
            everything=lambda columns: search.all_rows(found, columns),
            snippets=lambda numbers: search.snippets(found, numbers),
            explain=lambda number: self._explained(search, found, number),
            outline=lambda: self._outlined(search, node),
            ids=lambda: search.ids(found),
            folded=lambda: search.folded_rows(found),
        ).bound_to(self._save_hits)

    def _explained(self, search: Search, found: Found, number: int | None) -> Any:
        from corpus.explaining import explained, words_explained

        return words_explained(found) if number is None else explained(search, found, number)

    def _outlined(self, search: Search, node: tree.Node) -> Any:
        from corpus.explaining import nodes_explained

        return nodes_explained(search, node)

    def _sizes_of(self, search: Search) -> Callable[[], tuple[int, int]]:
        """Return what tells how many articles and words a search looks through."""
        raise NotImplementedError

    def _name(self) -> str:
        """Return what a part of a corpus is called, nothing for the whole."""
        return ""

    def _save_hits(self, hits: Hits, name: str) -> Path:
        path = self._data() / paths.RESULTS / f"{files.checked_name(name)}.parquet"
        files.make_folder(path.parent)
        parts.write_table(path, hits.to_save(), 1 << 16)
        return path

    # Lines

    def concordance(
        self,
        query: str,
        *,
        context: int | Literal["sentence"] = 8,
        sort: str | Sequence[str] = (),
        sample: int | None = None,
        seed: int = 0,
    ) -> Concordance:
        """Return every place where a query finds something, with what stands around it.

        `context` is a number of words on each side, or "sentence". `sort` names levels, the first
        counting most: `1L`, `2R`, `match`, `date`, `source`, `title`, `article`. `sample` keeps so
        many lines chosen by chance; the same seed always chooses the same ones. Lines come in the
        order of the corpus: by date, undated articles last, then by id.
        """
        if context != "sentence" and not 0 <= int(context) <= 1000:
            raise CorpusError(
                f"no context of {context!r}", 'give a number of words to 1000, or "sentence"'
            )
        from corpus.concordance import Concordance

        scope = self._scope()
        lines = Concordance(scope, scope.matches(query), query, context=context)
        if sample is not None:
            lines = lines.sample(sample, seed)
        levels = (sort,) if isinstance(sort, str) else tuple(sort)
        return lines.sort(*levels)

    # Counts

    def frequencies(
        self,
        query: str = "",
        *,
        by: str = "lemma",
        pos: Values = None,
        case: bool = False,
        minimum: int = 1,
        unit: Unit = "token",
    ) -> Table:
        """Count words by lemma, form, pos or tag, or by a metadata field, most frequent first.

        With a query, what it finds is counted, by the same. `tag` is the grammatical tag of words.
        `by` may also be source, author, tags (of the articles), day, week, month or year: then
        each value's own words are the N of ipm, and values without a match are shown too unless
        `minimum` is above 1. `pos` keeps some parts of speech; forms are counted in small letters
        unless `case` is true. With unit="article" the articles that have something are counted
        instead of occurrences, with unit="story" versions of one article once.
        """
        from corpus.statistics.frequencies import frequencies

        return frequencies(
            self._scope(), query, by=by, pos=pos, case=case, minimum=minimum, unit=unit
        )

    def ngrams(
        self,
        n: int = 2,
        *,
        by: str = "lemma",
        slots: Sequence[Slot] | None = None,
        case: bool = False,
        minimum: int = 2,
    ) -> Table:
        """Count runs of n words side by side, most frequent first.

        Runs never lead over the end of a zone or an article; punctuation does not part words.
        `slots` says what may stand in each place: None is anything, "NOUN" a part of speech,
        {"lemma": "рост"}, {"form": "роста"} a word.
        """
        from corpus.statistics.ngrams import ngrams

        return ngrams(self._scope(), n, by=by, slots=slots, case=case, minimum=minimum)

    def collocates(
        self,
        query: str,
        *,
        window: Window = (5, 5),
        by: str = "lemma",
        measure: str = "log_dice",
        pos: Values = None,
        minimum: int = 5,
    ) -> Collocates:
        """Return the words that stand near what a query finds, the most strongly bound first.

        `window` is words to the left and right, over sentences but never out of the article, or
        "sentence"; a place in two windows counts once, and the words of matches not at all. `by`
        is lemma or form; `pos` has only words of some parts of speech counted; `minimum` is the
        least number of times a word must stand there. All measures are given, `measure` orders
        them; `.concordance(word)` of the result shows the lines in which one of the words stands.
        """
        from corpus.statistics.collocation import collocates

        return collocates(
            self._scope(), query, window=window, by=by, measure=measure, pos=pos, minimum=minimum
        )

    def keywords(
        self,
        reference: Counting | None = None,
        *,
        by: str = "lemma",
        measure: str = "log_likelihood",
        unit: Unit = "token",
        pos: Values = None,
        minimum: int = 5,
    ) -> Table:
        """Return the words that are more, or less, frequent here than in a reference.

        `reference` is a corpus or a subcorpus; a subcorpus has its complement by default. With
        unit="article" the articles that hold a word are counted instead of its occurrences, with
        unit="story" versions of one article (reprints, updates) once. `by` is lemma, form, pos or
        tag; `pos` has only words of some parts of speech counted; `minimum` is the least count here
        or there. What is more frequent here comes first, what is more frequent there last: the sign
        of `log_ratio` parts them.
        """
        from corpus.statistics.keyness import keywords

        other = self._reference() if reference is None else reference
        return keywords(
            self._scope(),
            other._scope(),
            by=by,
            measure=measure,
            unit=unit,
            pos=pos,
            minimum=minimum,
        )

    def _reference(self) -> Counting:
        raise NotImplementedError

    def dispersion(
        self, query: str | Iterable[str], *, by: str = "article", unit: Unit = "token"
    ) -> Dispersion:
        """Measure how evenly what queries find is spread over articles, or sources, months ….

        `by` is article, story (articles without their reprints), source, author, tag (of the
        articles), day, week, month or year; articles of which it is not known are left out. With
        unit="article" or "story" articles or stories that match are counted, not occurrences.
        Returns a row a query; `.parts` of the result has a row for each part.
        """
        from corpus.statistics.dispersion import dispersion

        queries = [query] if isinstance(query, str) else list(query)
        return dispersion(self._scope(), queries, by=by, unit=unit)

    def timeline(
        self,
        query: str | Iterable[str],
        *,
        by: str = "month",
        unit: Unit = "token",
        split: str = "",
    ) -> Timeline:
        """Count what a query finds by day, week, month or year, relative to what was published.

        With unit="token" as occurrences per million words, with "article" as the share of the
        articles that match it, with "story" as that of the stories: versions of one article count
        once, when the first appeared. All with a 95 % interval; undated articles are left out. A
        list of queries has a line each, told apart by a column `query`; `split` makes a line for
        each source, author or tag of the articles.
        """
        from corpus.statistics.timeline import timeline

        return timeline(self._scope(), query, by=by, unit=unit, split=split)

    def vocabulary(self, *, by: str = "lemma", points: int = 50) -> Growth:
        """Measure how the vocabulary grows with the words read, in the order of the corpus."""
        from corpus.statistics.vocabulary import vocabulary

        return vocabulary(self._scope(), by=by, points=points)

    def facets(
        self, by: str, query: str = "", *, unit: Literal["article", "story"] = "article"
    ) -> Table:
        """Count articles by source, author, tag, day, week, month or year, most frequent first.

        With a query those that it matches, beside all. An article with two tags counts under each.
        With unit="story" versions of one article count once.
        """
        from corpus.statistics.facets import facets

        return facets(self._scope(), by, query, unit=unit)

    def similar(self, article_id: str, *, limit: int = 20) -> Table:
        """Return the articles that share most of the telling words of one."""
        from corpus.statistics.similarity import similar

        return similar(self._scope(), article_id, limit=limit)

    def network(
        self,
        queries: Iterable[str],
        *,
        window: Window | Literal["article"] = "sentence",
        minimum: int = 1,
    ) -> Network:
        """Count how often what each two of some queries find stands together.

        In one sentence or one article; or with so many words to the left and right, the same
        number twice, how many matches have one of the other near. `.concordance(a, b)` of the
        result shows the lines of `a` where `b` is.
        """
        from corpus.statistics.network import network

        return network(self._scope(), list(queries), window=window, minimum=minimum)
