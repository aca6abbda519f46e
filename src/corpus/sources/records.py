"""A record of named fields to an `Article`: which column is what, and what its values mean."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from corpus.errors import CorpusError
from corpus.model import Article, Failure
from corpus.sources.dates import Stated, date_in_name, date_in_url, parse_date
from corpus.sources.limits import MAX_CHARS, TOO_LONG
from corpus.sources.values import Notes, is_empty, one_line, phrases, plain_text, tidy_record

ALIASES: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "name", "header", "заголовок"),
    "text": ("text", "content", "body", "article_text", "fulltext", "html", "текст"),
    "lead": ("summary", "lead", "description", "subtitle", "annotation", "лид"),
    "source": ("source", "outlet", "publisher", "site", "источник"),
    "authors": ("authors", "author", "byline", "автор"),
    "url": ("url", "link", "href"),
    "date": (
        *("date", "published", "published_at", "pubdate", "pub_date", "datetime"),
        *("created_at", "дата", "time"),
    ),
    "tags": ("tags", "keywords", "tag", "topics"),
    "id": ("id", "uid", "guid"),
}
"""The names of columns that are understood, for each field the likeliest first."""
MAX_ID = 200
LOOK_AHEAD = 100
LOOK_AHEAD_CHARS = 2**22
SHOWN_COLUMNS = 20
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where articles come from, and what their surroundings and the user say of them.

    `path` is what a user is told; `name` is the file's name if the whole file is one article,
    else ""; `folder` is the source that the folder's name gives; `source` and `mapping` are what
    the user said, and win.
    """

    path: str = ""
    name: str = ""
    folder: str = ""
    source: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    today: dt.date | None = None


class Item(NamedTuple):
    """One record with the place it starts at; a string is the reason why there is none."""

    origin: str
    record: Mapping[str, Any] | str


