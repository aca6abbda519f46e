"""Files to articles: text, Markdown, HTML, JSON, CSV and Parquet, packed or not.

`read` takes whatever a user names and gives a stream of `Article` and `Failure`; it never raises
for bad input and never holds more than one record. The `parse_…` functions do the same for text
that is in memory already.
"""

from __future__ import annotations

from corpus.sources.dates import Stated, date_in_name, date_in_url, parse_date
from corpus.sources.encoding import decode
from corpus.sources.files import list_files
from corpus.sources.html import parse_html
from corpus.sources.jsonl import parse_json, parse_jsonl
from corpus.sources.plain import parse_markdown, parse_plain
from corpus.sources.reader import read
from corpus.sources.records import ALIASES, Place
from corpus.sources.streams import Line, numbered
from corpus.sources.tabular import parse_csv

__all__ = [
    "ALIASES",
    "Line",
    "Place",
    "Stated",
    "date_in_name",
    "date_in_url",
    "decode",
    "list_files",
    "numbered",
    "parse_csv",
    "parse_date",
    "parse_html",
    "parse_json",
    "parse_jsonl",
    "parse_markdown",
    "parse_plain",
    "read",
]
