"""What a receipt says: added, identical, changed, near duplicates, failures, and the inbox."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import random
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Article, Corpus, CorpusError, ingest
from corpus.receipt import Receipt

WORDS = "мост река паром завод театр музей сталь лес поле берег снег ветер город улица".split()


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An empty corpus."""
    return Corpus.create(tmp_path / "corpus")


def counts(receipt: Receipt) -> dict[str, int]:
    """Return the counts that are not 0."""
    return {name: count for name, count in receipt.counts.items() if count}


def found(corpus: Corpus, query: str) -> set[str]:
    return set(corpus.search(query, limit=None).ids)


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def dump(path: Path, records: Iterable[dict[str, Any] | str]) -> Path:
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def touched(path: Path, text: str) -> None:
    """Write a file so that size or time of change differs, however coarse the clock."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1_000_000_000))


def stored_bytes(corpus: Corpus) -> dict[str, str]:
    """Return a checksum of every file of the store and of the index."""
    return {
        str(path.relative_to(corpus.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for top in (corpus.data, corpus.root / "index")
        for path in sorted(top.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


# The same again ---------------------------------------------------------------------------------


def test_the_same_folder_twice_changes_nothing(corpus: Corpus, tmp_path: Path) -> None:
    folder = write(tmp_path / "new", a="Мост\n\nМост открыли.", b="Паром\n\nПаром ушёл.")
    dump(folder / "d.jsonl", [{"id": n, "text": f"{w} и снова {w}."} for n, w in enumerate(WORDS)])
    dump(folder / "bad.jsonl", [{"title": "без текста"}])
    first = corpus.add(folder)
    before = stored_bytes(corpus)
    second = corpus.add(folder)
    assert counts(first) == {"added": 2 + len(WORDS), "failed": 1}
    assert counts(second) == {"identical": 2 + len(WORDS), "failed": 1}
    assert set(second.identical) == set(first.added)
    assert stored_bytes(corpus) == before


def test_the_same_sample_twice_changes_nothing(sample: Corpus) -> None:
    before = stored_bytes(sample)
    receipt = sample.add(sample.inbox)
    assert counts(receipt) == {"identical": len(sample), "problems": 1}
    assert stored_bytes(sample) == before


def test_the_same_text_under_two_names_is_one_article(corpus: Corpus, tmp_path: Path) -> None:
    folder = write(tmp_path / "new", a="Мост\n\nМост открыли.", b="Мост\n\nМост открыли.")
    receipt = corpus.add(folder)
    assert counts(receipt) == {"added": 1, "identical": 1}
    assert receipt.added == receipt.identical
    assert counts(corpus.add(folder)) == {"identical": 2}


def test_a_file_given_twice_at_once_is_read_as_one_article(corpus: Corpus, tmp_path: Path) -> None:
    folder = write(tmp_path / "new", a="Мост\n\nМост открыли.")
    assert counts(corpus.add([folder, folder / "a.txt"])) == {"added": 1, "identical": 1}


# Changes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["id", "url"])
def test_a_new_version_takes_the_place_of_the_old(corpus: Corpus, key: str) -> None:
    name = {"id": "один"} if key == "id" else {"url": "https://example.org/news/1"}
    (first,) = corpus.add(Article(text="Паром стоял у берега.", **name)).added
    corpus.add(Article(id="другой", text="Ветер дул с реки."))
    receipt = corpus.add(Article(text="Мост открыли утром.", **name))
    assert (receipt.changed, counts(receipt)) == ((first,), {"changed": 1})
    assert (found(corpus, "паром"), found(corpus, "мост")) == (set(), {first})
    assert (len(corpus), corpus[first].text) == (2, "Мост открыли утром.")
    assert corpus.check() == []


def test_the_old_version_is_gone_after_a_rebuild_too(corpus: Corpus) -> None:
    corpus.add(Article(id="один", text="Паром стоял у берега."))
    corpus.add(Article(id="один", text="Мост открыли утром."))
    corpus.rebuild()
    assert (found(corpus, "паром"), found(corpus, "мост")) == (set(), {"один"})


def test_an_edited_file_keeps_its_id(corpus: Corpus, tmp_path: Path) -> None:
    folder = write(tmp_path / "new", a="Паром\n\nПаром стоял.", b="Лес\n\nЛес шумел.")
    first = corpus.add(folder)
    write(folder, a="Паром\n\nМост открыли.")
    second = corpus.add(folder)
    assert counts(second) == {"changed": 1, "identical": 1}
    assert set(second.changed) < set(first.added)
    assert found(corpus, "стоял") == set()


def test_an_edited_file_and_a_copy_of_its_first_version_are_two(
    corpus: Corpus, tmp_path: Path
) -> None:
    folder = write(tmp_path / "new", a="Паром\n\nПаром стоял.")
    corpus.add(folder)
    write(folder, a="Паром\n\nМост открыли.")
    corpus.add(folder)
    write(folder, b="Паром\n\nПаром стоял.")
    assert counts(corpus.add(folder)) == {"added": 1, "identical": 1}
    assert len(found(corpus, "стоял") | found(corpus, "мост")) == 2
    assert counts(corpus.add(folder)) == {"identical": 2}


def test_an_edit_taken_back_is_a_change(corpus: Corpus, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    names = set()
    for text in ("Паром стоял.", "Мост открыли.", "Паром стоял."):
        receipt = corpus.add(write(folder, a=f"Паром\n\n{text}"))
        names |= {*receipt.added, *receipt.changed}
    assert (len(names), len(corpus)) == (1, 1)
    assert found(corpus, "стоял") == names


@pytest.mark.parametrize(
    "correction",
    [{"title": "Мост открыт"}, {"tags": ("река",)}, {"date": dt.date(2024, 2, 1)}, {"source": "Б"}],
)
def test_a_correction_of_metadata_alone_is_a_change(
    corpus: Corpus, correction: dict[str, Any]
) -> None:
    article = Article(id="один", title="Мост", text="Мост открыли.", source="А")
    corpus.add(article)
    receipt = corpus.add(replace(article, **correction))
    assert counts(receipt) == {"changed": 1}
    (name, value) = next(iter(correction.items()))
    assert getattr(corpus["один"], name) == value


def test_an_article_corrected_in_python_keeps_the_rest(corpus: Corpus, tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    text = (
        "---\nid: один\ntags: [река&nbsp;]\n---\n# Мост\n\n## Начало\n\nМост&nbsp;открыли *утром*."
    )
    page.write_text(text, encoding="utf-8")
    corpus.add(page)
    before = corpus["один"]
    assert counts(corpus.add(before)) == {"identical": 1}
    receipt = corpus.add(replace(before, tags=("паром",)))
    after = corpus["один"]
    assert (receipt.changed, after.tags) == (("один",), ("паром",))
    for name in ("title", "text", "headings", "raw", "markup"):
        assert getattr(after, name) == getattr(before, name), name
    corpus.add(replace(after, text=f"{after.text}\n\nРека ждала."))
    edited = corpus["один"]
    assert (edited.text, edited.headings) == (f"{after.text}\n\nРека ждала.", after.headings)
    assert counts(corpus.add(edited)) == {"identical": 1}


# One run ----------------------------------------------------------------------------------------


def test_two_ids_on_one_page_are_two_articles(corpus: Corpus) -> None:
    page = "https://example.org/day"
    pair = [Article(id="1", url=page, text="Мост."), Article(id="2", url=page, text="Паром.")]
    assert counts(corpus.add(pair)) == {"added": 2}
    assert counts(corpus.add(pair)) == {"identical": 2}
    third = Article(id="3", url=page, text="Лес.")
    assert counts(corpus.add([*pair, third])) == {"identical": 2, "added": 1}
    assert set(corpus.search("мост OR паром OR лес").ids) == {"1", "2", "3"}


@pytest.mark.parametrize("name", ["id", "url"])
def test_the_last_of_several_versions_in_one_run_stays(corpus: Corpus, name: str) -> None:
    key = {name: "https://example.org/a"}
    versions = [Article(text=f"{word} и {word}.", **key) for word in WORDS[:3]]
    first = corpus.add(versions)
    assert counts(first) == {"added": 1, "changed": 2}
    before = stored_bytes(corpus)
    assert counts(corpus.add(versions)) == {"identical": 3}
    assert stored_bytes(corpus) == before
    assert [len(found(corpus, f"={word}")) for word in WORDS[:3]] == [0, 0, 1]


def test_an_earlier_version_alone_comes_back(corpus: Corpus) -> None:
    old, new = Article(id="1", text="Паром стоял."), Article(id="1", text="Мост открыли.")
    corpus.add([old, new])
    assert counts(corpus.add([old])) == {"changed": 1}
    assert found(corpus, "паром") == {"1"}
    assert counts(corpus.add([old, new])) == {"identical": 1, "changed": 1}
    assert counts(corpus.add([old, new])) == {"identical": 2}


def test_versions_are_told_apart_whatever_the_batches(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH_ARTICLES", 1)
    versions = [Article(id=f"{n % 3}", text=f"{word} и {word}.") for n, word in enumerate(WORDS)]
    corpus.add(versions)
    assert counts(corpus.add(versions)) == {"identical": len(versions)}
    assert len(corpus) == 3
    assert corpus.check() == []


def test_near_duplicates_are_added_and_named(corpus: Corpus) -> None:
    first = Article(id="а", url="https://example.org/1", text="Ёлку убрали с  площади.")
    again = Article(id="б", url="https://example.org/2", text="елку убрали с площади.")
    receipt = corpus.add([first, again])
    assert (receipt.added, receipt.near_duplicate) == (("а", "б"), (("б", "а"),))


STORY = (
    "Новый мост через реку Тихую открыли вчера утром. Мэр перерезала ленту, и по мосту прошёл "
    "первый трамвай. Строили его четыре года, и стоил он два миллиарда рублей."
)


def test_versions_are_named_with_the_earliest_that_was_there(corpus: Corpus) -> None:
    first = Article(id="а", title="Мост", text=STORY, date=dt.date(2024, 5, 3))
    second = Article(id="б", title="Трамвай", text=STORY + " Так пишет «Заря».")
    receipt = corpus.add([first, second])
    assert receipt.near_duplicate == (("б", "а"),)
    assert receipt.to_dict()["near_duplicate"] == [{"id": "б", "repeats": "а"}]
    early = Article(id="в", title="Открыт", text=STORY + " Ура!", date=dt.date(2024, 5, 1))
    # It appeared before the others, but they were there before it.
    assert corpus.add(early).near_duplicate == (("в", "а"),)
    copy = Article(id="г", title="Иначе", text=STORY)
    receipt = corpus.add([copy, Article(id="д", title="Иное", text="Снег выпал.")])
    assert receipt.near_duplicate == (("г", "а"),)
    assert receipt.to_dict()["near_duplicate"] == [{"id": "г", "repeats": "а", "same_text_as": "а"}]
    other = Article(id="е", title="Ещё раз", text=STORY + " Об этом сообщили в мэрии.")
    assert corpus.add(other).near_duplicate == (("е", "в"),)
    assert not corpus.add(second).near_duplicate


def test_versions_in_the_inbox_are_named(corpus: Corpus) -> None:
    corpus.inbox.mkdir(parents=True, exist_ok=True)
    for name, end in (("а", ""), ("б", " Так пишет «Заря».")):
        (corpus.inbox / f"{name}.txt").write_text(f"Мост {name}\n\n{STORY}{end}", "utf-8")
    receipt = corpus.rebuild()
    ((new, old),) = receipt.near_duplicate
    assert {new, old} == set(receipt.added)


def test_near_duplicates_are_named_across_runs(corpus: Corpus) -> None:
    corpus.add(Article(id="а", title="Одно", text="Мост открыли утром."))
    corpus.rebuild()
    receipt = corpus.add(Article(id="б", title="Другое", text="Мост открыли утром."))
    assert receipt.near_duplicate == (("б", "а"),)
    corpus.remove("а")
    third = corpus.add(Article(id="в", title="Третье", text="Мост открыли утром."))
    assert third.near_duplicate == (("в", "б"),)


def article(number: int) -> Article:
    chosen = random.Random(number).choices(WORDS, k=30)
    return Article(id=f"n{number}", title=" ".join(chosen[:3]), text=" ".join(chosen) + ".")


def answers(corpus: Corpus) -> dict[str, dict[str, float]]:
    """Return ids and scores that some queries find; order among equals is by arrival."""
    queries = ["мост", "мост река", "мост OR лес", '"река мост"', "снег -ветер", "=улица"]
    return {
        query: {hit.id: hit.score for hit in corpus.search(query, limit=None)} for query in queries
    }


def test_order_and_batch_size_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [article(n) for n in range(25)]
    results = []
    for place, size in enumerate((500, 1, 7)):
        monkeypatch.setattr(ingest, "BATCH_ARTICLES", size)
        corpus = Corpus.create(tmp_path / str(place))
        random.Random(place).shuffle(articles)
        assert counts(corpus.add(articles))["added"] == 25
        assert corpus.check() == []
        results.append((sorted(a.id for a in corpus), answers(corpus)))
    assert results[0] == results[1] == results[2]


def test_an_interrupt_keeps_what_was_read(corpus: Corpus) -> None:
    def until_interrupted() -> Iterable[Article]:
        yield article(1)
        yield article(2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.add(until_interrupted())
    assert {a.id for a in corpus} == {"n1", "n2"}
    assert counts(corpus.add([article(1), article(2), article(3)])) == {"identical": 2, "added": 1}


@pytest.mark.parametrize("moment", ["tokenising", "publishing", "page"])
def test_an_interrupt_while_writing_writes_nothing_twice(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    from corpus.store import manifest, parts, rows

    corpus.add(article(0))
    place, name = {
        "tokenising": (rows, "tokenise"),
        "publishing": (parts, "write_tokens"),
        "page": (manifest, "publish"),
    }[moment]
    real: Callable[..., Any] = getattr(place, name)

    def interrupted(*args: Any, **options: Any) -> None:
        if moment == "page":
            real(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(place, name, interrupted)
        with pytest.raises(KeyboardInterrupt):
            corpus.add([article(1), article(2)])
    assert len(corpus) == (3 if moment == "page" else 1)
    corpus.add([article(1), article(2)])
    assert (len(corpus), corpus.check()) == (3, [])
    forms = corpus.to_parquet(corpus.root / "out")
    assert orphans(forms) == []


def orphans(folder: Path) -> list[str]:
    """Return forms of an export's tokens that its lexicon lacks."""
    import pyarrow.parquet as pq

    forms = pq.read_table(folder / "tokens.parquet").column("form").to_pylist()
    known = pq.read_table(folder / "lexicon.parquet").column("form").to_pylist()
    assert len(known) == len(set(known))
    return sorted(set(forms) - set(known))


