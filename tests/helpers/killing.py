"""A process that does jobs on a corpus in children of its own and kills them on demand.

    python killing.py ROOT

takes lines from stdin and answers each with one line, `done` or `killed`:

    add             run the job to its end
    rebuild 0.125   kill the child after so many seconds (SIGKILL)
    add @17         kill it right before the 17th time it opens a file of the corpus for writing,
                    or renames or deletes one

What a job has finished for good it appends to `ROOT/acknowledged`, a word a line.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

ARTICLES = 120
BATCH = 8
WORDS = "река паром завод театр музей сталь лес поле берег снег ветер город улица".split()


def text_of(number: int, version: int = 0) -> str:
    """Return the text of a generated article: `мост` is in every one, `номерN` in one alone."""
    chosen = random.Random(number).choices(WORDS, k=40)
    return f"Мост и {' '.join(chosen)} номер{number} версия{version}."


def add(root: Path) -> None:
    """Add the generated articles in small batches; acknowledge each batch when it is published."""
    from corpus import Article, Corpus, ingest
    from corpus.store import joining
    from corpus.store.store import Store

    ingest.BATCH_ARTICLES = BATCH
    joining._MANY_PARTS = 4
    real = Store.finish

    def finish(self: Store, pending: Any) -> None:
        real(self, pending)
        if pending.writing:
            acknowledge(root, *pending.writing.ids)

    Store.finish = finish  # type: ignore[method-assign]
    Corpus(root).add(Article(id=f"n{n}", text=text_of(n)) for n in range(ARTICLES))


def rebuild(root: Path) -> None:
    """Replace an article and rebuild, again and again; acknowledge each version."""
    from corpus import Article, Corpus

    corpus = Corpus(root)
    first = 1 + max((int(a.split("x")[1]) for a in acknowledged(root) if a[0] == "x"), default=0)
    for version in range(first, first + 5):
        corpus.add(Article(id="x", text=text_of(-1, version)))
        acknowledge(root, f"x{version}")
        corpus.rebuild()


JOBS = {"add": add, "rebuild": rebuild}


def acknowledge(root: Path, *words: str) -> None:
    with (root / "acknowledged").open("a") as file:
        file.write("".join(f"{word}\n" for word in words))


def acknowledged(root: Path) -> list[str]:
    """Return what jobs have acknowledged so far."""
    path = root / "acknowledged"
    return path.read_text().split() if path.exists() else []


def kill_at_event(root: Path, number: int) -> None:
    """Kill this process right before the `number`th change to a file below `root`."""
    count = 0

    def watch(event: str, details: tuple[Any, ...]) -> None:
        nonlocal count
        if event not in ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"):
            return
        path = os.fsdecode(details[0]) if isinstance(details[0], str | bytes | Path) else ""
        writes = event != "open" or (details[2] or 0) & (os.O_WRONLY | os.O_RDWR)
        if writes and path.startswith(str(root)) and not path.endswith("acknowledged"):
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def run(root: Path, job: str, moment: str) -> str:
    """Run a job in a child; return how it ended."""
    child = os.fork()
    if not child:
        status = 1
        try:
            if moment.startswith("@"):
                kill_at_event(root, int(moment[1:]))
            JOBS[job](root)
            status = 0
        finally:
            os._exit(status)
    if moment and not moment.startswith("@"):
        time.sleep(float(moment))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return "done" if status == 0 else f"failed with {status}"


def warm_up() -> None:
    """Import what jobs need and load the dictionary, so that children start at once."""
    from corpus import Corpus
    from corpus.morphology.analyser import Analyser

    assert Corpus
    Analyser().analyse(["мост"])


if __name__ == "__main__":
    warm_up()
    for line in sys.stdin:
        name, _, when = line.strip().partition(" ")
        print(run(Path(sys.argv[1]), name, when), flush=True)