def checked_mapping(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Return `mapping` with its fields' names checked; raise CorpusError for one we lack."""
    for name in mapping or {}:
        if name not in ALIASES:
            raise CorpusError(
                f"there is no field {name!r}: the fields are {', '.join(ALIASES)}",
                "name a column for a field like this: --map title=headline",
            )
    return dict(mapping or {})


def read_records(items: Iterable[Item], place: Place) -> Iterator[Article | Failure]:
    """Turn each record into an article, or into the reason why it is none."""
    items, unseen = _look_ahead(iter(items), place.mapping)
    for origin, record in items:
        if isinstance(record, str):
            yield Failure(origin, record)
            continue
        try:
            yield _one(record, origin, place, unseen)
        except MemoryError:
            raise
        except Exception as error:  # one odd record never stops the rest
            yield Failure(origin, f"could not be read: {type(error).__name__}: {error}")


def choose(record: Values, mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the column of `record` that gives each field: the first that holds something."""
    columns = _columns(tuple(record), tuple(mapping.items()))
    chosen = {}
    for name, candidates in columns.items():
        for column in candidates:
            if not is_empty(record[column]):
                chosen[name] = column
                break
    return chosen


def build(
    values: Values,
    origin: str,
    place: Place,
    *,
    record: Values | None = None,
    markup: str = "plain",
    raw: str = "",
    site: str = "",
    problems: tuple[str, ...] = (),
) -> Article | Failure:
    """Return the article that `values`, keyed by field, make up, or why they make none.

    `site` is the name a page gives to its site: the source when nothing nearer names one.
    """
    notes = Notes(problems)
    text, lead = plain_text(values.get("text")), plain_text(values.get("lead"))
    title = one_line(values.get("title"), "title", notes)
    if max(len(text), len(lead), len(title)) > MAX_CHARS:
        return Failure(origin, TOO_LONG)
    id, wrong = _id(values.get("id"))
    if wrong:
        return Failure(origin, wrong)
    url = one_line(values.get("url"), "url", notes)
    stated = _date(values.get("date"), url, place)
    notes.add(stated.problem)
    named = place.source or one_line(values.get("source"), "source", notes)
    return Article(
        text=text,
        title=title,
        id=id,
        lead=lead,
        source=named or place.folder or site or host(url),
        authors=phrases(values.get("authors"), "authors", notes),
        url=url,
        date=stated.date,
        time=stated.time,
        tags=phrases(values.get("tags"), "tags", notes),
        markup=markup,
        raw=raw,
        record=dict(record or {}),
        origin=origin,
        problems=tuple(notes),
    )


def host(url: str) -> str:
    """Return the host of `url` without `www.`; of an address within an address, the inner one."""
    try:
        name = urlsplit(_inner(url)).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")


def _one(record: Values, origin: str, place: Place, unseen: set[str]) -> Article | Failure:
    notes = Notes()
    record = tidy_record(record, notes)
    columns = _columns(tuple(record), tuple(place.mapping.items()))
    unseen -= {name for name in place.mapping.values() if _column(name, record)}
    for name in place.mapping.values():
        if name in unseen:
            return Failure(origin, f"no column {name!r} ({_present(record)})")
    chosen = choose(record, place.mapping)
    problems: tuple[str, ...] = ()
    if "text" not in chosen and columns["text"] and "lead" in chosen:
        # A lead alone is still something to find; nothing that can be kept is refused.
        chosen = {name: column for name, column in chosen.items() if name != "lead"} | {
            "text": chosen["lead"]
        }
        problems = (f"{columns['text'][0]!r} is empty: the lead was taken for the text",)
    if "text" not in chosen:
        return Failure(origin, _no_text(record, columns["text"]))
    values = {name: record[column] for name, column in chosen.items()}
    if not plain_text(values["text"]):
        return Failure(origin, f"the text is not a string ({_present(record)})")
    rest = {column: value for column, value in record.items() if column != chosen["text"]}
    return build(values, origin, place, record=rest, problems=(*notes, *problems))


def _look_ahead(
    items: Iterator[Item], mapping: Mapping[str, str]
) -> tuple[Iterator[Item], set[str]]:
    """Return `items` again, and the columns of `mapping` that the first hundred all lack.

    A record may lack a column that others have; a column that none has is a mistake.
    """
    first: list[Item] = []
    unseen = set(mapping.values())
    size = 0
    while unseen and len(first) < LOOK_AHEAD and size < LOOK_AHEAD_CHARS:
        item = next(items, None)
        if item is None:
            break
        first.append(item)
        if not isinstance(item.record, str):
            size += sum(len(value) for value in item.record.values() if isinstance(value, str))
            unseen -= {name for name in unseen if _column(name, item.record)}
    return chain(first, items), unseen


@lru_cache(maxsize=64)
def _columns(
    present: tuple[str, ...], mapping: tuple[tuple[str, str], ...]
) -> dict[str, tuple[str, ...]]:
    """Return the columns that may give each field, the likeliest first."""
    named = {name: _column(column, present) for name, column in mapping}
    taken = set(chain.from_iterable(named.values()))
    free: dict[str, list[str]] = {}
    for column in present:
        if column not in taken:
            free.setdefault(column.strip().casefold(), []).append(column)
    usual = {
        name: tuple(chain.from_iterable(free.get(alias, ()) for alias in aliases))
        for name, aliases in ALIASES.items()
    }
    return usual | named


def _column(name: str, present: Iterable[str]) -> tuple[str, ...]:
    """Return the columns called `name`: exactly, or else but for case and spaces."""
    columns = tuple(present)
    if name in columns:
        return (name,)
    folded = name.strip().casefold()
    return tuple(column for column in columns if column.strip().casefold() == folded)


def _no_text(record: Values, columns: tuple[str, ...]) -> str:
    if columns:
        return f"no text: {columns[0]!r} is empty ({_present(record)})"
    return f"no text ({_present(record)})"


def _present(record: Values) -> str:
    names = [name[:40] for name in list(record)[:SHOWN_COLUMNS]]
    more = ["…"] if len(record) > SHOWN_COLUMNS else []
    return f"columns present: {', '.join(names + more) or 'none'}"


def _id(value: Any) -> tuple[str, str]:
    """Return a value as an id, or say what is wrong with it."""
    if is_empty(value):
        return "", ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return "", "the id is neither a string nor a whole number"
    if isinstance(value, int) and abs(value) >= 10**MAX_ID:
        return "", f"the id is longer than {MAX_ID} characters"
    id = str(value).strip()
    if len(id) > MAX_ID:
        return "", f"the id is longer than {MAX_ID} characters"
    if _CONTROL.search(id):
        return "", f"the id {id[:40]!r} holds control characters"
    return id, ""


def _date(value: Any, url: str, place: Place) -> Stated:
    """Return what is stated; only if nothing is, what the file's name or the url tells."""
    stated = Stated() if is_empty(value) else parse_date(str(value), place.today)
    if stated.date or stated.problem:
        return stated
    day = date_in_name(place.name, place.today) or date_in_url(_inner(url), place.today)
    return stated._replace(date=day)


def _inner(url: str) -> str:
    """Return the last address in `url`: a mirror's address ends with the article's own."""
    start = max(url.rfind("http://"), url.rfind("https://"))
    return url[start:] if start > 0 else url