# What cannot be taken in ------------------------------------------------------------------------


def test_one_bad_line_among_many_is_named(corpus: Corpus, tmp_path: Path) -> None:
    lines: list[dict[str, Any] | str] = [{"id": n, "text": f"{w}."} for n, w in enumerate(WORDS)]
    lines[5] = '{"id": 5, "text": "оборв'
    receipt = corpus.add(dump(tmp_path / "d.jsonl", lines))
    assert counts(receipt) == {"added": len(WORDS) - 1, "failed": 1}
    assert receipt.failed[0].path.endswith("d.jsonl:6")
    assert not receipt


@pytest.mark.parametrize("date", ["2024-02-30", "31.11.2023", "32 октября 2024", "0000-00-00"])
def test_an_impossible_date_is_a_problem_and_left_empty(
    corpus: Corpus, tmp_path: Path, date: str
) -> None:
    path = dump(tmp_path / "d.jsonl", [{"id": "а", "text": "Мост открыли.", "date": date}])
    receipt = corpus.add(path)
    assert counts(receipt) == {"added": 1, "problems": 1}
    assert (receipt.problems[0][0].endswith("d.jsonl:1"), bool(receipt)) == (True, True)
    assert corpus["а"].date is None
    assert corpus["а"].problems
    again = corpus.add(path)
    assert counts(again) == {"identical": 1, "problems": 1}


