"""What is left when a process is killed, when two write at once, and when the disk is full."""

from __future__ import annotations

import gc
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import killing
import pytest

import corpus as package
from corpus import Article, Corpus, CorpusError
from corpus.progress import Progress
from corpus.store import files
from corpus.store.store import Store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, kill -9 and mounts")

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(Path(package.__file__).parents[1]),
    "PYTHONWARNINGS": "ignore",
}
Killer = Callable[[str], str]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """An empty corpus."""
    return Corpus.create(tmp_path / "corpus")


@pytest.fixture
def kill(corpus: Corpus) -> Iterator[Killer]:
    """Return a function that runs a job of `killing` and returns how it ended."""
    process = subprocess.Popen(
        [sys.executable, killing.__file__, str(corpus.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=ENVIRONMENT,
        text=True,
    )
    assert process.stdin
    assert process.stdout

    def run(command: str) -> str:
        process.stdin.write(f"{command}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    with process:
        yield run
        process.stdin.close()


# kill -9 ----------------------------------------------------------------------------------------


def assert_intact(root: Path) -> None:
    """See that all that was acknowledged is there and works, and that nothing is left lying."""
    corpus = Corpus(root)
    # Before anything else has a chance to mend it.
    assert [finding for finding in corpus.check() if finding.serious] == []
    texts = {article.id: article.text for article in corpus}
    words = killing.acknowledged(root)
    assert {word for word in words if word[0] == "n"} <= texts.keys()
    versions = [int(word[1:]) for word in words if word[0] == "x"]
    if versions:
        assert int(texts["x"].split("версия")[1].rstrip(".")) >= max(versions)
    hits = corpus.search("мост", limit=None, reprints=True)
    assert set(hits.ids) == texts.keys()
    if texts:
        name = max(texts)
        assert corpus.search(f"={texts[name].split()[-2]}").ids == [name]
    assert_tidy(root)
    assert corpus.check() == []


def assert_tidy(root: Path) -> None:
    """See that after one more writer no file is there that nothing names."""
    with Corpus(root)._writing("test") as store:
        named = {record.name for _, record in store.manifest.files()}
    assert {path.name for path in (root / "corpus_data" / "parts").glob("*")} == named
    known = {"manifest.json", "manifest.backup.json", "README.md", "articles", "parts", ".lock"}
    assert {path.name for path in (root / "corpus_data").iterdir()} <= known
    generations = [path for path in (root / "index").iterdir() if path.is_dir()]
    assert len(generations) <= 1
    for generation in generations:
        assert not [path for path in generation.iterdir() if ".toc." in path.name]


def assert_finishes(root: Path, kill: Killer) -> None:
    assert kill("add") == "done"
    assert kill("rebuild") == "done"
    corpus = Corpus(root)
    assert len(corpus) == killing.ARTICLES + 1
    assert corpus.check() == []
    assert len(Store(corpus.data).manifest.parts) == 1
    assert_intact(root)


def kill_many_times(root: Path, kill: Killer, times: int, chance: random.Random) -> int:
    """Kill jobs at moments of both kinds, checking after each; return how many were hit."""
    killed = 0
    for turn in range(times):
        job = ("add", "rebuild")[turn % 2]
        moment = (f"{chance.uniform(0.01, 0.6):.3f}", f"@{chance.randrange(1, 250)}")[turn // 2 % 2]
        killed += kill(f"{job} {moment}") == "killed"
        assert_intact(root)
        if len(Corpus(root)) > killing.ARTICLES * 3 // 4:
            forget(root)
    return killed


def forget(root: Path) -> None:
    """Start over with an empty corpus, for a job to have something to do."""
    for name in ("corpus_data", "index"):
        shutil.rmtree(root / name)
    (root / "acknowledged").unlink()
    Corpus.create(root)


def test_killed_at_random_moments_nothing_acknowledged_is_lost(
    corpus: Corpus, kill: Killer
) -> None:
    killed = kill_many_times(corpus.root, kill, 16, random.Random(5))
    assert killed >= 12
    assert_finishes(corpus.root, kill)


@pytest.mark.slow
def test_killed_at_two_hundred_random_moments(corpus: Corpus, kill: Killer) -> None:
    killed = kill_many_times(corpus.root, kill, 260, random.Random())
    assert killed >= 200
    assert_finishes(corpus.root, kill)


@pytest.mark.slow
@pytest.mark.parametrize("job", ["add", "rebuild"])
def test_killed_right_before_changes_to_files_one_after_the_other(
    corpus: Corpus, kill: Killer, job: str
) -> None:
    if job == "rebuild":
        kill("add")
    template = corpus.root.with_name("template")
    shutil.copytree(corpus.root, template)
    for number in range(1, 1000, 4):
        shutil.rmtree(corpus.root)
        shutil.copytree(template, corpus.root)
        if kill(f"{job} @{number}") == "done":
            break
        assert_intact(corpus.root)
    assert 100 < number < 990


# Several processes at once ----------------------------------------------------------------------

ADD = """
import sys
from corpus import Article, Corpus, ingest
ingest.BATCH_ARTICLES = 5
root, name, count, size = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
corpus = Corpus(root)
for first in range(0, count, size):
    corpus.add(
        Article(id=f"{name}{n}", text=f"Мост и паром {name} номер{n}.")
        for n in range(first, first + size)
    )
    if len(sys.argv) > 5:
        corpus.rebuild()
"""


def start(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], env=ENVIRONMENT)


def test_several_that_add_at_once_all_finish(corpus: Corpus) -> None:
    processes = [start(ADD, corpus.root, name, 30, 10) for name in ("а", "б", "б")]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert sorted(a.id for a in corpus) == sorted(f"{name}{n}" for name in "аб" for n in range(30))
    assert corpus.check() == []
    assert corpus.search("мост").total == 60


def test_a_search_beside_a_writer_sees_published_states_only(corpus: Corpus) -> None:
    corpus.add(Article(id=f"н{n}", text=f"Мост и паром номер{n}.") for n in range(10))
    corpus.search("мост")
    writer = start(ADD, corpus.root, "а", 90, 10, "rebuild")
    reader, totals, kept = Corpus(corpus.root), [10], []
    while writer.poll() is None:
        asked = reader if len(totals) % 3 else Corpus(corpus.root)
        hits = asked.search("мост", limit=None, reprints=True)
        assert hits.total == len(set(hits.ids)) == len(hits)
        assert hits.total % 10 == 0
        assert hits.total >= totals[-1]
        totals.append(hits.total)
        if len(totals) % 5 == 0:
            assert hits[len(hits) - 1].snippet.marked().startswith("**Мост**")
            assert sum(1 for _ in asked) >= hits.total
            assert asked.info()["articles"] >= hits.total
            assert [f for f in asked.check() if f.serious] == []
        kept.append(hits)
    assert writer.returncode == 0
    assert reader.search("мост").total == 100
    assert len(set(totals)) > 3
    # Results found before all those rebuilds can still be looked at.
    for hits in kept[:: max(1, len(kept) // 8)]:
        assert hits[0].snippet.marked().startswith("**Мост**")
        assert hits[len(hits) - 1].snippet.marked().startswith("**Мост**")


# A full disk ------------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """Mount a small file system of memory; skip where that is not possible."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a small file system here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def varied(first: int, count: int) -> Iterator[Article]:
    """Yield articles that compress badly; so do the words of every fourth, for the index."""
    for number in range(first, first + count):
        chance = random.Random(number)
        words = ["".join(chance.choices("абвгдежзиклмнопрст", k=9)) for _ in range(40)]
        text = f"Мост {' '.join(words if number % 4 == 0 else words[:2] * 20)}."
        yield Article(id=f"n{number}", text=text, record={"raw": chance.randbytes(2000).hex()})


def fill(folder: Path, leave: int) -> Path:
    """Fill a file system but for `leave` bytes; return the file that does it."""
    path = folder / "ballast"
    with path.open("wb", buffering=0) as file:
        free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        file.write(b"\0" * max(0, free - leave))
    return path


# Whoosh leaves files open when it cannot write; they are closed when they are collected.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def assert_refused(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="no room left on the disk") as caught:
        corpus.add(varied(100, 100))
    assert "run the same command again" in caught.value.hint


@LEFT_OPEN
def test_a_full_disk_costs_nothing_but_the_batch(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "8m"):
        corpus = Corpus.create(disk / "corpus")
        corpus.add([*varied(0, 20), *varied(100, 100)])
        need = 0
        for share in (1, 0, 0.1, 0.3, 0.5, 0.7, 0.9):
            corpus.remove([f"n{number}" for number in range(100, 200)])
            corpus.rebuild()
            # The next writer deletes the index before: that would make room.
            corpus.add(varied(0, 1))
            # What is deleted but still open takes room, too.
            gc.collect()
            before, free = {article.id: article for article in corpus}, os.statvfs(disk).f_bavail
            if need:
                ballast = fill(disk, int(need * share))
                assert_refused(corpus)
                assert [f for f in corpus.check() if f.serious] == []
                assert {a.id: a for a in corpus}.items() >= before.items()
                assert corpus.search("мост").total >= 20
                ballast.unlink()
            assert corpus.add(varied(100, 100)).counts["failed"] == 0
            assert corpus.check() == []
            assert corpus.search("мост").total == 120
            need = need or (free - os.statvfs(disk).f_bavail) * os.statvfs(disk).f_frsize


@LEFT_OPEN
@pytest.mark.parametrize("leave", [0, 40_000])
def test_a_rebuild_on_a_full_disk_leaves_the_old_index(tmp_path: Path, leave: int) -> None:
    with mounted(tmp_path / "disk", "8m"):
        corpus = Corpus.create(tmp_path / "disk" / "corpus")
        for place in range(3):
            corpus.add(varied(20 * place, 20))
        ballast = fill(tmp_path / "disk", leave)
        with pytest.raises(CorpusError, match="no room left on the disk"):
            corpus.rebuild()
        assert [f for f in corpus.check() if f.serious] == []
        assert corpus.search("мост").total == 60
        ballast.unlink()
        corpus.rebuild()
        assert (corpus.search("мост").total, corpus.check()) == (60, [])


LIMITED = """
import resource, signal, sys
from corpus import Corpus, CorpusError
sys.path[:0] = sys.argv[2:]
from test_crash import varied
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))
try:
    Corpus(sys.argv[1]).add(varied(100, 100))
except CorpusError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("limit", [1, 60_000])
def test_a_limit_on_the_size_of_files_is_an_error_like_any(corpus: Corpus, limit: int) -> None:
    corpus.add(varied(0, 5))
    code = LIMITED.replace("LIMIT,", f"{limit},").replace("LIMIT)", f"{limit})")
    folders = [str(Path(__file__).parent), str(Path(killing.__file__).parent)]
    done = subprocess.run(
        [sys.executable, "-c", code, str(corpus.root), *folders],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("no room left on the disk"), done.stderr
    assert "Traceback" not in done.stderr
    assert [f for f in corpus.check() if f.serious] == []
    assert corpus.search("мост").total in (5, 105)
    assert_tidy(corpus.root)


def test_a_corpus_that_may_only_be_read_is_searched_as_it_is(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "4m"):
        corpus = Corpus.create(disk / "corpus")
        corpus.add(Article(id="а", text="Мост открыли."))
        (corpus.inbox / "б.txt").write_text("Паром\n\nПаром у моста.", encoding="utf-8")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        heard = Listening()
        reader = Corpus(corpus.root, progress=heard)
        for _ in range(2):
            assert reader.search("мост").ids == ["а"]
        assert any("searching what was indexed before" in message for message in heard.said)
        assert (reader.check(), len(reader), reader.info()["inbox_new"]) == ([], 1, 1)
        acts = (
            lambda: reader.add(Article(text="Река.")),
            reader.rebuild,
            lambda: reader.remove("а"),
            lambda: reader.search("мост").save("имя"),
        )
        for act in acts:
            with pytest.raises(CorpusError, match="no permission to write"):
                act()
        assert list(reader.to_parquet(tmp_path / "out").iterdir())


class Listening(Progress):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, message: str) -> None:
        self.said.append(message)


def test_a_search_beside_a_long_add_says_what_it_searches(corpus: Corpus) -> None:
    corpus.add(Article(id="а", text="Мост открыли."))
    corpus.search("мост")
    with files.lock(corpus.data, purpose="corpus add"):
        store = Store(corpus.data)
        store.remove([0])
        heard = Listening()
        reader = Corpus(corpus.root, progress=heard)
        for _ in range(2):
            assert reader.search("мост").ids == ["а"]
        assert heard.said[-1] == "another process is writing: searching what was indexed before"
    # The same reader sees the new state as soon as there is one.
    assert reader.search("мост").ids == []


def test_no_folder_to_write_to_is_an_error_with_a_hint(corpus: Corpus) -> None:
    corpus.add(varied(0, 2))
    shutil.rmtree(corpus.root / "index")
    (corpus.root / "index").write_text("a file in the way")
    with pytest.raises(CorpusError, match="index"):
        Corpus(corpus.root).search("мост")
    with pytest.raises(CorpusError), files.lock(corpus.root / "нет", purpose="x"):
        pass
