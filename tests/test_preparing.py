"""Articles prepared in other processes: nothing of what is stored depends on them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import corpus as package
from corpus import Article, Corpus, ingest, preparing, processes
from corpus.index import filling
from corpus.index.folder import Index
from corpus.morphology import parallel
from corpus.store.store import Store

WORDS = "река паром завод театр музей сталь лес поле берег снег ветер город улица Кузьмин".split()


def articles() -> Iterator[Article]:
    """Yield articles: reprints, new versions, identical ones and odd ones, far from each other."""
    for number in range(120):
        words = f"{WORDS[number % 14]} и {WORDS[number % 5]}{number // 9}"
        text = f"Мост через {words}.\n\nРадиус №{number}."
        yield Article(id=f"n{number}", title=f"Новость {number}", text=text, source="РИА")
        if number % 10 == 3:
            yield Article(
                id=f"n{number - 3}", text=text + " Дополнено.", url=f"https://a.ru/{number}"
            )
        if number % 10 == 5:
            yield Article(id=f"n{number - 5}", text="<p> </p>")
            yield Article(id=f"n{number}", title=f"Новость {number}", text=text, source="РИА")
        if number % 10 == 7:
            yield Article(text=f"{text.upper()}", tags=(f"тема {number % 3}",))
            yield Article(id="odd", text="бред" * 3, date="вчера")  # type: ignore[arg-type]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have processes started early, and make blocks and batches small, of sizes that do not fit."""
    monkeypatch.setattr(preparing, "START", 200)
    monkeypatch.setattr(preparing, "BLOCK_ARTICLES", 7)
    monkeypatch.setattr(ingest, "BATCH_ARTICLES", 17)
    monkeypatch.setattr(parallel, "_FEW_TOKENS", 3)
    monkeypatch.setattr(filling, "_MANY", 0)
    for module in (preparing, filling):
        monkeypatch.setattr(module, "cores", lambda: 2)


def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (preparing, filling):
        monkeypatch.setattr(module, "cores", lambda: 1)


def stored(corpus: Corpus) -> dict[str, Any]:
    """Return all tables, part by part, but for the time of adding, and the token columns."""
    found: dict[str, Any] = {}
    for path in sorted((corpus.data / "parts").glob("*.parquet")):
        table = pq.read_table(path)
        columns = [name for name in table.column_names if name != "added_at"]
        found[path.name] = table.select(columns).to_pydict()
    for path in sorted((corpus.root / "index").glob("g*/columns/*")):
        found[path.name] = path.read_bytes()
    return found


def add(folder: Path, items: Iterable[Article]) -> tuple[Any, dict[str, Any]]:
    corpus = Corpus.create(folder)
    receipt = corpus.add(items)
    assert corpus.check() == []
    return receipt.to_dict(), stored(corpus)


