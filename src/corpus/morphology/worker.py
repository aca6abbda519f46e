"""A process that reads blocks of forms as JSON lines and answers with their analyses."""

from __future__ import annotations

import json
import signal
import sys

from corpus.morphology.analyser import Analyser


def main() -> None:
    """Answer every line of stdin until it ends; an interrupt is the parent's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    analyser = Analyser()
    for line in sys.stdin.buffer:
        answer = [analyser.analyse(form) for form in json.loads(line)]
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
