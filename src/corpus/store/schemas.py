"""The three tables of a corpus: their columns, types and meaning."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

FORMAT = 2
"""Version of the layout of `corpus_data/`."""

_WORD = pa.dictionary(pa.int32(), pa.string())
_FEW = pa.dictionary(pa.int16(), pa.string())
_CHANGE = pa.struct(
    [
        ("rule", pa.string()),
        ("field", pa.string()),
        ("start", pa.int32()),
        ("before", pa.string()),
        ("after", pa.string()),
    ]
)

Columns = Mapping[str, tuple[pa.DataType, str]]

ARTICLES: Columns = {
    "article": (pa.int64(), "number of the article, never given twice; joins the three tables"),
    "id": (pa.string(), "the article's stable name: given, or made from its content"),
    "title": (pa.string(), "title, cleaned"),
    "lead": (pa.string(), "lead or summary, cleaned; empty if there is none"),
    "text": (pa.string(), "body, cleaned: paragraphs parted by one blank line"),
    "headings": (pa.list_(pa.int32()), "numbers of the paragraphs that are headings, from 0"),
    "source": (_WORD, "outlet; empty if unknown"),
    "authors": (pa.list_(pa.string()), "authors, in the order given"),
    "url": (pa.string(), "address; empty if unknown"),
    "date": (pa.date32(), "day of publication as the source states it; null if unknown"),
    "time": (pa.string(), "time of day as the source states it; empty if unknown"),
    "tags": (pa.list_(pa.string()), "tags or keywords"),
    "words": (pa.int32(), "number of words in title, lead and text, punctuation not counted"),
    "added_at": (pa.timestamp("ms", tz="UTC"), "when this version was added"),
    "hash": (pa.string(), "SHA-256 of the content as it came"),
    "text_hash": (
        pa.string(),
        "equal where texts are equal but for case, ё and white space: reprints share it",
    ),
    "origin": (pa.string(), "file it came from; relative to the inbox, or absolute"),
    "raw": (pa.large_string(), "the text as it came, before any cleaning"),
    "markup": (_FEW, "how raw marks headings: plain, markdown, or headings (`## `)"),
    "record": (pa.string(), "the record's other fields as they came, as JSON"),
    "changes": (
        pa.list_(_CHANGE),
        "every edit that cleaning made, in order; undoing them gives raw",
    ),
    "problems": (pa.list_(pa.string()), "what could not be understood and was left empty"),
}

TOKENS: Columns = {
    "article": (pa.int64(), "number of the article"),
    "zone": (_FEW, "title, lead, heading or text"),
    "paragraph": (pa.int32(), "number of the paragraph in its field, from 0"),
    "sentence": (pa.int32(), "number of the sentence in the article, from 0"),
    "token": (pa.int32(), "number of the token in the article, from 0; punctuation counts"),
    "word": (
        pa.int32(),
        "number of words before the token in the article; punctuation does not count",
    ),
    "form": (_WORD, "the token as written"),
    "lemma": (_WORD, "dictionary form, in small letters"),
    "pos": (_FEW, "part of speech, Universal Dependencies; PUNCT and SYM are not words"),
    "tag": (_WORD, "grammemes, OpenCorpora"),
    "start": (pa.int32(), "first character in title, lead or text, from 0 (headings are in text)"),
    "stop": (pa.int32(), "character after the last: text[start:stop] is form"),
}

LEXICON: Columns = {
    "form": (pa.string(), "a distinct form, as written"),
    "key": (pa.string(), "the form folded: small letters, ё as е"),
    "lemma": (pa.string(), "its likeliest lemma, without a sentence"),
    "pos": (pa.string(), "its part of speech then, Universal Dependencies"),
    "tag": (pa.string(), "its grammemes then, OpenCorpora"),
    "alternatives": (pa.list_(pa.string()), "every lemma it can have, the likeliest first"),
    "lemmas": (
        pa.list_(_WORD),
        "what it may be in a sentence, the likeliest first: the lemma of each",
    ),
    "parts": (pa.list_(_FEW), "… the part of speech of each"),
    "tags": (pa.list_(_WORD), "… the grammemes of each"),
    "labels": (pa.list_(pa.int16()), "… the number that the model in context has for each"),
    "first": (pa.list_(pa.int16()), "… what speaks for each as lemma and part of speech"),
    "second": (pa.list_(pa.int16()), "… what speaks for each as case, number and so on"),
    "atom": (pa.int16(), "the number that the model has for the form as a neighbour"),
    "shape": (pa.int16(), "the number that the model has for how the form is written"),
}

LINES: Columns = {
    "article": (pa.int64(), "number of the article"),
    "line": (pa.int32(), "number of the paragraph in text, from 0; -1 is the title"),
    "start": (pa.int32(), "its first character in text (of the title: in title)"),
    "stop": (pa.int32(), "the character after its last"),
    "key": (pa.uint64(), "equal where lines are equal but for case, ё, quotes and full stops"),
    "words": (pa.int32(), "its words"),
    "code": (pa.bool_(), "whether it is code of a web page"),
}

MARKS: Columns = {
    "article": (pa.int64(), "number of the article"),
    "line": (pa.int32(), "number of the paragraph in text"),
    "field": (_FEW, "the field it stands in: text"),
    "start": (pa.int32(), "its first character there"),
    "stop": (pa.int32(), "the character after its last"),
    "key": (pa.uint64(), "the key of the line, as in lines"),
    "words": (pa.int32(), "its words, which are not counted"),
    "rule": (_FEW, "why it is boilerplate: box, title, code, repeated, told"),
    "times": (pa.int32(), "box: how often its marker came; repeated: in how many articles"),
    "other": (pa.int64(), "number of another article that has the line, null if there is none"),
    "marker": (pa.uint64(), "box: the key of the line that opens it, else 0"),
}

TABLES: Mapping[str, Columns] = {"articles": ARTICLES, "tokens": TOKENS, "lexicon": LEXICON}
BESIDE: Mapping[str, Columns] = {"lines": LINES, "marks": MARKS}
"""What the parts of `corpus_data/` have beside the three tables, and exports have not."""
_EVERY = {**TABLES, **BESIDE}


def schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a table, each column's meaning in its metadata."""
    fields = [
        pa.field(name, kind, metadata={"description": text})
        for name, (kind, text) in _EVERY[table].items()
    ]
    return pa.schema(fields)


