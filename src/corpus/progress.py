"""What long work tells about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


class Progress:
    """Takes what long work tells; this one keeps silent, the command line's shows it."""

    def start(self, label: str) -> Callable[[int, int], None]:
        """Begin a stage; the function returned takes what is done and what there is to do."""
        return lambda done, total: None

    def say(self, message: str) -> None:
        """Tell something once."""

    def counted(self, items: Iterable[T], label: str) -> Iterator[T]:
        """Yield the items, telling how many there were so far."""
        show = self.start(label)
        for number, item in enumerate(items, 1):
            show(number, 0)
            yield item
