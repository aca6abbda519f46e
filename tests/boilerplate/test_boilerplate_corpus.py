"""Boilerplate in a corpus: marked, shown, left out of search and counts; switched and overruled."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from golden_lines import cases

from corpus import Article, Corpus, CorpusError, marking
from corpus.store.manifest import Boilerplate
from corpus.store.store import Store
from corpus.text.tokens import WORD

GOLDEN = Path(__file__).parent / "golden"
TAIL = "Подписывайтесь на канал «Вестника», чтобы не пропустить главное"


def articles(*names: str) -> list[Article]:
    """Return the articles of golden files, with an id each."""
    return [
        Article(id=f"{name}{n}", title=case.title, text=case.text, source=case.source)
        for name in names
        for n, case in enumerate(cases(GOLDEN / f"{name}.txt"))
    ]


def marks(corpus: Corpus) -> dict[str, Any]:
    """Return rule and place of every mark, by article."""
    return {a.id: [m[:4] for m in a.boilerplate] for a in corpus if a.boilerplate}


def words(corpus: Corpus) -> int:
    """Return how many words all articles have, those of boilerplate left out."""
    whole = 0
    for article in corpus:
        gone = [article.text[m.start : m.stop] for m in article.boilerplate]
        whole += sum(len(WORD.findall(t)) for t in (article.title, article.lead, article.text))
        whole -= sum(len(WORD.findall(text)) for text in gone)
    return whole


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    corpus = Corpus.create(tmp_path_factory.mktemp("boilerplate"))
    corpus.add(articles("boxes", "tails", "scripts"))
    return corpus


@pytest.fixture
def own(made: Corpus, tmp_path: Path) -> Corpus:
    """A copy to change."""
    shutil.copytree(made.root, tmp_path / "copy")
    return Corpus(tmp_path / "copy")


def test_the_lines_that_golden_cases_name_are_marked(made: Corpus) -> None:
    for name in ("boxes", "tails", "scripts"):
        for n, case in enumerate(cases(GOLDEN / f"{name}.txt")):
            article = made[f"{name}{n}"]
            assert article.text == case.text
            found = {article.text[m.start : m.stop]: m.rule for m in article.boilerplate}
            rules = zip(case.lines, case.rules, strict=True)
            assert found == {line: rule for line, rule in rules if rule}


def test_what_is_marked_is_neither_found_nor_counted(made: Corpus) -> None:
    assert made.search('"читайте по теме"').total == 0
    assert made.search("подписываться").total == 0
    assert len(made.concordance("window")) == 0
    assert made.search("движение").total == 60
    assert made.search('"номер 3 снова"').total == 1
    assert made.info()["words"] == words(made)
    counted = sum(row["frequency"] for row in made.frequencies(by="form"))
    assert counted == made.info()["words"]


def test_numbers_run_on_and_places_point_into_the_whole_text(made: Corpus) -> None:
    store = Store(made.data)
    texts = dict(store.scan())
    seen: dict[int, list[dict[str, Any]]] = {}
    for part in store.manifest.parts:
        for row in store.tokens(part).to_pylist():
            seen.setdefault(row["article"], []).append(row)
    for number, rows in seen.items():
        article = texts[number]
        assert [row["token"] for row in rows] == list(range(len(rows)))
        sentences = [row["sentence"] for row in rows]
        assert sorted(set(sentences)) == list(range(sentences[-1] + 1))
        before = 0
        for row in rows:
            field = {"title": article.title, "lead": article.lead}.get(row["zone"], article.text)
            assert field[row["start"] : row["stop"]] == row["form"]
            assert row["word"] == before
            before += row["pos"] not in ("PUNCT", "SYM")


def test_every_column_alone_is_that_of_the_whole(made: Corpus) -> None:
    store = Store(made.data)
    part = store.manifest.parts[0]
    whole = store.tokens(part)
    for name in whole.column_names:
        assert store.tokens(part, [name]).column(0).to_pylist() == whole.column(name).to_pylist()


def test_exports_leave_it_out(made: Corpus, tmp_path: Path) -> None:
    made.to_parquet(tmp_path / "out")
    tokens = pq.read_table(tmp_path / "out" / "tokens.parquet").to_pylist()
    kept = pq.read_table(tmp_path / "out" / "articles.parquet").to_pylist()
    assert not [t for t in tokens if t["form"] == "Читайте"]
    assert sum(row["words"] for row in kept) == made.info()["words"]
    spoken = [t for t in tokens if t["pos"] not in ("PUNCT", "SYM")]
    assert len(spoken) == made.info()["words"]
    text = made.to_conllu(tmp_path / "out.conllu").read_text(encoding="utf-8")
    assert "Подписывайтесь" not in text


# Adding, in whatever order


def _chunks(items: Sequence[Article], size: int) -> Iterator[list[Article]]:
    for first in range(0, len(items), size):
        yield list(items[first : first + size])


def test_after_a_rebuild_the_order_of_adding_is_of_no_account(made: Corpus, tmp_path: Path) -> None:
    other = Corpus.create(tmp_path / "other")
    for chunk in _chunks(articles("boxes", "tails", "scripts")[::-1], 150):
        other.add(chunk)
        assert other.check() == []
    other.rebuild()
    assert marks(other) == marks(made)
    assert other.info()["words"] == made.info()["words"]
    assert other.info()["boilerplate"] == made.info()["boilerplate"]


def test_older_articles_are_marked_again_when_as_many_are_new(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    items = articles("few_boxes")
    more = [
        replace(
            a, id=f"more{a.id}", title=f"{a.title}, опять", text=a.text.replace("мост", "тракт")
        )
        for a in items
    ]
    corpus.add(items)
    assert corpus.search("читайте").total == 49
    corpus.add(more)
    assert corpus.search("читайте").total == 0
    assert corpus.info()["boilerplate"]["state"] == "up to date"


def test_else_they_wait_for_a_rebuild_and_info_says_so(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    corpus.add(articles("few_boxes"))
    corpus.add(articles("boxes")[45:60])
    assert corpus.search("читайте").total == 49
    assert corpus.info()["boilerplate"]["state"].startswith("49 older articles")
    corpus.rebuild()
    assert corpus.search("читайте").total == 0
    assert corpus.info()["boilerplate"]["state"] == "up to date"


def test_one_article_more_is_marked_at_once(own: Corpus) -> None:
    before = marks(own)
    own.add(
        Article(
            id="новая",
            title="Мост покрасили",
            text="Мост покрасили.\n\nЧитайте по теме\n\nЛодка пропала\n\nКраска сохнет.",
        )
    )
    assert [own["новая"].text[m.start : m.stop] for m in own["новая"].boilerplate] == [
        "Читайте по теме",
        "Лодка пропала",
    ]
    assert own.search("лодка", source="").total == own.search("лодка").total
    after = marks(own)
    del after["новая"]
    assert after == before


def test_in_a_large_corpus_new_articles_are_judged_by_those_that_share_lines(
    own: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left out of sight tells nothing of them."""
    new = [
        Article(id=f"н{n}", title=f"Паром {n} ушёл", source="Вестник", text=f"{a}\n\n{b}")
        for n, (a, b) in enumerate(
            [
                (
                    "Мост покрасили.",
                    "Подписывайтесь на канал «Вестника», чтобы не пропустить главное",
                ),
                ("Мост сохнет.\n\nЧитайте по теме", "Лодка пропала\n\nКраска ещё сохнет."),
                ("Мост высох.", "Школьники решили задачу"),
                ("Мост открыт.", "Библиотека закрыта на зиму до весны"),
            ]
        )
    ]
    shutil.copytree(own.root, tmp_path / "other")
    other = Corpus(tmp_path / "other")
    own.add(new)
    monkeypatch.setattr(marking, "FEW", 0)
    other.add(new)
    assert marks(other) == marks(own)
    assert {len(own[f"н{n}"].boilerplate) for n in range(2)} == {1, 2}
    before = own.info()["boilerplate"]
    assert other.info()["boilerplate"] == before
    other.rebuild()
    assert other.info()["boilerplate"] == before


