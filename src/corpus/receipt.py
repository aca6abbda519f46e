"""What an `add` or a `rebuild` did, article by article."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from corpus.model import Failure


@dataclass(frozen=True, slots=True)
class Receipt:
    """Ids of what was taken in, and what was not, with the reason.

    `identical` were in the corpus already, word for word; `changed` replaced an earlier version;
    `near_duplicate` were added although an article that was there says the same, as (id, id of the
    other); `same_text` are those of them whose text is the very same; `failed` could not be read;
    `problems` were taken in with something left empty; `vanished` came from an inbox file that is
    gone, and stay unless `pruned`.
    """

    added: tuple[str, ...] = ()
    identical: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    near_duplicate: tuple[tuple[str, str], ...] = ()
    failed: tuple[Failure, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    pruned: bool = False
    same_text: frozenset[str] = frozenset()

    @property
    def counts(self) -> dict[str, int]:
        """Number of articles by outcome."""
        names = (
            "added", "identical", "changed", "near_duplicate", "failed", "problems", "removed",
            "vanished",
        )  # fmt: skip
        return {name: len(getattr(self, name)) for name in names}

    def to_dict(self) -> dict[str, Any]:
        """Return the receipt as plain values, for JSON."""
        return {
            "counts": self.counts,
            "added": list(self.added),
            "identical": list(self.identical),
            "changed": list(self.changed),
            "near_duplicate": [self._repeating(a, b) for a, b in self.near_duplicate],
            "failed": [failure._asdict() for failure in self.failed],
            "problems": [{"path": path, "problem": what} for path, what in self.problems],
            "removed": list(self.removed),
            "vanished": list(self.vanished),
            "pruned": self.pruned,
        }

    def _repeating(self, name: str, other: str) -> dict[str, str]:
        same = {"same_text_as": other} if name in self.same_text else {}
        return {"id": name, "repeats": other, **same}

    def __bool__(self) -> bool:
        """Return whether nothing failed."""
        return not self.failed

    def __str__(self) -> str:
        one = {"problems": "problem", "near_duplicate": "near duplicate"}
        many = {"near_duplicate": "near duplicates"}
        shown = ", ".join(
            f"{count} {(one if count == 1 else many).get(name, name)}"
            for name, count in self.counts.items()
            if count or name in ("added", "identical", "changed", "failed")
        )
        return shown + (" (pruned)" if self.pruned else "")
