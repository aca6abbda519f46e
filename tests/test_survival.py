"""Damage on the disk and hostile input: what is named, what mends it, and what survives."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import corpus as package
from corpus import Article, Corpus, CorpusError
from corpus.errors import DamagedError
from corpus.store.store import Store

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
WORDS = "река паром завод театр музей сталь лес поле берег снег ветер город".split()
QUERIES = ("мост", '"и мост"', "пар*", "source:газета")


# Damage -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of two parts: three articles of the inbox, and twenty from elsewhere."""
    corpus = Corpus.create(tmp_path_factory.mktemp("template"))
    for name in ("а", "б", "в"):
        text = f"Статья {name}\n\nУ моста {name} и мост, и река."
        (corpus.inbox / f"{name}.txt").write_text(text, encoding="utf-8")
    corpus.rebuild()
    chance = random.Random(1)
    corpus.add(
        Article(
            id=f"n{n}",
            title=f"{chance.choice(WORDS)} и мост",
            text=f"Мост и {' '.join(chance.choices(WORDS, k=40))}.",
            source="Газета",
            tags=("город",),
        )
        for n in range(20)
    )
    assert len(Store(corpus.data).manifest.parts) == 2
    return corpus


@pytest.fixture
def corpus(template: Corpus, tmp_path: Path) -> Corpus:
    """A copy of the template in a folder whose name has blanks, to be damaged."""
    shutil.copytree(template.root, tmp_path / "Мои документы")
    return Corpus(tmp_path / "Мои документы")


def flip(path: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def cut(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size)])


def delete(path: Path, _: random.Random) -> None:
    path.unlink()


FILES = {
    "first articles": "corpus_data/parts/articles-000001.parquet",
    "second articles": "corpus_data/parts/articles-000002.parquet",
    "tokens": "corpus_data/parts/tokens-000002.parquet",
    "lexicon": "corpus_data/parts/lexicon-000001.parquet",
    "manifest": "corpus_data/manifest.json",
    "postings": "index/g*/*.postings.arrow",
    "documents": "index/g*/*.documents.arrow",
    "texts": "index/g*/*.texts.arrow",
    "contents": "index/g*/*.toc",
    "current": "index/CURRENT",
}


def attempt(root: Path) -> list[str]:
    """Do what users do on a damaged corpus; return what was refused, nothing else may happen."""
    refused = []
    shared = Corpus(root)
    acts: list[Callable[[Corpus], object]] = [
        *(lambda c, q=query: list(c.search(q, limit=None)[:3]) for query in QUERIES),
        lambda c: c.search("мост", sort="date").to_arrow(),
        list,
        lambda c: c.show("n1"),
        Corpus.info,
    ]
    for act in acts:
        try:
            act(shared)
        except CorpusError as error:
            assert error.hint
            refused.append(str(error))
    return refused


def mend(corpus: Corpus, remedy: str) -> None:
    """Do what the remedy says."""
    if "corpus rebuild --salvage" in remedy:
        with pytest.raises(DamagedError, match="articles-"):
            corpus.rebuild()
        corpus.rebuild(salvage=True)
    elif "next search" in remedy:
        corpus.search("мост")
    else:
        assert "corpus rebuild" in remedy
        corpus.rebuild()


