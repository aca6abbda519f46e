"""Vertical text: one token a line between tags, for Sketch Engine, NoSketch Engine and KonText.

The format: https://www.sketchengine.eu/documentation/preparing-corpus-text/
The registry: https://www.sketchengine.eu/documentation/corpus-configuration-file-all-features/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import CorpusError
from corpus.formats.blocks import Block, Progress, one_line, strings, write
from corpus.store import files
from corpus.store.manifest import void
from corpus.store.store import Store

# What parts the values of an attribute that may have several.
_SEPARATOR = "|"
_GLUE = "<g/>\n"


def to_vertical(
    store: Store,
    path: Path,
    numbers: Iterable[int] | None = None,
    renamed: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write all articles, or those with some numbers, to one vertical file; return its path.

    The registry file that Manatee needs to compile it is written beside it, unless there is one
    already, which may have been edited.
    """
    if path.suffix == _REGISTRY_SUFFIX:
        raise CorpusError(f"{path} is the name of a registry", f"as {path.with_suffix('.vert')}")
    write(path, text, store, numbers, renamed or {}, progress)
    beside = registry_path(path)
    if not beside.exists():
        content = registry(path).encode()
        files.write_whole(beside, lambda file: void(file.write(content)))
    return path


def text(block: Block) -> str:
    """Return the tokens of a block as vertical text."""
    pieces = np.full((len(block), 2), "", object)
    pieces[1:][block.glued[:-1], 0] = _GLUE
    firsts = np.flatnonzero(block.new_sentence)
    pieces[firsts, 0] = strings(_tags(block, firsts.tolist()))
    # A space would be taken for the end of a tag's name by some readers.
    tags = [tag.replace(" ", ",") for tag in block.words.tag]
    words = zip(block.words.form, block.words.lemma, block.words.pos, tags, strict=True)
    lines = [f"{form}\t{lemma}\t{pos}\t{tag}\n" for form, lemma, pos, tag in words]
    pieces[:, 1] = strings(lines)[block.word]
    return "".join(pieces.ravel().tolist()) + "</s>\n</p>\n</doc>\n"


def _tags(block: Block, firsts: list[int]) -> list[str]:
    """Return the tags that stand before each sentence."""
    zones = block.zone[firsts].tolist()
    opens_article = block.new_article[firsts].tolist()
    opens_paragraph = block.new_paragraph[firsts].tolist()
    articles = iter(block.articles)
    tags = []
    for place, zone in enumerate(zones):
        paragraph = "<p>\n" if zone == "text" else f'<p type="{zone}">\n'
        if opens_article[place]:
            close = "</s>\n</p>\n</doc>\n" if place else ""
            tags.append(f"{close}{_doc(next(articles))}{paragraph}<s>\n")
        elif opens_paragraph[place]:
            tags.append(f"</s>\n</p>\n{paragraph}<s>\n")
        else:
            tags.append("</s>\n<s>\n")
    return tags


def _doc(article: dict[str, Any]) -> str:
    """Return the tag that opens an article; what is not known of it is left out."""
    date = article["date"].isoformat() if article["date"] else ""
    facts = {
        "id": article["id"],
        "title": article["title"],
        "date": date,
        "year": date[:4],
        "month": date[:7],
        "source": article["source"] or "",
        "author": _several(article["authors"]),
        "tag": _several(article["tags"]),
        "url": article["url"],
    }
    values = ((name, attribute(value)) for name, value in facts.items())
    shown = "".join(f' {name}="{value}"' for name, value in values if value)
    return f"<doc{shown}>\n"


def _several(values: list[str] | None) -> str:
    return _SEPARATOR.join(value.replace(_SEPARATOR, "/") for value in values or ())


def attribute(value: str) -> str:
    """Return a value as it may stand between quotation marks in a tag.

    No escape is understood by all: Manatee's compiler reads `\\"` and leaves `&quot;` as it is,
    KonText's tools end a value at the first quotation mark. So `"` becomes `'`, and a backslash,
    which could take the closing mark along, becomes `/`. The rest stands for itself: `&` must
    stay in addresses, and `<` and `>` mean nothing inside a value.
    """
    return one_line(value).replace('"', "'").replace("\\", "/")


# Registry

_REGISTRY_SUFFIX = ".registry"
_ATTRIBUTES = """\
ATTRIBUTE word {
    LABEL "word form"
}
ATTRIBUTE lemma {
    LABEL "lemma"
}
ATTRIBUTE pos {
    LABEL "part of speech (Universal Dependencies)"
}
ATTRIBUTE tag {
    LABEL "grammemes (OpenCorpora)"
    MULTIVALUE yes
    MULTISEP ","
}
ATTRIBUTE lc {
    LABEL "word form in small letters"
    DYNAMIC utf8lowercase
    DYNLIB internal
    ARG1 "C"
    FUNTYPE s
    FROMATTR word
    TYPE index
    TRANSQUERY yes
}
STRUCTURE doc {
    ATTRIBUTE id
    ATTRIBUTE title
    ATTRIBUTE date
    ATTRIBUTE year
    ATTRIBUTE month
    ATTRIBUTE source
    ATTRIBUTE author {
        MULTIVALUE yes
        MULTISEP "|"
    }
    ATTRIBUTE tag {
        MULTIVALUE yes
        MULTISEP "|"
    }
    ATTRIBUTE url
}
STRUCTURE p {
    ATTRIBUTE type
}
STRUCTURE s
STRUCTURE g {
    DISPLAYTAG 0
    DISPLAYBEGIN "_EMPTY_"
}
"""


def registry_path(path: Path) -> Path:
    """Return where the registry of a vertical file is written."""
    return path.with_suffix(_REGISTRY_SUFFIX)


def registry(path: Path) -> str:
    """Return the registry file with which Manatee compiles a vertical file."""
    whole = path.absolute()
    name = registry_path(path).name
    return f"""\
# Compile with: compilecorp --no-ske ./{name}     (in Sketch Engine: only upload the .vert)
NAME {_quoted(path.stem)}
PATH {_quoted(str(whole.with_suffix(".manatee")))}
VERTICAL {_quoted(str(whole))}
ENCODING "UTF-8"
LANGUAGE "Russian"
INFO "Made by corpus"
TAGSETDOC "https://opencorpora.org/dict.php?act=gram"
FULLREF "doc.title,doc.source,doc.date"
SHORTREF "=doc.source"
DOCSTRUCTURE "doc"
{_ATTRIBUTES}"""


def _quoted(value: str) -> str:
    """Return a value in the quotation marks that it does not hold itself."""
    mark = "'" if '"' in value else '"'
    return f"{mark}{one_line(value).replace(mark, '')}{mark}"
