"""Web pages: the article in a page, without what stands around it.

The only home of trafilatura, which finds the body; what a page states of itself in its head is
read here first, because it is stated and not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from corpus.model import Article, Failure
from corpus.sources.archives import Member
from corpus.sources.dates import parse_date
from corpus.sources.limits import HEAD, Refused
from corpus.sources.records import Place, build, host
from corpus.sources.streams import peek, read_page
from corpus.sources.values import Notes, phrases, tidy_record

MISSING = "HTML pages need: pip install 'corpus[html]'"
DATES = (
    *("article:published_time", "datepublished", "mediator_published_time", "pubdate"),
    *("publishdate", "publish_date", "publish-date", "dcterms.created", "dcterms.issued"),
    *("dc.date.issued", "dc.date.created", "dc.date", "date"),
)
"""Names under which a page's head states its date, the plainest first."""
VISIBLE_DATES = (
    "//time[@itemprop='datePublished']/@datetime | //time[@pubdate]/@datetime",
    "(//article | //main)//time/@datetime",
    "//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content",
    "//time/@datetime",
)
DATE_TEXTS = (
    "(//article | //main)//*[contains(@class, 'date') or self::time]",
    "//h1/following::*[contains(@class, 'date') or self::time]",
)
"""Where a date may be printed; it counts if it is the only one there."""
LEADING = 3
BREAKS = frozenset({"lb", "p", "item", "head"})
HOLDERS = frozenset({"body", "list", "item", "quote", "div", "table", "row", "cell", "fw", "code"})
BLOCKS = HOLDERS | {"p", "head"}
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_PUBLISHED = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_EMPTY_LINES = re.compile(r"<br\s*/?>(?:\s|&nbsp;)*(?:<br\s*/?>(?:\s|&nbsp;)*)+", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


def read_html(member: Member, place: Place) -> Iterator[Article | Failure]:
    """Yield the article in a web page."""
    with member.open() as stream:
        head, stream_again = peek(stream, HEAD)
        found = _CHARSET.search(head)
        declared = found[1].decode("ascii") if found else ""
        text, problem = read_page(stream_again, declared, some_nuls=True)
    yield from parse_html(text, place, problem)


def parse_html(page: str, place: Place, problem: str = "") -> Iterator[Article | Failure]:
    """Yield the article that `page` holds, its headings marked with `## `.

    Raise `Refused` if the extractor is not installed.
    """
    tree, document = _extract(page)
    if document is None:
        yield Failure(place.path, "no text found in the page")
        return
    notes = Notes(filter(None, (problem,)))
    facts = tidy_record(_facts(tree, document), notes)
    blocks = list(_blocks(document.body))
    dated = _leading_date(blocks)
    facts.setdefault("date", dated)
    above = [facts.get("title", ""), dated, *facts.get("authors", [])]
    text = "\n\n".join(_without_top(blocks, above))
    if not text:
        yield Failure(place.path, "no text found in the page")
        return
    yield build(
        facts | {"text": text},
        place.path,
        place,
        record={name: value for name, value in facts.items() if value},
        markup="headings",
        raw=page,
        site=facts.get("site", ""),
        problems=tuple(notes),
    )


def _extract(page: str) -> tuple[Any, Any]:
    """Return the tree of `page` and what trafilatura finds in it, None for nothing."""
    try:
        from trafilatura import bare_extraction, load_html
    except ImportError:
        raise Refused(MISSING) from None
    markup = _XML_DECLARATION.sub("", page.replace("\0", ""))
    markup = _EMPTY_LINES.sub("<p>", markup)  # what the extractor would glue together
    if "<html" not in markup[:HEAD].lower():
        markup = f"<html><body><article>{markup}</article></body></html>"
    tree = load_html(markup)
    if tree is None:
        return None, None
    for recall in (False, True):
        document: Any = bare_extraction(
            markup, with_metadata=True, include_comments=False, favor_recall=recall
        )
        if document is not None and any(_blocks(document.body)):
            return tree, document
    return tree, None


def _facts(tree: Any, document: Any) -> dict[str, Any]:
    """Return what the page states of itself; what it does not, as trafilatura finds it."""
    metas = _metas(tree)
    canonical = [url for url in tree.xpath("//link[@rel='canonical']/@href") if _absolute(url)]
    authors = [name for name in metas.get("author", []) if not _absolute(name)]
    tags = metas.get("article:tag") or metas.get("keywords") or document.tags or []
    facts = {
        "title": document.title,
        "authors": _listed(authors or (document.author or "").split("; ")),
        "date": _date(tree, metas),
        "url": canonical[0] if canonical else document.url,
        "tags": _listed(tags),
        "site": _site(metas, document),
        "description": _first(metas, "description") or _first(metas, "og:description"),
    }
    return {name: value for name, value in facts.items() if value}


def _metas(tree: Any) -> dict[str, list[str]]:
    """Return the contents of the page's meta elements by name, in lower case."""
    found: dict[str, list[str]] = {}
    for meta in tree.xpath("//meta[@content]"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if content := meta.get("content").strip():
            found.setdefault(name.strip().lower(), []).append(content)
    return found


def _date(tree: Any, metas: Mapping[str, list[str]]) -> str:
    """Return the date as the page states it: in its head, its data, or beside the title."""
    scripts = tree.xpath("//script[@type='application/ld+json']/text()")
    stated = chain(
        (_first(metas, name) for name in DATES),
        (match[1] for script in scripts if (match := _PUBLISHED.search(script))),
        chain.from_iterable(tree.xpath(path) for path in VISIBLE_DATES),
        (_lone_date(tree.xpath(path)) for path in DATE_TEXTS),
    )
    return next((str(date).strip() for date in stated if str(date).strip()), "")


def _lone_date(marks: Iterable[Any]) -> str:
    """Return the text of `marks` that is a date; "" if there are different ones."""
    texts = (_collapse(mark.text_content()).strip() for mark in marks)
    dates = {parse_date(text).date: text for text in texts if _is_date(text)}
    return next(iter(dates.values())) if len(dates) == 1 else ""


def _site(metas: Mapping[str, list[str]], document: Any) -> str:
    """Return the name of the site, unless it is only its host."""
    named = _first(metas, "og:site_name") or document.sitename or ""
    hosts = {document.hostname, host(document.url or "")}
    return "" if named.lower().removeprefix("www.") in hosts else named


def _blocks(element: Any) -> Iterator[str]:
    """Yield the paragraphs of trafilatura's tree, headings with `## ` before them."""
    if element.tag == "head":
        yield from (f"## {text}" for text in [_flat(element).replace("\n", " ")] if text)
    elif element.tag == "row" and not element.xpath(".//p | .//list | .//head"):
        yield from filter(None, [" | ".join(filter(None, map(_flat, element)))])
    elif _is_unstructured(element):
        yield from filter(None, map(str.strip, element[0].text.split("\n")))
    elif element.tag in HOLDERS and any(child.tag in BLOCKS for child in element):
        yield from _paragraphs(element.text or "")
        for child in element:
            yield from _blocks(child)
            yield from _paragraphs(child.tail or "")
    elif element.tag in BLOCKS:
        yield from _paragraphs(_flat(element))


def _is_unstructured(element: Any) -> bool:
    """Return whether the extractor found no structure and gave a line for each paragraph."""
    lone = element.tag == "body" and len(element) == 1 and len(element[0]) == 0
    return lone and element[0].tag == "p" and "\n" in (element[0].text or "")


def _flat(element: Any) -> str:
    """Return the text in `element`, its white space as a browser shows it."""
    lines = "".join(_pieces(element)).split("\n")
    return "\n".join(line.strip(" ") for line in lines).strip("\n")


def _pieces(element: Any) -> Iterator[str]:
    yield _collapse(element.text or "")
    for child in element:
        yield "\n" if child.tag in BREAKS else ""
        yield from _pieces(child)
        yield _collapse(child.tail or "")


def _paragraphs(text: str) -> Iterator[str]:
    """Yield what two or more line breaks part."""
    return filter(None, (part.strip() for part in re.split("\n{2,}", text)))


def _without_top(blocks: list[str], above: list[str]) -> Iterator[str]:
    """Yield `blocks` without the title, authors and date that stand above the text."""
    known = {_collapse(line).casefold() for line in above}
    for number, block in enumerate(blocks):
        bare = _collapse(block.removeprefix("## ")).casefold()
        if number >= LEADING or bare not in known:
            yield block


def _leading_date(blocks: list[str]) -> str:
    return next((block for block in blocks[:LEADING] if _is_date(block)), "")


def _is_date(text: str) -> bool:
    return parse_date(text).date is not None


def _first(metas: Mapping[str, list[str]], name: str) -> str:
    return metas.get(name, [""])[0]


def _listed(values: Iterable[str]) -> list[str]:
    """Return names of which several may stand in one string."""
    return list(chain.from_iterable(phrases(value, "", Notes()) for value in values))


def _absolute(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _collapse(text: str) -> str:
    return _SPACES.sub(" ", text)
