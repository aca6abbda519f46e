"""Analysing many forms on all cores, in processes that hold nothing but the dictionary.

The workers are started as `python -m corpus.morphology.worker` and talk over pipes: this works the
same from a script without a main guard, from a notebook and beside other threads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from corpus.model import Dictionary
from corpus.morphology.analyser import Analyser

ENOUGH = 20_000
"""From this many forms on, starting workers (0.4 s each) pays."""
_BLOCK = 5_000

Progress = Callable[[int, int], None]


def analyse_all(
    forms: Sequence[str], analyser: Analyser, progress: Progress | None = None
) -> Iterator[Dictionary]:
    """Yield the analysis of every form, in order."""
    workers = min(os.cpu_count() or 1, 8, len(forms) // (ENOUGH // 2))
    blocks = [forms[place : place + _BLOCK] for place in range(0, len(forms), _BLOCK)]
    answers: Iterator[list[Dictionary]]
    if workers < 2:
        answers = (list(map(analyser.analyse, block)) for block in blocks)
    else:
        answers = _shared_out(blocks, workers)
    done = 0
    for answer in answers:
        yield from answer
        done += len(answer)
        if progress:
            progress(done, len(forms))


def _shared_out(blocks: Sequence[Sequence[str]], workers: int) -> Iterator[list[Dictionary]]:
    """Yield the analyses of blocks, each worker taking every n-th block."""
    processes = [_start() for _ in range(workers)]
    try:
        # One block ahead for each worker: while one is read back, the others go on.
        waiting = enumerate(blocks)
        for number, block in islice(waiting, workers):
            _send(processes[number % workers], block)
        for number in range(len(blocks)):
            process = processes[number % workers]
            answer = _receive(process)
            for following, block in islice(waiting, 1):
                _send(processes[following % workers], block)
            yield answer
    finally:
        for process in processes:
            _stop(process)


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "corpus.morphology.worker"]
    # The workers must find the very package that started them, installed or not.
    paths = [entry for entry in sys.path if entry]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
    process.terminate()
    process.wait()


def _send(process: subprocess.Popen[bytes], block: Sequence[str]) -> None:
    assert process.stdin
    process.stdin.write(json.dumps(block).encode() + b"\n")
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes]) -> list[Dictionary]:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"a worker that analyses words ended early (exit {process.wait()})")
    return [
        Dictionary(form, lemma, pos, tag, tuple(alternatives))
        for form, lemma, pos, tag, alternatives in json.loads(line)
    ]
