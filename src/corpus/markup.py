"""Results as HTML for notebooks: everything escaped, nothing that an untrusted notebook drops."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpus.differences import Piece
from corpus.model import Hit, Snippet
from corpus.render import clipped, facts, visible

LONGEST = 300
"""Characters of one value that are shown in a notebook; the data stay whole."""
_NOTHING: Mapping[int, str] = {}

# Semantic tags only, no colours, so that dark and untrusted notebooks stay readable.
# The two classes keep MathJax away from "$5 … $6".
_OPEN = '<div class="corpus tex2jax_ignore mathjax_ignore" lang="ru">'


def page(*pieces: str) -> str:
    """Return pieces of HTML as the one element that a result is."""
    return f"{_OPEN}{''.join(pieces)}</div>"


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[bool], caption: str
) -> str:
    """Return texts as an HTML table; numbers stand on the right, text on the left."""
    # JupyterLab puts all cells of a table on the right, and lets this one style pass.
    sides = [f' style="text-align:{"right" if number else "left"}"' for number in numeric]
    # The thousands of a number stay on one line.
    rows = [
        [text.replace(" ", "\u00a0") if n else text for text, n in zip(row, numeric, strict=True)]
        for row in rows
    ]
    head = "".join(
        f'<th scope="col"{side}>{escape(name)}</th>'
        for side, name in zip(sides, columns, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(f'<td{s}>{escape(text)}</td>' for s, text in zip(sides, row, strict=True))}"
        "</tr>"
        for row in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def footer(notes: Iterable[str]) -> str:
    """Return what is to be said below a result, a line each, in small letters."""
    lines = "<br>".join(escape(note) for note in notes if note)
    return f"<footer><small>{lines}</small></footer>"


def hits(found: Sequence[Hit], caption: str) -> str:
    """Return hits as a numbered list: title, facts, snippet with the words found marked."""
    items = "".join(
        f'<li value="{hit.rank}"><strong>{marked(_cut(hit.heading))}</strong><br>'
        f"<small>{escape(clipped(facts(hit), LONGEST))}</small><br>"
        f"{marked(_cut(hit.snippet, 2 * LONGEST))}</li>"
        for hit in found
    )
    return f"<p>{escape(caption)}</p><ol>{items}</ol>"


def _cut(snippet: Snippet, longest: int = LONGEST) -> Snippet:
    """Return a snippet of at most `longest` characters."""
    if len(snippet.text) <= longest:
        return snippet
    spans = tuple((start, min(stop, longest)) for start, stop in snippet.spans if start < longest)
    return snippet._replace(text=clipped(snippet.text, longest), spans=spans)


def line(title: str, text: str) -> str:
    """Return a name and what is said of it as HTML."""
    return page(f"<p><strong>{escape(title)}</strong><br>{escape(text)}</p>")


def kwic(records: Sequence[Mapping[str, Any]], caption: str) -> str:
    """Return lines of a concordance as an HTML table, the matches one below the other."""
    body = "".join(
        f'<tr><td style="text-align:right">{escape(_last(r["before"]))}</td>'
        f'<td style="text-align:center"><mark>{escape(clipped(r["match"], LONGEST))}</mark></td>'
        f'<td style="text-align:left">{escape(clipped(r["after"], LONGEST))}</td>'
        f'<td style="text-align:left"><small>{escape(clipped(facts_of(r), LONGEST))}</small></td>'
        "</tr>"
        for r in records
    )
    return f"<table><caption>{escape(caption)}</caption><tbody>{body}</tbody></table>"


def _last(text: str) -> str:
    return clipped(text[::-1], LONGEST)[::-1]


def facts_of(record: Mapping[str, Any]) -> str:
    """Return source, date and id of a line of a concordance."""
    known = (record["source"], record["date"], record["article"])
    return " · ".join(str(fact) for fact in known if fact)


# Pale in whatever colours a page has; where styles are dropped, small letters are left.
_ASIDE = '<p style="opacity:.5" title="{}"><small>{}</small></p>'


def reading(
    title: Snippet, lead: Snippet, text: Snippet, *, facts: str, frame: Mapping[int, str] = _NOTHING
) -> str:
    """Return an article as HTML, what was found marked, its paragraph first of all.

    `frame` tells of each paragraph that is boilerplate, by its first character, why it is.
    """
    body, first = [], 0
    for part in paragraphs(text):
        body.append((part, frame.get(first, "")))
        first += len(part.text) + 2
    blocks = [(part, why) for part, why in ((lead, ""), *body) if part.text]
    found = [marked(part) for part, _ in blocks if part.spans]
    place = f"<blockquote>{found[0]}</blockquote>" if found else ""
    whole = "".join(
        _ASIDE.format(escape(f"boilerplate: {why}"), marked(part))
        if why
        else f"<p>{marked(part)}</p>"
        for part, why in blocks
    )
    return page(
        f"<p><strong>{marked(title)}</strong><br><small>{escape(facts)}</small></p>{place}",
        f"<details><summary>Весь текст</summary>{whole}</details>",
    )


def difference(title: str, shown: Iterable[tuple[str, Sequence[Piece]]]) -> str:
    """Return what differs between two texts as HTML, in <del> and <ins>, a paragraph a place."""
    names = {"same": "", "gone": "del", "new": "ins"}
    places = "".join(
        f"<p><small>{escape(field)}</small> "
        + "".join(_element(names[kind], escape(text)) for kind, text in pieces)
        + "</p>"
        for field, pieces in shown
    )
    return page(f"<p><strong>{escape(title)}</strong></p>", places)


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if name else content


def paragraphs(text: Snippet) -> list[Snippet]:
    """Return the paragraphs of a text, each with the stretches that lie in it."""
    found, first = [], 0
    for part in text.text.split("\n\n"):
        stop = first + len(part)
        spans = tuple(
            (max(a, first) - first, min(b, stop) - first)
            for a, b in text.spans
            if a < stop and b > first
        )
        found.append(Snippet(part, spans))
        first = stop + 2
    return found


def marked(snippet: Snippet) -> str:
    """Return a snippet as HTML, what the query found in <mark>."""
    pieces, place = [], 0
    for start, stop in snippet.spans:
        pieces.append(escape(snippet.text[place:start]))
        pieces.append(f"<mark>{escape(snippet.text[start:stop])}</mark>")
        place = stop
    return "".join([*pieces, escape(snippet.text[place:])])


def escape(text: str) -> str:
    """Return a text that HTML shows as it is, direction marks and controls made visible.

    Very long words may be broken anywhere, so that they do not push a page out of its frame.
    """
    return _LONG.sub(_breakable, html.escape(visible(text)))


# Escaped: a character may be an entity, which must not be broken. Nor is a row of block elements,
# which is a strip that shows where in an article something stands.
_LONG = re.compile(r"(?:&#?\w+;|[^\s&\u2580-\u259f]){30,}")
_PIECE = re.compile(r"(?:&#?\w+;|[^\s&]){5}")


def _breakable(word: re.Match[str]) -> str:
    return _PIECE.sub(r"\g<0><wbr>", word[0])
