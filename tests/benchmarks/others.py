"""The search engines of other kinds that engine.py compares ours with: tantivy, SQLite's FTS5."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from engines import HITS, SLOP, Engine, Search
from sampling import Query


class Tantivy(Engine):
    """Tantivy through tantivy-py, with one thread that writes.

    Where it differs: in a loose phrase the slop is a budget for all words together, and words may
    change places at the cost of two. Merging goes on in threads of its own: the build waits for it,
    adding does not. About 0.01 ms of each query is the reading of ten stored ids.
    """

    name = "tantivy"
    differs = frozenset({"phrase~5"})

    def feed(self) -> None:
        _ = self.articles.texts, self.articles.ids

    def create(self) -> Any:
        """Return the index in the folder, made anew if there is none."""
        import tantivy

        words = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="words")
        self.schema = words.add_text_field("id", stored=True, tokenizer_name="raw").build()
        index = tantivy.Index(self.schema, str(self.folder))
        whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer("words", whitespace)
        return index

    def document(self, name: str, article: int) -> Any:
        from tantivy import Document

        return Document(id=name, text=self.articles.texts[article])

    def build(self) -> float:
        articles = zip(self.articles.ids, self.articles.order.tolist(), strict=True)
        started = time.perf_counter()
        writer = self.create().writer(num_threads=1)
        for name, article in articles:
            writer.add_document(self.document(name, article))
        writer.commit()
        writer.wait_merging_threads()
        return time.perf_counter() - started

    def open(self) -> None:
        self.index = self.create()
        self.searcher = self.index.searcher()

    def tree(self, query: Query) -> Any:
        import tantivy

        q, (shape, words) = tantivy.Query, query
        must, should, must_not = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
        terms = [q.term_query(self.schema, "text", word) for word in words]
        match shape:
            case "term":
                return terms[0]
            case "and2":
                return q.boolean_query([(must, term) for term in terms])
            case "or2" | "or3":
                return q.boolean_query([(should, term) for term in terms])
            case "not":
                return q.boolean_query([(must, terms[0]), (must_not, terms[1])])
            case "phrase" | "phrase~5":
                # Slop counts the words between here, the steps from word to word in Whoosh.
                slop = SLOP - 1 if shape == "phrase~5" else 0
                return q.phrase_query(self.schema, "text", list(words), slop=slop)
            case "typo":
                fuzzy = q.fuzzy_term_query
                return fuzzy(self.schema, "text", words[0], 1, transposition_cost_one=False)
        regex = words[0].replace("*", ".*").replace("?", ".")
        open_end = "" if shape == "wildcard" else ".*"
        pattern = q.regex_query(self.schema, "text", regex + open_end)
        if shape == "prefix and":
            return q.boolean_query([(must, pattern), (must, terms[1])])
        return pattern

    def prepare(self, query: Query) -> Search:
        tree, searcher = self.tree(query), self.searcher

        def search() -> tuple[list[Any], int]:
            found = searcher.search(tree, limit=HITS, count=True)
            return [searcher.doc(place).get_first("id") for _, place in found.hits], found.count

        return search

    def add(self, count: int) -> float:
        articles = self.more(count)
        started = time.perf_counter()
        writer = self.index.writer(num_threads=1)
        for name, article in articles:
            writer.add_document(self.document(name, article))
        writer.commit()
        self.index.reload()
        self.searcher = self.index.searcher()
        spent = time.perf_counter() - started
        writer.wait_merging_threads()
        return spent


class Fts5(Engine):
    """FTS5 of SQLite, without a copy of the text, and with the settings that SQLite comes with.

    Where it differs: there are prefixes, but no other patterns and no misspelt words; NEAR takes
    words in any order; and letters are folded by a table of its own (`µ` is `μ`), which two words
    in a hundred thousand show. With an index of prefixes (`prefix='4'`) queries of that shape take
    two thirds of the time, the build twice the time.
    """

    name = "fts5"
    differs = frozenset({"phrase~5"})

    def feed(self) -> None:
        _ = self.articles.texts, self.articles.ids

    def build(self) -> float:
        articles = list(zip(self.articles.ids, self.articles.order.tolist(), strict=True))
        started = time.perf_counter()
        self.open()
        tokens = "unicode61 remove_diacritics 0 tokenchars '-.,'''''"
        self.database.execute(
            f"""create virtual table words using fts5(text, content='', tokenize="{tokens}")"""
        )
        self.database.execute("create table ids(number integer primary key, id text)")
        self.database.execute("begin")
        self.insert(articles, 0)
        self.database.execute("insert into words(words) values ('optimize')")
        self.database.execute("commit")
        self.close()
        return time.perf_counter() - started

    def insert(self, articles: list[tuple[str, int]], first: int) -> None:
        """Insert articles, the first of them as row number `first`."""
        texts = self.articles.texts
        rows = ((row, texts[article]) for row, (_, article) in enumerate(articles, first))
        self.database.executemany("insert into words(rowid, text) values (?, ?)", rows)
        ids = ((row, name) for row, (name, _) in enumerate(articles, first))
        self.database.executemany("insert into ids values (?, ?)", ids)

    def open(self) -> None:
        self.database = sqlite3.connect(self.folder / "fts5.sqlite", isolation_level=None)

    def expression(self, query: Query) -> str | None:
        shape, words = query
        quoted = [f'"{word}"' for word in words]
        match shape:
            case "and2" | "not":
                return (" AND " if shape == "and2" else " NOT ").join(quoted)
            case "term" | "or2" | "or3":
                return " OR ".join(quoted)
            case "phrase":
                return " + ".join(quoted)
            case "phrase~5":
                return f"NEAR({' '.join(quoted)}, {SLOP - 1})"
            case "prefix":
                return f"{quoted[0]}*"
            case "prefix and":
                return f"{quoted[0]}* AND {quoted[1]}"
        return None

    def prepare(self, query: Query) -> Search | None:
        expression, execute = self.expression(query), self.database.execute
        if expression is None:
            return None
        best = (
            "select ids.id from words join ids on ids.number = words.rowid "
            f"where words match ? order by rank limit {HITS}"
        )
        count = "select count(*) from words where words match ?"

        def search() -> tuple[list[Any], int]:
            ids = [row[0] for row in execute(best, (expression,))]
            return ids, execute(count, (expression,)).fetchone()[0]

        return search

    def add(self, count: int) -> float:
        articles, first = self.more(count), len(self.articles) + self.added - count
        started = time.perf_counter()
        self.database.execute("begin")
        self.insert(articles, first)
        self.database.execute("commit")
        return time.perf_counter() - started

    def close(self) -> None:
        self.database.close()