def test_removed_articles_stop_counting(own: Corpus) -> None:
    tails = [f"tails{n}" for n in range(3)]
    own.remove(tails)
    assert own["tails5"].boilerplate
    own.rebuild()
    assert not own["tails5"].boilerplate
    assert own.search("подписываться").total == 7


def test_many_small_parts_are_joined_with_their_marks(own: Corpus) -> None:
    for n in range(40):
        own.add(Article(id=f"x{n}", text=f"Дело {n}.\n\nЧитайте по теме\n\nЛодка {n} ушла\n\nВсё."))
    assert len(Store(own.data).manifest.parts) < 20
    assert {len(own[f"x{n}"].boilerplate) for n in range(40)} == {2}
    assert own.check() == []
    assert own.search("читайте").total == 0


# Interrupted, damaged, old


def test_what_was_not_marked_yet_is_marked_by_the_next_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Corpus.create(tmp_path / "c")

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(marking, "_found", killed)
        with pytest.raises(KeyboardInterrupt):
            corpus.add(articles("boxes"))
    assert len(corpus) == len(articles("boxes"))
    assert corpus.search("читайте").total == 0
    assert corpus.check() == []


def test_marks_without_their_index_are_made_good(
    own: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebuild dies between marking and indexing."""
    from corpus.index.folder import Index

    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Index, "rebuild", killed)
        with pytest.raises(KeyboardInterrupt):
            own.rebuild(keep_boilerplate=True)
    assert own.search("подписываться").total == 10


@pytest.mark.parametrize("table", ["lines", "marks"])
def test_damaged_files_are_told_and_made_anew(own: Corpus, table: str) -> None:
    before = marks(own)
    (path,) = own.data.glob(f"parts/{table}-*.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    assert [f.remedy for f in own.check() if table in f.text] == [
        "it is made from the articles: corpus rebuild"
    ]
    own.rebuild()
    assert own.check() == []
    assert marks(own) == before


def test_a_corpus_that_knows_no_lines_gets_them_at_the_next_search(own: Corpus) -> None:
    before, sizes = marks(own), own.info()["boilerplate"]
    store = Store(own.data)
    with store.lock("test"):
        parts = tuple(
            replace(part, lines_file=None, marks_file=None, judged=False)
            for part in store.manifest.parts
        )
        store.publish(store.manifest.replace(parts=parts, boilerplate=Boilerplate()))
        store.sweep()
    assert not list(own.data.glob("parts/lines-*"))
    assert own.search("читайте").total == 0
    assert marks(own) == before
    assert own.info()["boilerplate"] == sizes


# Kept and overruled


def test_boilerplate_can_be_kept_and_the_corpus_remembers(own: Corpus) -> None:
    whole = own.info()["words"] + own.info()["boilerplate"]["words"]
    own.rebuild(keep_boilerplate=True)
    assert own.info()["words"] == whole
    assert marks(own) == {}
    own.add(Article(id="х", text="Дело было так.\n\nЧитайте по теме\n\nЛодка ушла"))
    own.rebuild()
    assert own.search("читайте").total == 61
    assert own.info()["boilerplate"]["state"].startswith("kept")
    own.add([], keep_boilerplate=False)
    assert own.search("читайте").total == 0


def test_single_lines_are_overruled(own: Corpus) -> None:
    tail = TAIL
    own.rebuild(keep_lines=[tail], drop_lines=["Смотрите сами", "Фото автора"])
    assert own.search("подписываться").total == 10
    assert own.search('"фото автора"').total == 0
    text = (own.data / "boilerplate.txt").read_text(encoding="utf-8")
    assert f"- {tail}\n" in text
    assert "+ Смотрите сами\n" in text
    own.rebuild(keep_lines=[tail])
    assert (own.data / "boilerplate.txt").read_text(encoding="utf-8") == text
    (own.data / "boilerplate.txt").write_text("# передумал\n", encoding="utf-8")
    assert own.info()["boilerplate"]["state"] == "boilerplate.txt has changed: corpus rebuild"
    own.rebuild()
    assert own.search("подписываться").total == 0


def test_a_file_that_is_not_understood_says_where(own: Corpus) -> None:
    (own.data / "boilerplate.txt").write_text("# ладно\n\nСмотрите сами\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="line 3") as caught:
        own.rebuild()
    assert "- LINE" in caught.value.hint


# Shown


def test_the_table_names_markers_and_lines_with_their_evidence(made: Corpus) -> None:
    table = made.boilerplate()
    rows = {row["line"]: row for row in table}
    first = table[0]
    assert (first["rule"], first["line"], first["times"]) == ("marker", "Ещё по теме", 121)
    assert first["rates"][0] > 0.9
    assert len(first["rates"]) == 2
    tail = rows[TAIL]
    assert (tail["rule"], tail["articles"], tail["times"]) == ("repeated", 10, 10)
    assert made[tail["example"]].source == tail["source"] == "Вестник"
    assert len(made.boilerplate(minimum=50)) < len(table) < len(made.boilerplate(minimum=1))
    assert "lines that are marked in 50 articles or more" in str(made.boilerplate(50).provenance)


def test_a_corpus_without_any_has_an_empty_table(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "c")
    assert len(corpus.boilerplate()) == 0
    corpus.add(Article(text="Мост открыли."))
    assert len(corpus.boilerplate()) == 0


def test_an_article_opened_at_a_match_has_it_pale_and_escaped(made: Corpus) -> None:
    (line,) = made.concordance('"трещина"')
    page = line.article._repr_html_()
    aside = [piece for piece in page.split("<p ") if piece.startswith("style")]
    assert len(aside) == 1
    assert 'title="boilerplate: the title of boxes180"' in aside[0]
    assert "Паром, который ушёл в последний рейс</small></p>" in aside[0]
    (line,) = made.concordance("=строили")
    assert "&quot;seen&quot;" in line.article._repr_html_()