def test_processes_change_nothing(
    many: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    receipt, tables = add(tmp_path / "together", articles())
    assert receipt["counts"]["added"] == 120 + 12
    assert min(receipt["counts"][name] for name in ("identical", "changed", "failed")) >= 12
    assert receipt["counts"]["near_duplicate"] == 12
    assert len([name for name in tables if name.startswith("articles")]) > 5
    alone(monkeypatch)
    assert add(tmp_path / "alone", articles()) == (receipt, tables)


def test_what_a_process_cannot_do_is_done_here(
    many: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = processes._start

    def start() -> subprocess.Popen[bytes]:
        started.append(real())
        if len(started) == 3:  # that which makes the columns
            started[2].kill()
        return started[-1]

    def killing() -> Iterator[Article]:
        for number, article in enumerate(articles()):
            yield article
            if number in (60, 110):
                wait_until(lambda: len(started) == 2)
                started[number == 110].kill()

    monkeypatch.setattr(processes, "_start", start)
    found = add(tmp_path / "killed", killing())
    assert [process.poll() is not None for process in started] == [True] * 3
    alone(monkeypatch)
    assert add(tmp_path / "alone", articles()) == found


def test_processes_that_do_not_start_are_not_missed(
    many: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes.sys, "executable", str(tmp_path / "no python"))
    found = add(tmp_path / "without", articles())
    monkeypatch.undo()
    monkeypatch.setattr(ingest, "BATCH_ARTICLES", 17)
    assert add(tmp_path / "alone", articles()) == found


def test_an_article_that_breaks_cleaning_stops_no_other(
    many: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nor does one that cannot even be sent to another process."""
    items = [*articles(), Article(id="x", text="Мост.", markup="plain", tags=(Odd("а"),))]
    receipt, _ = add(tmp_path / "corpus", items)
    assert [f["reason"] for f in receipt["failed"] if f["path"] == "x"] == [
        "could not be cleaned: ZeroDivisionError: division by zero"
    ]


def test_a_process_that_gives_up_its_vocabulary_is_understood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(preparing, "_MOST_FORMS", 6)
    monkeypatch.setattr(preparing, "_own", preparing.Preparer())
    monkeypatch.setattr(preparing, "_told", {})
    ahead = preparing.Ahead()
    turns = set()
    for number in range(8):
        text = f"мост {number} река {number // 2}"
        parcel = preparing.prepare([Article(text=text)])
        turns.add(parcel.key)
        prepared = ahead._unpacked(parcel)
        assert prepared
        forms = prepared.rows.vocabulary.forms
        assert [forms[code] for code in prepared.rows.tokens.form] == text.split()
    assert len(turns) > 1
    assert ahead._unpacked(parcel._replace(first=100)) is None


class Odd(str):
    """A string that cannot be looked at."""

    def __bool__(self) -> bool:
        return bool(1 / 0)


def test_an_interrupt_keeps_what_was_read(
    many: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    read = []

    def interrupted() -> Iterator[Article]:
        for number in range(100):
            read.append(f"n{number}")
            yield Article(id=f"n{number}", text=f"Мост номер {number}.")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        corpus.add(interrupted())
    assert [article.id for article in corpus] == read
    assert corpus.search("мост").total == len(read)
    assert corpus.check() == []


def test_what_fails_to_be_written_takes_what_came_later_with_it(
    many: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    items = [Article(id=f"n{n}", text=f"Мост номер {n}.") for n in range(80)]
    corpus = Corpus.create(tmp_path / "corpus")
    calls: list[int] = []
    real = Store.finish

    def finish(self: Store, pending: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            pending.writing.wait()
            raise OSError("no room")
        real(self, pending)

    monkeypatch.setattr(Store, "finish", finish)
    with pytest.raises(OSError, match="no room"):
        corpus.add(items)
    monkeypatch.undo()
    assert [article.id for article in corpus] == [f"n{n}" for n in range(17)]
    assert corpus.add(items).to_dict()["counts"]["added"] == 63
    assert corpus.check() == []


def test_an_interrupt_waits_for_what_is_being_written(
    many: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    corpus = Corpus.create(tmp_path / "corpus")
    real = Store.finish
    monkeypatch.setattr(Index, "catch_up", lambda *_: pytest.fail("it went on"))

    def finish(self: Store, pending: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        real(self, pending)

    monkeypatch.setattr(Store, "finish", finish)
    with pytest.raises(KeyboardInterrupt):
        corpus.add(Article(id=f"n{n}", text=f"Мост номер {n}.") for n in range(40))
    monkeypatch.undo()
    assert corpus.search("мост").total == len(corpus) >= 17
    assert corpus.check() == []


RUNNING = """
import sys, time
from corpus import Article, Corpus, preparing, processes
preparing.START, preparing.BLOCK_ARTICLES, preparing.cores = 10, 1, lambda: 2
def some():
    for number in range(1000):
        yield Article(text=f"Мост {number}.")
        time.sleep(0.05)
        if number == 20:
            pool = intake()._ahead.pool
            print(*(process.pid for process in pool._processes), flush=True)
def intake():
    import gc
    from corpus.ingest import Intake
    return next(thing for thing in gc.get_objects() if isinstance(thing, Intake))
Corpus.create(sys.argv[1]).add(some())
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc")
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    """No main guard is needed, and `kill -9` leaves nobody behind."""
    environment = {**os.environ, "PYTHONPATH": str(Path(package.__file__).parents[1])}
    command = [sys.executable, "-c", RUNNING, str(tmp_path / "corpus")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as parent:
        assert parent.stdout
        pids = parent.stdout.readline().split()
        assert len(pids) == 2
        parent.kill()
    wait_until(lambda: not any(is_running(pid) for pid in pids))


def is_running(pid: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
