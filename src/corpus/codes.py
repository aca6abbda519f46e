"""Values numbered as they come."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


class Codes(dict[K, int]):
    """Values with a code each; a new one gets the next. `list(codes)` has each at its code."""

    def __missing__(self, value: K) -> int:
        code = self[value] = len(self)
        return code

    def of(self, values: Iterable[K]) -> Iterator[int]:
        """Return the codes of values, giving new ones the next codes."""
        return map(self.__getitem__, values)
