"""Parts joined: few large ones open faster than many small ones, and removed articles go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpus.store import parts
from corpus.store.manifest import Part
from corpus.store.store import Store
from corpus.store.writing import write_lexemes

# Compacting joins parts up to these sizes.
_PART_ARTICLES = 2_000
_PART_TOKENS = 3_000_000
_PART_BYTES = 64 << 20
# So many parts of so few articles are joined without being asked.
_MANY_PARTS = 32
_SMALL_PART = 50
_SMALL_BYTES = 1 << 20


def compact(store: Store, progress: Callable[[int, int], None] | None = None) -> None:
    """Join small parts and drop the rows of removed articles; numbers stay as they are."""
    groups = [group for group in _groups(store.manifest.parts) if _worth_it(group)]
    for done, group in enumerate(groups):
        _join(store, group)
        if progress:
            progress(done + 1, len(groups))
    if len(store.manifest.lexicon) > 1:
        _join_lexicon(store)


def gather(store: Store) -> None:
    """Join the smallest parts once they are many: every one is opened at every reading."""
    groups = list(_groups_of_small(store.manifest.parts))
    many_parts = sum(len(group) - 1 for group in groups) >= _MANY_PARTS
    many_lexicons = len(store.manifest.lexicon) >= 2 * _MANY_PARTS
    for group in groups if many_parts else ():
        _join(store, group)
    if many_lexicons:
        _join_lexicon(store)
    if many_parts or many_lexicons:
        store.sweep()


def _join_lexicon(store: Store) -> None:
    state = store.manifest
    tables = [parts.read_part(store.parts_folder / record.name) for record in state.lexicon]
    path = store.parts_folder / f"lexicon-{state.next_part:06}.parquet"
    record = write_lexemes(path, pa.concat_tables(tables))
    store.publish(state.replace(lexicon=(record,), next_part=state.next_part + 1))


def _join(store: Store, group: Sequence[Part]) -> None:
    """Put one part in the place of neighbouring ones."""
    number = store.manifest.next_part
    rest = [part for part in store.manifest.parts if part not in group]
    # One table after the other: neither is small.
    articles = _left_of(store, group, "articles")
    numbers = articles.column("article").to_pylist()
    if numbers:
        words = pc.sum(articles.column("words")).as_py()
        path = store.parts_folder / f"articles-{number:06}.parquet"
        articles_file = parts.write_articles(path, articles)
        del articles
        beside: dict[str, Any] = {"judged": group[0].judged}
        for table in ("lines", "marks"):
            rows = _left_of(store, group, table)
            if rows is not None and len(rows):
                path = store.parts_folder / f"{table}-{number:06}.parquet"
                beside[f"{table}_file"] = parts.write_lines(path, rows)
        tokens = _left_of(store, group, "tokens")
        new = Part(
            number=number,
            first=numbers[0],
            last=numbers[-1],
            articles=len(numbers),
            words=words,
            tokens=len(tokens),
            analysis=group[0].analysis,
            articles_file=articles_file,
            tokens_file=parts.write_tokens(
                store.parts_folder / f"tokens-{number:06}.parquet", tokens
            ),
            **beside,
        )
        rest.append(new)
    ordered = tuple(sorted(rest, key=lambda part: part.first))
    store.publish(store.manifest.replace(parts=ordered, next_part=number + 1))


def _left_of(store: Store, group: Sequence[Part], table: str) -> Any:
    """Return the rows of a table that some parts hold of articles not removed; None for none."""
    records = [getattr(part, f"{table}_file") for part in group]
    names = [record.name for record in records if record]
    if not names:
        return None
    tables = [parts.read_part(store.parts_folder / name) for name in names]
    whole = pa.concat_tables(tables).unify_dictionaries()
    removed = [number for part in group for number in part.removed]
    if removed:
        gone = pc.is_in(whole.column("article"), value_set=pa.array(removed, pa.int64()))
        whole = whole.filter(pc.invert(gone))
    return whole.combine_chunks()


def _groups(all_parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield runs of neighbouring parts that together make one part of a good size."""
    group: list[Part] = []
    for part in all_parts:
        articles = sum(p.live for p in group) + part.live
        tokens = sum(p.tokens for p in group) + part.tokens
        size = sum(p.articles_file.bytes for p in group) + part.articles_file.bytes
        large = articles > _PART_ARTICLES or tokens > _PART_TOKENS or size > _PART_BYTES
        if group and (large or _kind(group[0]) != _kind(part)):
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _kind(part: Part) -> tuple[str, bool, bool]:
    """Return what parts must share to be joined."""
    return part.analysis, part.judged, part.lines_file is None


def _groups_of_small(all_parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield runs of neighbouring parts of few articles that are worth joining."""

    def is_small(part: Part) -> bool:
        # Few articles can be much: to join them takes the room of all of them at once.
        return part.articles <= _SMALL_PART and part.articles_file.bytes <= _SMALL_BYTES

    for small, run in groupby(all_parts, key=is_small):
        if small:
            yield from (group for group in _groups(list(run)) if len(group) > 1)


def _worth_it(group: Sequence[Part]) -> bool:
    return len(group) > 1 or any(part.removed for part in group)