@pytest.mark.parametrize(
    "bad",
    [
        {"text": None},
        {"text": ""},
        {"text": "\u200b \n"},
        {"text": "мост \ud800"},
        {"text": "мост", "id": 5},
        {"text": "мост", "id": "а\nб"},
        {"text": "мост", "authors": "Иван"},
        {"text": "мост", "tags": (1,)},
        {"text": "мост", "date": "2024-01-01"},
        {"text": "мост", "date": dt.datetime(2024, 1, 1, 12)},
        {"text": "мост", "record": {"x": object()}},
        {"text": "мост", "record": {"x": "\udfff"}},
        {"text": "мост", "markup": "html"},
        {"text": "мост " * 1_200_000},
    ],
)
def test_a_flawed_article_from_python_fails_alone(corpus: Corpus, bad: dict[str, Any]) -> None:
    receipt = corpus.add([article(1), Article(title="Плохая", **bad), article(2)])
    assert counts(receipt) == {"added": 2, "failed": 1}
    assert receipt.failed[0].path
    assert receipt.failed[0].reason
    assert json.dumps(receipt.to_dict(), ensure_ascii=False)
    assert corpus.check() == []


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_text_from_python_is_kept_as_it_came_or_refused(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    corpus = Corpus.create(tmp_path_factory.mktemp("any"))
    receipt = corpus.add([Article(id=f"n{n}", text=text) for n, text in enumerate(texts)])
    assert len(receipt.added) + len(receipt.failed) + len(receipt.identical) == len(texts)
    for name in receipt.added:
        assert corpus[name].raw == texts[int(name[1:])]
    assert corpus.check() == []


def test_an_unknown_id_removes_nothing(corpus: Corpus) -> None:
    corpus.add([article(1), article(2)])
    with pytest.raises(CorpusError, match="no article with id нет"):
        corpus.remove(["n1", "нет"])
    assert len(corpus) == 2


def test_articles_of_another_corpus_come_over_whole(sample: Corpus, corpus: Corpus) -> None:
    receipt = corpus.add(iter(sample))
    assert counts(receipt) == {"added": len(sample), "near_duplicate": 1, "problems": 1}
    # They are no files of this corpus's inbox, so none of them has vanished from it.
    assert counts(corpus.rebuild(prune=True)) == {}
    assert counts(corpus.add(sample)) == {"identical": len(sample), "problems": 1}
    for original in sample:
        copy = corpus[original.id]
        assert replace(copy, origin=original.origin, added_at=original.added_at) == original


# The inbox --------------------------------------------------------------------------------------


def test_the_inbox_is_followed(corpus: Corpus) -> None:
    write(corpus.inbox, a="Паром\n\nПаром стоял.", b="Лес\n\nЛес шумел.")
    first = corpus.rebuild()
    assert counts(first) == {"added": 2}
    assert counts(corpus.rebuild()) == {}
    write(corpus.inbox, c="Мост\n\nМост открыли.")
    assert counts(corpus.rebuild()) == {"added": 1}
    touched(corpus.inbox / "a.txt", "Паром\n\nПаром ушёл на покой.")
    changed = corpus.rebuild()
    assert counts(changed) == {"changed": 1}
    assert set(changed.changed) < set(first.added)
    assert (found(corpus, "стоять"), found(corpus, "покой")) == (set(), set(changed.changed))


def test_a_vanished_file_is_reported_and_kept_until_pruned(corpus: Corpus) -> None:
    write(corpus.inbox, a="Паром\n\nПаром стоял.", b="Лес\n\nЛес шумел.")
    corpus.rebuild()
    (name,) = found(corpus, "паром")
    (corpus.inbox / "a.txt").unlink()
    for _ in range(2):
        receipt = corpus.rebuild()
        assert (receipt.vanished, receipt.pruned, counts(receipt)) == (
            (name,),
            False,
            {"vanished": 1},
        )
        assert found(corpus, "паром") == {name}
    receipt = corpus.rebuild(prune=True)
    assert (receipt.vanished, receipt.pruned) == ((name,), True)
    assert (found(corpus, "паром"), len(corpus)) == (set(), 1)
    assert counts(corpus.rebuild()) == {}
    write(corpus.inbox, a="Паром\n\nПаром стоял.")
    assert counts(corpus.rebuild()) == {"added": 1}


def test_a_file_renamed_has_not_vanished(corpus: Corpus) -> None:
    write(corpus.inbox, a="Паром\n\nПаром стоял.")
    corpus.rebuild()
    (corpus.inbox / "a.txt").rename(corpus.inbox / "b.txt")
    for _ in range(3):
        assert counts(corpus.rebuild(prune=True)) == {"identical": 1}
    assert len(corpus) == 1


def test_of_two_equal_files_one_may_go(corpus: Corpus) -> None:
    write(corpus.inbox, a="Паром\n\nПаром стоял.", b="Паром\n\nПаром стоял.")
    assert counts(corpus.rebuild()) == {"added": 1, "identical": 1}
    assert counts(corpus.rebuild()) == {"identical": 1}
    (corpus.inbox / "a.txt").unlink()
    assert counts(corpus.rebuild(prune=True)) == {"identical": 1}
    assert len(corpus) == 1
    (corpus.inbox / "b.txt").unlink()
    assert counts(corpus.rebuild(prune=True)) == {"vanished": 1}
    assert len(corpus) == 0


def test_removed_inbox_articles_stay_away_until_added_by_name(corpus: Corpus) -> None:
    write(corpus.inbox, a="Паром\n\nПаром стоял.", b="Лес\n\nЛес шумел.")
    corpus.rebuild()
    (name,) = found(corpus, "паром")
    corpus.remove(name)
    touched(corpus.inbox / "a.txt", "Паром\n\nПаром стоял.")
    assert counts(corpus.rebuild()) == {}
    assert found(corpus, "паром") == set()
    assert corpus.add(corpus.inbox / "a.txt").added == (name,)
    assert found(corpus, "паром") == {name}
    assert counts(corpus.rebuild(prune=True)) in ({}, {"identical": 1})
    assert found(corpus, "паром") == {name}


def test_removing_an_article_from_elsewhere_keeps_its_inbox_copy_away_too(
    corpus: Corpus, tmp_path: Path
) -> None:
    folder = write(tmp_path / "new", a="Паром\n\nПаром стоял.")
    write(corpus.inbox / "new", a="Паром\n\nПаром стоял.")
    (name,) = corpus.add(folder / "a.txt", source="new").added
    assert counts(corpus.rebuild()) == {"identical": 1}
    corpus.remove(name)
    assert counts(corpus.rebuild()) == {}
    assert len(corpus) == 0


def test_a_dump_in_the_inbox_that_grows_is_read_again_only_when_it_changes(corpus: Corpus) -> None:
    records = [{"id": n, "text": f"{word} и снова {word}."} for n, word in enumerate(WORDS)]
    dump(corpus.inbox / "d.jsonl", records[:5])
    assert counts(corpus.rebuild()) == {"added": 5}
    dump(corpus.inbox / "d.jsonl", records)
    assert counts(corpus.rebuild()) == {"identical": 5, "added": len(WORDS) - 5}
    assert counts(corpus.rebuild()) == {}
    assert corpus.info()["inbox_new"] == 0
    dump(corpus.inbox / "d.jsonl", records[1:])
    assert counts(corpus.rebuild()) == {"identical": len(WORDS) - 1, "vanished": 1}


def test_inbox_files_added_by_name_are_settled_by_the_next_rebuild(corpus: Corpus) -> None:
    dump(corpus.inbox / "d.jsonl", [{"id": 1, "text": "Мост."}, {"id": 2, "text": "Паром."}])
    corpus.add(corpus.inbox)
    assert counts(corpus.rebuild()) == {"identical": 2}
    assert counts(corpus.rebuild()) == {}


@pytest.mark.parametrize(
    "name", ["обычный", "с пробелом", "с\u00a0неразрывным", "й разложенное", "мягкий\u00adперенос"]
)
@pytest.mark.parametrize("suffix", [".txt", ".zip", ".ZIP"])
def test_unchanged_files_never_vanish_whatever_their_names(
    corpus: Corpus, name: str, suffix: str
) -> None:
    path = corpus.inbox / f"{name}{suffix}"
    if suffix == ".txt":
        path.write_text("Мост\n\nМост открыли.", encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.txt", "Мост\n\nМост открыли.")
    assert counts(corpus.rebuild()) == {"added": 1}
    assert counts(corpus.rebuild(prune=True)) == {}
    assert (len(corpus), corpus.info()["inbox_new"]) == (1, 0)


def test_a_record_that_no_longer_reads_has_not_vanished(corpus: Corpus) -> None:
    path = corpus.inbox / "d.jsonl"
    dump(path, [{"id": 1, "text": "Мост."}, {"id": 2, "text": "Паром."}])
    corpus.rebuild()
    dump(path, [{"id": 1, "text": "Мост."}, '{"id": 2, "text": "Пар'])
    receipt = corpus.rebuild(prune=True)
    assert counts(receipt) == {"identical": 1, "failed": 1}
    assert len(corpus) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_without_permission_has_not_vanished(corpus: Corpus) -> None:
    write(corpus.inbox / "Газета", a="Мост\n\nМост открыли.")
    corpus.rebuild()
    (corpus.inbox / "Газета").chmod(0)
    try:
        receipt = corpus.rebuild(prune=True)
    finally:
        (corpus.inbox / "Газета").chmod(0o755)
    assert counts(receipt) == {"failed": 1}
    assert len(corpus) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_file_in_the_inbox_is_reported(corpus: Corpus) -> None:
    os.mkfifo(corpus.inbox / "pipe.txt")
    receipt = corpus.rebuild()
    assert [failure.path for failure in receipt.failed] == ["pipe.txt"]


def test_the_first_search_takes_the_inbox_in(corpus: Corpus) -> None:
    write(corpus.inbox, a="Паром\n\nПаром стоял.")
    assert len(found(corpus, "паром")) == 1