# Whoosh leaves files open that it fails to read; they are closed when they are collected.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@LEFT_OPEN
@pytest.mark.parametrize(
    ("kind", "harm"),
    [(kind, flip) for kind in FILES]
    + [(kind, delete) for kind in FILES if kind not in ("tokens", "postings")]
    + [(kind, cut) for kind in ("tokens", "documents", "postings", "texts")],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_damage_is_named_refused_politely_and_mended(
    corpus: Corpus, kind: str, harm: Callable[[Path, random.Random], None]
) -> None:
    before = {article.id: article for article in corpus}
    path = max(corpus.root.glob(FILES[kind]), key=lambda path: path.stat().st_size)
    harm(path, random.Random(kind))
    findings = Corpus(corpus.root).check()
    # Of a table of contents the number in its name is gone with it: its folder is named.
    named = str(path.parent) if (kind, harm) == ("contents", delete) else path.name
    assert [f for f in findings if named in f.text], findings
    attempt(corpus.root)
    for finding in findings:
        if finding.serious or "next search" in finding.remedy:
            mend(Corpus(corpus.root), finding.remedy)
            break
    again = Corpus(corpus.root)
    assert again.check() == []
    lost = [name for name in before if name[0] == "n"] if kind == "second articles" else []
    assert {a.id: a.text for a in again} == {
        name: article.text for name, article in before.items() if name not in lost
    }
    hits = again.search("мост", limit=None)
    assert (hits.total, len(hits.ids)) == (len(before) - len(lost),) * 2


@LEFT_OPEN
@pytest.mark.parametrize("pattern", ["corpus_data/parts/*.parquet", "index/g*/*MAIN*[!K]"])
def test_no_flipped_bit_makes_a_search_crash_or_a_check_silent(
    corpus: Corpus, pattern: str
) -> None:
    chance = random.Random(pattern)
    paths = [path for path in sorted(corpus.root.glob(pattern)) if path.stat().st_size]
    for _ in range(12):
        path = chance.choice(paths)
        good = path.read_bytes()
        flip(path, chance)
        findings = Corpus(corpus.root).check()
        assert [f for f in findings if f.serious and path.name in f.text], (path, findings)
        for query in ("мост", '"и мост"'):
            try:
                list(Corpus(corpus.root).search(query))
            except CorpusError as error:
                assert error.hint
        path.write_bytes(good)
        assert Corpus(corpus.root).check() == []


def test_giving_up_damaged_articles_keeps_the_damaged_file(corpus: Corpus) -> None:
    path = corpus.root / FILES["second articles"]
    flip(path, random.Random(1))
    damaged = path.read_bytes()
    with pytest.raises(DamagedError, match="articles-000002"):
        corpus.rebuild()
    assert path.read_bytes() == damaged
    assert len(corpus) == 23
    receipt = corpus.rebuild(salvage=True)
    assert receipt.counts["added"] == 0
    assert path.with_suffix(".damaged").read_bytes() == damaged
    corpus.add(Article(id="n1", text="Мост снова."))
    assert (len(corpus), corpus.check()) == (4, [])


def test_articles_of_the_inbox_come_back_after_salvaging(corpus: Corpus) -> None:
    before = {article.id for article in corpus}
    (corpus.root / FILES["first articles"]).unlink()
    receipt = corpus.rebuild(salvage=True)
    assert (receipt.counts["added"], {article.id for article in corpus}) == (3, before)


def test_damaged_saved_hits_are_an_error_with_a_hint(corpus: Corpus) -> None:
    path = corpus.search("мост").save("проба")
    assert corpus.load("проба").total == 23
    import pyarrow as pa
    import pyarrow.parquet as pq

    for content in (path.read_bytes()[:-9], b"", b"PAR1"):
        path.write_bytes(content)
        with pytest.raises(CorpusError, match="проба") as caught:
            corpus.load("проба")
        assert "--save" in caught.value.hint
    pq.write_table(pa.table({"a": [1]}), path)
    with pytest.raises(CorpusError, match="проба"):
        corpus.load("проба")


def test_damage_next_to_the_corpus_is_none_of_its(corpus: Corpus) -> None:
    (corpus.data / "README.md").write_bytes(b"\xff\xfe")
    (corpus.data / "parts" / "articles-000099.parquet").write_bytes(b"nobody names it")
    (corpus.data / "parts" / "tokens-000002.parquet.77.tmp").write_bytes(b"half")
    (corpus.root / "index" / "g000077").mkdir()
    assert corpus.check() == []
    assert attempt(corpus.root) == []
    corpus.add(Article(id="ещё", text="Мост."))
    assert corpus.check() == []
    assert (corpus.data / "README.md").read_text(encoding="utf-8").startswith("# corpus_data")
    assert not list((corpus.data / "parts").glob("*99*")) + list(corpus.data.rglob("*.tmp"))
    assert len(list((corpus.root / "index").glob("g*"))) == 1


# Hostile input ----------------------------------------------------------------------------------

HOSTILE = {
    "markup": "Мост <script>alert('мост')</script> и <b>река</b> &lt;img src=x onerror=мост&gt;",
    "escapes": "Мост \x1b[31mкрасный\x1b[0m \x1b]0;заголовок\x07 \x9b2J и река",
    "direction": "Мост \u202eкер\u202c и \u2066река\u2069 \u200f\u200e",
    "nuls": "Мост\x00 и\x00 река\x00\x01\x02",
    "unbroken": "Мост " + "длинноеслово" * 8_400 + " и река",
    "marks": "Мост " + "!?.," * 25_000 + " и река",
    "stressed": "Мо\u0301ст и ре\u0301ка\u0301" + "\u0301" * 500,
    "astral": "Мост 𝕄𝕠𝕤𝕥 👨‍👩‍👧‍👦 и река \U0010ffff",
    "breaks": "Мост\r\n\r\rи\u2028река\u2029и\x85лес\x0b\x0c",
    "mixed": "Mоcт и рeкa, ﬁнал, ① ½ №5 İstanbul ß",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_article_is_kept_shown_found_and_exported(kind: str, tmp_path: Path) -> None:
    text = f"{HOSTILE[kind]}.\n\nВторой абзац про снетка и мост."
    corpus = Corpus.create(tmp_path / "corpus")
    record = {
        "id": "а",
        "title": text[:200],
        "text": text,
        "source": text[:90],
        "tags": [text[:50]],
        "authors": [text[:50]],
        "note": {"x": [text[:50]]},
    }
    path = tmp_path / "d.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert corpus.add(path).counts["added"] == 1
    assert corpus.show("а").raw == text
    for query in ("снеток", "мост", "title:мост"):
        hits = corpus.search(query)
        assert hits.ids == ["а"], query
        assert "**" in hits[0].snippet.marked() + hits[0].heading.marked()
        assert "<script" not in hits._repr_html_()
        assert repr(hits)
    assert corpus.check() == []
    corpus.rebuild()
    assert corpus.search("снеток").ids == ["а"]
    import pyarrow.parquet as pq

    folder = corpus.to_parquet(tmp_path / "out")
    (row,) = pq.read_table(folder / "articles.parquet").to_pylist()
    assert (row["raw"], json.loads(row["record"])["note"]) == (text, record["note"])
    for token in pq.read_table(folder / "tokens.parquet").to_pylist():
        field = row[token["zone"]] if token["zone"] in ("title", "lead") else row["text"]
        assert field[token["start"] : token["stop"]] == token["form"]
    assert counts_again(corpus, path) == 1


def counts_again(corpus: Corpus, path: Path) -> int:
    return corpus.add(path).counts["identical"]


def test_half_characters_in_json_are_replaced_and_said(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    path = tmp_path / "d.jsonl"
    path.write_text('{"id": "а", "text": "Мост \\ud83d и река \\udc00", "x": "\\ud800"}')
    receipt = corpus.add(path)
    assert (receipt.added, receipt.counts["problems"]) == (("а",), 1)
    assert corpus["а"].text == "Мост \ufffd и река \ufffd"
    assert corpus.search("река").ids == ["а"]
    corpus.to_parquet(tmp_path / "out")


def test_a_folder_of_broken_files_costs_only_them(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "good.txt").write_text("Мост\n\nМост открыли.", encoding="utf-8")
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(random.Random(1).randbytes(5000))
    (folder / "nuls.txt").write_bytes(bytes(5000))
    lines = [json.dumps({"id": n, "text": f"мост номер{n}"}) for n in range(8000)]
    lines[6999] = lines[6999][:20]
    (folder / "dump.jsonl").write_text("\n".join(lines))
    (folder / "ragged.csv").write_text(
        "id,title,text\nк1,Мост,Мост открыли\nк2,Река\nк3,Лес,Лес шумел,и ещё\nк4,Снег,Снег шёл\n",
        encoding="utf-8",
    )
    packed = gzip.compress("\n".join(lines[:3000]).encode())
    (folder / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", b" " * 60_000_000)
    expected = {"empty.txt", "binary.txt", "nuls.txt", "dump.jsonl:7000", "bomb.zip!a.jsonl"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.txt")
        expected.add("pipe.txt")
    corpus = Corpus.create(tmp_path / "corpus")
    receipt = corpus.add(folder)
    failed = {Path(failure.path).name: failure.reason for failure in receipt.failed}
    assert expected <= failed.keys()
    assert {name for name in failed if name.startswith("ragged.csv")}
    assert "cut.jsonl.gz" in failed
    assert "200" in failed["bomb.zip!a.jsonl"]
    assert all(failed.values())
    assert corpus.search("номер6998").total == 1
    assert corpus.search("номер7000").total == 1
    assert corpus.search("номер6999").total == 0
    assert corpus.search("открыть", limit=None).total == 2
    assert len(corpus) == receipt.counts["added"] >= 8_000
    assert corpus.check() == []
    again = corpus.add(folder)
    assert (again.counts["added"], again.counts["changed"]) == (0, 0)


# What getrusage says of a child starts from its parent's memory; VmHWM is its own.
HEAVY = """
import re, sys, time
from pathlib import Path
from corpus import Corpus
started = time.monotonic()
receipt = Corpus(sys.argv[1]).add(sys.argv[2:])
print(receipt.counts["added"], *[failure.reason for failure in receipt.failed], sep="|")
print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
print(time.monotonic() - started)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does")
def test_a_line_of_50_megabytes_is_refused_at_once(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    line = "Мост через реку. " * 1_820_000
    assert len(line.encode()) > 50_000_000
    (tmp_path / "a.txt").write_text(line, encoding="utf-8")
    with (tmp_path / "b.jsonl").open("w", encoding="utf-8") as file:
        for name, text in (("до", "Мост."), ("сам", line), ("после", "Река.")):
            file.write(json.dumps({"id": name, "text": text}, ensure_ascii=False) + "\n")
        file.write(json.dumps({"id": "поле", "text": "Лес.", "x": line[:9_000_000]}) + "\n")
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, str(corpus.root), tmp_path / "a.txt", tmp_path / "b.jsonl"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    facts, memory, seconds = done.stdout.splitlines()
    assert facts == "3" + "|longer than 5,000,000 characters" * 2
    assert int(memory) < 700
    assert float(seconds) < 20
    assert {article.id for article in corpus} == {"до", "после", "поле"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="measures memory as Linux does")
def test_memory_does_not_grow_with_what_records_drag_along(tmp_path: Path) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    page = random.Random(1).randbytes(2_000_000).hex()
    with (tmp_path / "d.jsonl").open("w") as file:
        for number in range(40):
            file.write(json.dumps({"id": number, "text": f"Мост {number}.", "page": page}) + "\n")
    done = subprocess.run(
        [sys.executable, "-c", HEAVY, str(corpus.root), tmp_path / "d.jsonl"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    facts, memory, _ = done.stdout.splitlines()
    assert facts == "40"
    assert int(memory) < 350
