"""Processes that work for this one: functions called there, answers fetched when they are needed.

They are started as `python -m corpus.processes` and talk over pipes: this works the same from a
script without a main guard, from a notebook and beside other threads. Nothing that happens to them
is an error here: what they cannot answer, whoever asked works out alone.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from typing import IO, Any, Generic, TypeVar

A = TypeVar("A")
R = TypeVar("R")

MOST = 4
"""More processes would wait for the one that asks."""
_AT_ONCE = 2  # what a process is given at once: it need not wait for the next task
_SIZE = 8  # bytes that tell a size
_PIPE = 1 << 20  # as large as Linux lets anybody make a pipe

Frames = list[bytes | memoryview]
"""A pickle and the arrays that belong to it; an answer without any is none."""


def cores() -> int:
    """Return how many processes can run at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Answer(Generic[R]):
    """What a process will answer."""

    def __init__(self, future: Future[Frames]) -> None:
        self._future = future

    def is_there(self) -> bool:
        return self._future.done()

    def get(self) -> R | None:
        """Wait for the answer; None if nobody could give it."""
        frames = self._future.result()
        return _unpacked(frames) if frames else None


class Pool:
    """Some processes, each with a thread here that sends it tasks and receives its answers."""

    def __init__(self, size: int) -> None:
        self._tasks: queue.PriorityQueue[tuple[int, int, Frames, Future[Frames]]]
        self._tasks = queue.PriorityQueue()
        self._order = count()
        self._lock = threading.Lock()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._closed = False
        self._alive = self.size = size
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(size)]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[[A], R], argument: A, *, urgent: bool = False) -> Answer[R]:
        """Have a function of a module called; what is urgent goes before the rest."""
        future: Future[Frames] = Future()
        try:
            data = _packed((function, argument))
        except Exception:
            future.set_result([])
            return Answer(future)
        with self._lock:
            if self._alive:
                self._tasks.put((0 if urgent else 1, next(self._order), data, future))
            else:
                future.set_result([])
        return Answer(future)

    def close(self) -> None:
        """End the processes, whatever they are at."""
        with self._lock:
            self._closed = True
            for process in self._processes:
                process.kill()
        for _ in self._threads:
            self._tasks.put((-1, next(self._order), [], Future()))
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        """Work for one process until it or the pool ends."""
        if hasattr(signal, "pthread_sigmask"):
            # The process inherits it: an interrupt is the business of this one alone.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        under_way: list[Future[Frames]] = []
        process = None
        try:
            process = self._started()
            while process and self._feed(process, under_way):
                answer = _receive(process.stdout)
                under_way.pop(0).set_result(answer)
        except (OSError, ValueError, EOFError):
            pass  # it has ended, or could not be started
        finally:
            if process:
                _end(process)
            self._give_up(under_way)

    def _started(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._closed:
                return None
            process = _start()
            self._processes.append(process)
            return process

    def _feed(self, process: subprocess.Popen[bytes], under_way: list[Future[Frames]]) -> bool:
        """Send what there is to do, waiting for it if need be; return whether to go on."""
        while len(under_way) < _AT_ONCE:
            try:
                _, _, data, future = self._tasks.get(block=not under_way)
            except queue.Empty:
                break
            if not data:
                return False
            under_way.append(future)
            _send(process.stdin, data)
        return True

    def _give_up(self, under_way: list[Future[Frames]]) -> None:
        """Leave what is under way without an answer, and all the rest if nobody is left."""
        with self._lock:
            self._alive -= 1
            while not self._alive and not self._tasks.empty():
                under_way.append(self._tasks.get()[3])
        for future in under_way:
            future.set_result([])


def _start() -> subprocess.Popen[bytes]:
    # -P: what lies in the current folder is none of the process's modules.
    command = [sys.executable, "-P", "-m", "corpus.processes"]
    # It must find the very package that started it, installed or not.
    paths = [entry for entry in sys.path if entry]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    _widen(process.stdin)
    _widen(process.stdout)
    return process


def _widen(pipe: IO[bytes] | None) -> None:
    """Make a pipe hold more where that is possible: each time it is full threads take turns."""
    if sys.platform == "linux" and pipe:
        import fcntl

        with suppress(OSError):  # a user may have only so much in pipes
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            if pipe:
                pipe.close()
    process.kill()
    process.wait()


def _packed(value: object) -> Frames:
    """Pickle a value; its arrays are frames of their own, so that they are not copied."""
    frames: Frames = []
    head = pickle.dumps(value, 5, buffer_callback=lambda buffer: frames.append(buffer.raw()))
    return [head, *frames]


def _unpacked(frames: Frames) -> Any:
    return pickle.loads(frames[0], buffers=frames[1:])


def _send(pipe: IO[bytes] | None, frames: Frames) -> None:
    assert pipe
    sizes = [len(frames), *map(len, frames)]
    pipe.write(b"".join(size.to_bytes(_SIZE, "big") for size in sizes))
    for frame in frames:
        pipe.write(frame)
    pipe.flush()


def _receive(pipe: IO[bytes] | None) -> Frames:
    assert pipe
    sizes = [_receive_size(pipe) for _ in range(_receive_size(pipe))]
    return [_receive_bytes(pipe, size) for size in sizes]


def _receive_size(pipe: IO[bytes]) -> int:
    return int.from_bytes(_receive_bytes(pipe, _SIZE), "big")


def _receive_bytes(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


# In the process --------------------------------------------------------------------------------


def main() -> None:
    """Answer tasks until there are no more, or whoever sends them is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Texts and arrays make no cycles: looking for some would take a tenth of the time.
    gc.freeze()
    gc.disable()
    # What a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    tasks: queue.SimpleQueue[Frames] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    while True:
        answer = _answer(tasks.get())
        with suppress(OSError):  # nobody is there to hear it: `_listen` ends this process
            _send(answers, answer)


def _listen(tasks: queue.SimpleQueue[Frames]) -> None:
    """Take in tasks while others are worked on, so that sending never waits for receiving."""
    try:
        while True:
            tasks.put(_receive(sys.stdin.buffer))
    except (OSError, EOFError):
        os._exit(0)


def _answer(task: Frames) -> Frames:
    """Return the answer to a task; nothing if there is none."""
    try:
        function, argument = _unpacked(task)
        return _packed(function(argument))
    except MemoryError:
        os._exit(1)  # whoever asks has more room, or tells the user
    except Exception:  # whoever asks will meet with the same, in its own place
        return []


if __name__ == "__main__":
    main()