def readme(folder: str, tables: Mapping[str, str]) -> str:
    """Return the README.md that explains a folder of tables; `tables` maps name to file pattern."""
    lines = [
        f"# {folder}",
        "",
        "Made by `corpus`; this page is written anew with the data. The three tables join on",
        "`article` and on `form`.",
        "",
    ]
    if folder == "corpus_data":
        lines[-1:] = [
            "An article that was replaced or removed may still stand in a part until the next",
            "`corpus rebuild`: `manifest.json` lists it under `removed`.",
            "",
            "`lemma` is here what each sentence was taken to say. Where the dictionary lacks a",
            "word, all articles together decide: counting, searching and `corpus export` use that.",
            "",
            "`tokens` holds every token here, those of boilerplate too: the paragraphs in `marks`.",
            "Counting, searching and `corpus export` leave these out.",
            "",
        ]
    for table, pattern in tables.items():
        lines += [f"## {table} (`{pattern}`)", "", "| column | type | meaning |", "|---|---|---|"]
        lines += [
            f"| `{name}` | {_type_name(kind)} | {text} |"
            for name, (kind, text) in _EVERY[table].items()
        ]
        lines.append("")
    return "\n".join([*lines, *_examples(tables)])


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return "string (dictionary)"
    if pa.types.is_list(kind):
        return (
            "list of records"
            if pa.types.is_struct(kind.value_type)
            else f"list of {_type_name(kind.value_type).removesuffix(' (dictionary)')}"
        )
    return str(kind).replace("large_string", "string")


def _examples(tables: Mapping[str, str]) -> list[str]:
    return [
        "## Three ways to open it",
        "",
        "From this folder:",
        "",
        "```python",
        "import polars as pl",
        f'articles = pl.read_parquet("{tables["articles"]}")',
        'print(articles.group_by("source").len())',
        "```",
        "",
        "```python",
        "import pandas as pd, glob",
        f'tokens = pd.concat(pd.read_parquet(f) for f in glob.glob("{tables["tokens"]}"))',
        'print(tokens[tokens.pos == "NOUN"].lemma.value_counts().head(10))',
        "```",
        "",
        "```python",
        "import duckdb",
        f"verbs = \"FROM '{tables['tokens']}' WHERE pos = 'VERB'\"",
        'print(duckdb.sql(f"SELECT lemma, count(*) AS n {verbs} GROUP BY lemma ORDER BY n DESC"))',
        "```",
        "",
    ]
