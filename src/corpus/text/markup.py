"""Marks of HTML and Markdown that stand in a text: what they mean stays, the marks go."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5

from corpus.text.rules import Edit, Rule, rule

HEADING_MARK = "## "
"""What a heading of HTML becomes on its way; `clean` takes it away again and notes the heading."""

# HTML -----------------------------------------------------------------------------------------

_BLOCK = (
    "address article aside blockquote body br caption center dd details div dl dt fieldset "
    "figcaption figure footer form head header hr html li main nav ol p pre section summary table "
    "tbody tfoot thead title tr ul"
)
_CELL = "td th"
_INLINE = (
    "abbr acronym area audio bdi bdo big button canvas cite code col colgroup data del dfn em "
    "embed font iframe img input ins kbd label link map mark meta nobr noindex noscript object "
    "optgroup option output param path picture progress rb rp rt ruby samp script select small "
    "source span strike strong style sub sup svg template textarea time track tt var video wbr"
)
# `<A>` may be a mean value: bare, these are tags only where something is closed.
_LETTER = "a b i q s u"
_WORD_TAGS = "[owvm]:[a-z0-9]{1,20}"


def _tags(names: str) -> str:
    return "|".join(names.split())


_TAG_END = r"(?=[\s/>])[^<>]*>"
_ANY_TAG = re.compile(rf"</?(?:{_tags(_INLINE)}|{_tags(_LETTER)}|{_WORD_TAGS}){_TAG_END}", re.I)
_SURE_TAG = re.compile(
    rf"</?(?:{_tags(_INLINE)}|{_WORD_TAGS}){_TAG_END}|<(?:{_tags(_LETTER)})\s[^<>=]*=[^<>]*>", re.I
)
_UNSEEN = re.compile(r"<(/?)(script|style)\b[^<>]*>|<!--|-->", re.I)


def _find_unseen(text: str) -> Iterator[Edit]:
    """Find scripts, styles and comments; what is never closed is no such thing."""
    if "</" not in text and "<!--" not in text:
        return
    marks = list(_UNSEEN.finditer(text))
    last_end = {_closes(mark): mark.start() for mark in marks}
    opened: re.Match[str] | None = None
    for mark in marks:
        if opened is None:
            if mark.start() < last_end.get(_opens(mark), -1):
                opened = mark
        elif _closes(mark) == _opens(opened):
            yield Edit(opened.start(), mark.end(), "")
            opened = None


def _opens(mark: re.Match[str]) -> str:
    """Return what `mark` opens: `script`, `style`, `comment` or nothing."""
    if mark.group() == "<!--":
        return "comment"
    return "" if mark.group() == "-->" or mark.group(1) else mark.group(2).lower()


def _closes(mark: re.Match[str]) -> str:
    """Return what `mark` closes; a mark that closes nothing gives a word that nothing opens."""
    if mark.group() == "-->":
        return "comment"
    return mark.group(2).lower() if mark.group(1) else "nothing"


def _find_tags(text: str) -> Iterator[Edit]:
    if "<" in text:
        pattern = _ANY_TAG if "</" in text else _SURE_TAG
        yield from (Edit(*match.span(), "") for match in pattern.finditer(text))


def _decoded(match: re.Match[str]) -> str:
    """Decode an entity that is closed by a semicolon, be it escaped twice; others stay."""
    name = match.group(1)
    if name.startswith("#"):
        return html.unescape(f"&{name}")
    return html5.get(name, match.group())


_UNSEEN_RULE = Rule("html-code", _find_unseen)
_TAG = Rule("html-tag", _find_tags)
_DECLARATION = rule("html-tag", r"<!(?:doctype\b[^<>]*>|\[CDATA\[)|\]\]>|<\?xml[^<>]*>", "", ("<",))
ENTITY = rule(
    "entity",
    r"&(?:amp;)*(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)",
    _decoded,
    ("&",),
)

HEADING_TAG = "html-heading"
HTML = (
    _UNSEEN_RULE,
    rule(
        HEADING_TAG,
        r"<(/?)h[1-6](?=[\s/>])[^<>]*>\s*",
        lambda match: "\n\n" if match.group(1) else "\n\n" + HEADING_MARK,
        ("<h", "<H"),
        re.I,
    ),
    rule("html-block", rf"</?(?:{_tags(_BLOCK)}){_TAG_END}", "\n\n", ("<",), re.I),
    rule("html-cell", rf"</?(?:{_tags(_CELL)}){_TAG_END}", " ", ("<",), re.I),
    _TAG,
    _DECLARATION,
    ENTITY,
)
HTML_LINE = (
    _UNSEEN_RULE,
    rule(
        "html-block", rf"</?(?:{_tags(_BLOCK + ' ' + _CELL)}|h[1-6]){_TAG_END}", " ", ("<",), re.I
    ),
    _TAG,
    _DECLARATION,
    ENTITY,
)

# Markdown -------------------------------------------------------------------------------------

_M = re.MULTILINE
_TARGET = r"\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:[ \n][\"'][^\"'\n]*[\"'])?\)"


def _heading_line(match: re.Match[str]) -> str:
    """Set a heading apart by blank lines, without the marks that may close it."""
    line = match.group().strip()
    marks = line[: len(line) - len(line.lstrip("#"))]
    return f"\n{marks} {line[len(marks) :].rstrip('#').strip()}\n"


def _underlined(match: re.Match[str]) -> str:
    return f"\n{'#' if match.group(2) == '=' else '##'} {match.group(1)}\n"


def _rule_line(match: re.Match[str]) -> str:
    """Drop a line across the page: three or more of one mark."""
    marks = re.sub(r"[ \t]", "", match.group())
    return "\n" if len(marks) > 2 and len(set(marks)) == 1 else match.group()


def _table_row(match: re.Match[str]) -> str:
    cells = [cell.strip() for cell in match.group().strip().strip("|").split("|")]
    is_ruler = not any(cell.strip("-: ") for cell in cells)
    return "" if is_ruler else "\n" + " ".join(filter(None, cells)) + "\n"


HEADING_LINE = rule("heading-line", r"^ {0,3}#{1,6}(?:[ \t][^\n]*)?$", _heading_line, ("#",), _M)
_STARS = r"(?<![\\*\d])(\*{1,3})(?=[^\s*])((?:[^*\n]|\n(?!\n))+)(?<=[^\s*])\1(?!\*)"
_BARS = r"(?<![\\\w])(_{1,3})(?=[^\s_])((?:[^_\n]|\n(?!\n))+)(?<=[^\s_])\1(?!\w)"


def _emphasis(pattern: str, mark: str) -> Rule:
    return rule("md-emphasis", pattern, lambda match: match.group(2), (mark,))


MARKDOWN = (
    rule("md-quote", r"^ {0,3}>[> \t]*", "", (">",), _M),
    rule("md-fence", r"^ {0,3}(?:```|~~~)[^\n]*$", "", ("```", "~~~"), _M),
    HEADING_LINE,
    rule("heading-line", r"^([^\s#>*=-][^\n]{0,99})\n(=|-)\2{2,}[ \t]*$", _underlined, flags=_M),
    rule("md-line", r"^ {0,3}[-*_][-*_ \t]+$", _rule_line, flags=_M),
    rule("md-list", r"^[ \t]*[-*+][ \t]+(?=\S)", "\n", flags=_M),
    rule("md-list", r"^(?=[ \t]*\d{1,9}[.)][ \t]+\S)", "\n", flags=_M),
    rule("md-table", r"^ {0,3}\|[^\n]*\|[ \t]*$", _table_row, ("|",), _M),
    rule("md-image", rf"!\[[^\[\]\n]*\](?:{_TARGET}|\[[^\[\]\n]*\])", "", ("![",)),
    rule("md-link", r"^ {0,3}\[[^\[\]\n]+\]:[ \t]+\S[^\n]*$", "", ("]:",), _M),
    rule(
        "md-link",
        rf"\[([^\[\]\n]*(?:\n[^\[\]\n]+)?)\](?:{_TARGET}|\[[^\[\]\n]*\])",
        lambda match: match.group(1),
        ("](", "]["),
    ),
    rule("md-link", r"<(https?://[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>", lambda m: m.group(1), ("<",)),
    rule("md-code", r"(?<!`)(`{1,3})(?!`)([^`\n]+)\1(?!`)", lambda m: m.group(2).strip(), ("`",)),
    _emphasis(_STARS, "*"),
    _emphasis(_STARS, "*"),  # again for what stood inside another
    _emphasis(_BARS, "_"),
    _emphasis(_BARS, "_"),
    _emphasis(r"(~~)(?=[^\s~])([^~\n]+)~~", "~~"),
    rule("md-escape", r"\\([\\`*_{}\[\]()#+.!>|~-])", lambda match: match.group(1), ("\\",)),
)
