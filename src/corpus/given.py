"""Articles that come from Python: checked, and turned into what a reader would have yielded."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from pathlib import Path

from corpus.model import Article
from corpus.sources.limits import MAX_CHARS, TOO_LONG
from corpus.sources.records import MAX_ID
from corpus.text.clean import clean_article, restore

_TEXTS = ("id", "title", "lead", "text", "source", "url", "time", "markup", "raw", "origin", "hash")
_LISTS = ("authors", "tags", "problems")
_CLEANED = ("title", "lead", "text", "source", "url", "authors", "tags")
_MARKUPS = ("plain", "markdown", "headings")
_NOT_IN_ID = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]|\A\s|\s\Z")


def flaw(article: Article) -> str:
    """Return why an article cannot be kept, or nothing.

    Readers yield none that has a flaw; whoever makes articles in Python may.
    """
    texts = [getattr(article, name) for name in _TEXTS]
    for name, value in zip(_TEXTS, texts, strict=True):
        if not isinstance(value, str):
            return f"{name} is not a string"
    for name in _LISTS:
        value = getattr(article, name)
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            return f"{name} is not a tuple of strings"
        texts += value
    if article.date is not None and type(article.date) is not dt.date:
        return "date is not a datetime.date"
    if article.markup not in _MARKUPS:
        return f"markup is not one of: {', '.join(_MARKUPS)}"
    if max(map(len, texts)) > 4 * MAX_CHARS or len(article.text) > MAX_CHARS:
        return TOO_LONG
    if len(article.id) > MAX_ID or _NOT_IN_ID.search(article.id):
        return f"the id is longer than {MAX_ID} characters, or holds breaks or blanks at its ends"
    return _unwritable(article, texts)


def _unwritable(article: Article, texts: list[str]) -> str:
    try:
        for text in (*texts, json.dumps(article.record, ensure_ascii=False)):
            text.encode()
    except UnicodeEncodeError:
        return "it holds characters that are no valid Unicode"
    except (TypeError, ValueError, RecursionError):
        return "record holds what JSON cannot hold"
    return ""


def as_given(article: Article) -> Article:
    """Return an article from Python as a reader would give it.

    One that a corpus gave out goes back to what had come in, so that it is known again, there and
    in another corpus; fields that were edited since stay as they are now.
    """
    if flaw(article):
        return article
    if article.origin and not Path(article.origin).is_absolute():
        # It is no file of the inbox of the corpus that it comes to.
        article = replace(article, origin="")
    if not article.hash:
        return article
    came = as_came(article)
    again = clean_article(came)
    edited = [name for name in _CLEANED if getattr(again, name) != getattr(article, name)]
    came = replace(came, **{name: getattr(article, name) for name in edited})
    if "text" not in edited:
        return came
    paragraphs = [
        f"## {text}" if number in article.headings else text
        for number, text in enumerate(article.paragraphs)
    ]
    return replace(came, text="\n\n".join(paragraphs), markup="headings", raw="")


def as_came(article: Article) -> Article:
    """Return an article as its reader gave it, before cleaning."""

    def before(value: str, name: str) -> str:
        return restore(value, article.changes, name)

    return replace(
        article,
        title=before(article.title, "title"),
        lead=before(article.lead, "lead"),
        text=before(article.text, "text"),
        source=before(article.source, "source"),
        url=before(article.url, "url"),
        authors=tuple(before(a, f"authors.{n}") for n, a in enumerate(article.authors)),
        tags=tuple(before(t, f"tags.{n}") for n, t in enumerate(article.tags)),
        headings=(),
        changes=(),
        boilerplate=(),
    )
