"""The table of assumptions of the forecast: what each says, and whether anybody verified it.

Without an assumption there is no band: no amount gets a spread that is not stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

NO_BAND = "none: no band"
Factor = tuple[str, str]
ALWAYS: tuple[Factor, ...] = (
    ("simulation", "draws"),
    ("simulation", "seed"),
    ("correlation", "programme"),
)


@dataclass(frozen=True)
class Spread:
    """A triangular multiplier: 1 is exactly as reported."""

    low: float
    mode: float
    high: float

    def at(self, ranks: NDArray[np.float64]) -> NDArray[np.float64]:
        """The multipliers at these ranks (0 to 1) of the distribution."""
        whole = self.high - self.low
        if whole <= 0:
            return np.full(ranks.shape, self.mode)
        left = self.mode - self.low
        rising = self.low + np.sqrt(ranks * whole * left)
        falling = self.high - np.sqrt((1 - ranks) * whole * (self.high - self.mode))
        return np.where(ranks * whole < left, rising, falling)


@dataclass(frozen=True)
class Assumptions:
    """The table of assumptions, and its wording beside the figures made with it."""

    rows: Mapping[Factor, dict[str, Any]]

    @classmethod
    def read(cls, rows: Iterable[dict[str, Any]]) -> Assumptions:
        """Rows with ``factor``, ``value``, ``low``, ``mode``, ``high`` and ``status``."""
        return cls({(str(row["factor"]), str(row["value"])): row for row in rows})

    def number(self, factor: str, value: str) -> Decimal:
        """The one number of an assumption that has no spread, 0 where it is not made."""
        return Decimal(str(self.rows.get((factor, value), {}).get("mode") or 0))

    def spread(self, factor: str, value: str) -> Spread:
        """An assumption that has one."""
        row = self.rows[factor, value]
        return Spread(float(row["low"]), float(row["mode"]), float(row["high"]))

    @property
    def horizon(self) -> int:
        """How many years after the last one reported are forecast."""
        return int(self.number("simulation", "horizon_years"))

    def status(self, used: Iterable[Factor]) -> str:
        """Whether what was used is verified, or why there is no band."""
        if not self.rows:
            return NO_BAND
        used = {*used, *ALWAYS}
        missing = sorted(" ".join(key) for key in used - self.rows.keys())
        if missing:
            return f"{NO_BAND} (no row for {', '.join(missing)})"
        broken = sorted(" ".join(key) for key in used if not self._makes_sense(key))
        if broken:
            return f"{NO_BAND} (invalid values for {', '.join(broken)})"
        verified = all(self.rows[key]["status"] == "verified" for key in used)
        return "verified" if verified else "unverified"

    def _makes_sense(self, key: Factor) -> bool:
        row = self.rows[key]
        if key not in ALWAYS:
            edges = [row[name] for name in ("low", "mode", "high")]
            return None not in edges and edges == sorted(edges)
        number = row["mode"]
        if number is None or number < 0 or (key[0] == "simulation" and number != int(number)):
            return False
        return key[1] == "seed" or (number >= 1 if key[1] == "draws" else number <= 1)

    def wording(self, used: Iterable[Factor]) -> str:
        """Every assumption behind a figure, in one line."""
        together = _plain(self.number("correlation", "programme"))
        parts = [f"correlation within a programme {together}"]
        for factor, value in sorted(used):
            row = self.rows[factor, value]
            spread = " to ".join(_plain(row[name]) for name in ("low", "mode", "high"))
            parts.append(f"{factor} {value} {spread}")
        return "; ".join(parts)


def _plain(number: object) -> str:
    """A decimal without the zeros its type adds."""
    return f"{Decimal(str(number)).normalize():f}"
