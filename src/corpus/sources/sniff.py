"""What format a stream or a file without a telling name is in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.sources.encoding import decode
from corpus.sources.jsonl import load_object
from corpus.sources.records import ALIASES
from corpus.sources.tabular import sniff_delimiter

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_OBJECT = re.compile(r'\s*\{\s*["}]')
_ARRAY = re.compile(r"\s*\[\s*[{\]]")


def sniff(head: bytes, mapping: Mapping[str, str] | None = None) -> str:
    """Return the suffix of the format that begins with `head`; plain text if it shows no other."""
    if head.startswith(b"PAR1"):
        return ".parquet"
    text = decode(head)[0].lstrip("\ufeff")
    if _PAGE.match(text):
        return ".html"
    if _ARRAY.match(text):
        return ".json"
    first = text.lstrip().partition("\n")[0]
    if _OBJECT.match(text):
        return ".jsonl" if isinstance(load_object(first), dict) else ".json"
    return _table(first, mapping or {}) or ".txt"


def _table(header: str, mapping: Mapping[str, str]) -> str:
    """Return the suffix of a table if `header` names a column of text among others."""
    delimiter = sniff_delimiter(header, mapping)
    names = {name.strip(' "\r\n').casefold() for name in header.split(delimiter)}
    texts = {*ALIASES["text"], mapping.get("text", "text").casefold()}
    if len(names) < 2 or not names & texts:
        return ""
    return ".tsv" if delimiter == "\t" else ".csv"
