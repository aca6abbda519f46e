"""Citations: a line for a Russian bibliography (ГОСТ Р 7.0.5-2008), and BibTeX."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from corpus.errors import CorpusError

if TYPE_CHECKING:
    from corpus.model import Article

_NO_TITLE = "[Без заголовка]"
# More authors than these are not all named.
_MOST_AUTHORS = 3


def citation(article: Article, style: str = "gost", accessed: dt.date | None = None) -> str:
    """Return the citation of an article in a style, `gost` or `bibtex`.

    `accessed` is the day on which the address was seen; without it, the day on which the article
    was added to the corpus. CorpusError names the styles if there is none of this name.
    """
    if style not in STYLES:
        raise CorpusError(f"no style of citations {style!r}", f"there are: {', '.join(STYLES)}")
    if accessed is None and article.added_at is not None:
        accessed = article.added_at.date()
    return STYLES[style](article, accessed)


# ГОСТ Р 7.0.5-2008, «Библиографическая ссылка», section 10: electronic resources


def _gost(article: Article, accessed: dt.date | None) -> str:
    """Return `Автор. Заголовок // Источник. 24.10.2024. URL: … (дата обращения: 25.10.2024).`"""
    authors = [_plain(author) for author in article.authors]
    named = ", ".join(authors) if len(authors) <= _MOST_AUTHORS else f"{authors[0]} [и др.]"
    # A full stop would stand before the strokes; three of them belong to the title.
    title = re.sub(r"(?<!\.)\.$", "", _plain(article.title)) or _NO_TITLE
    source = _plain(article.source) or _host(article.url)
    work = f"{title} // {source}" if source else title
    url = _address(article.url)
    seen = f" (дата обращения: {_day(accessed)})" if url and accessed else ""
    areas = (named, work, _day(article.date), f"URL: {url}{seen}" if url else "")
    return " ".join(_ended(area) for area in areas if area)


def _day(date: dt.date | None) -> str:
    return f"{date:%d.%m.}{date.year:04}" if date else ""


def _ended(area: str) -> str:
    """Return an area of description with the full stop that ends it, unless another mark does."""
    return area if area.endswith((".", "!", "?", "…")) else f"{area}."


def _plain(text: str) -> str:
    """Return a text on one line, without what cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


# BibTeX, as biblatex and biber read it

# To each character what stands for it; braces by name, for BibTeX counts even escaped ones.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{mark: f"\\{mark}" for mark in "#$%&_"},
    }
)
# What would end an address or its field; the field is taken as it is, so nothing else is escaped.
_NOT_IN_ADDRESS = re.compile(r"[\s{}\\\"<>^`|]|[^\x20-\U0010ffff]")
_NOT_IN_KEY = re.compile(r"[^A-Za-z0-9:._+-]+")
# As in Russian passports; the soft sign is not written.
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыэюя",
        "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y e iu ia".split(),
        strict=True,
    ),
    ь="",
)


def _bibtex(article: Article, accessed: dt.date | None) -> str:
    """Return an entry `@online{key, …}`; fields of which nothing is known are left out."""
    fields = {
        "author": " and ".join(map(_name, article.authors)),
        "title": _escaped(article.title) or _NO_TITLE,
        "organization": _escaped(article.source) or _host(article.url),
        "date": article.date.isoformat() if article.date else "",
        "url": _address(article.url),
        "urldate": accessed.isoformat() if article.url and accessed else "",
        "langid": "russian",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@online{{{key(article.id)},\n" + ",\n".join(lines) + "\n}"


def _escaped(text: str) -> str:
    return _plain(text).translate(_ESCAPES)


def _name(author: str) -> str:
    """Return an author; a name that holds the word that parts authors is kept whole by braces."""
    name = _escaped(author)
    return f"{{{name}}}" if re.search(r"\band\b", name, re.I) else name


def _address(url: str) -> str:
    """Return an address with what does not belong into one written as %20."""

    def encoded(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))

    return _NOT_IN_ADDRESS.sub(encoded, url.strip())


def key(article_id: str) -> str:
    """Return the key of an article: its id if that is plain ASCII, else in Latin letters.

    What gets lost in that is made up for by eight digits of a hash, so that no two ids share a key.
    """
    latin = "".join(_transliterated(c) for c in article_id)
    plain = _NOT_IN_KEY.sub("-", latin).strip("-")
    if plain == article_id and plain:
        return plain
    digest = hashlib.blake2b(article_id.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{plain[:40] or 'article'}-{digest}"


def _transliterated(letter: str) -> str:
    latin = _LATIN.get(letter.lower())
    if latin is None:
        return letter
    return latin.capitalize() if letter.isupper() else latin


STYLES: dict[str, Callable[[Any, dt.date | None], str]] = {"gost": _gost, "bibtex": _bibtex}
