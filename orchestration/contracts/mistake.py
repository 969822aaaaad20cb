"""The error of a check over several keys of a contract or of the place."""

from __future__ import annotations


class MistakeAt(ValueError):
    """A mistake found by a check over several keys; ``path`` leads to the key to mend."""

    def __init__(self, path: tuple[int | str, ...], message: str) -> None:
        self.path = path
        super().__init__(message)
