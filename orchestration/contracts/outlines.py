"""The outlines of a place's areas, for a map: points in metres of the national grid.

They lie in a file beside the place's own, and there need be none. Only what is drawn is here: which
areas a place counts, and how many people live in them, is the place's (``place``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from pydantic import Field

from .base import AreaCode, Strict
from .csv_file import facts_in
from .load import ContractError, ContractProblem

# A triangle, with its first point again at the end.
_FEWEST = 4


class OutlinePoint(Strict):
    """One row: a point of a ring of an area. A ring ends where it begins; coordinates are those of
    OSGB36 (EPSG:27700), in metres."""

    area_code: AreaCode
    area_name: str = Field(min_length=1)
    ring_no: int = Field(ge=1)
    point_no: int = Field(ge=1)
    easting: int = Field(ge=0, lt=700_000)
    northing: int = Field(ge=0, lt=1_300_000)


Outlines = tuple[OutlinePoint, ...]


def load_outlines(path: Path) -> Outlines:
    """The points in ``path``, none if there is no such file; ``ContractError`` with the line of the
    first mistake."""
    if not path.is_file():
        return ()
    try:
        return _load(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise _mistake(path, 0, "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _mistake(path, 0, "", "is not in UTF-8: save it as CSV UTF-8") from None


@lru_cache(maxsize=4)
def _load(path: Path, _changed_ns: int) -> Outlines:
    found = facts_in(path, OutlinePoint)
    for number, key, message in _broken(found):
        raise _mistake(path, number, key, message)
    return tuple(found)


def _broken(points: Sequence[OutlinePoint]) -> Iterator[tuple[int, str, str]]:
    """Line, column and words of what is wrong with a ring as a whole."""
    seen, line = set(), 2
    for ring, members in groupby(points, lambda p: (p.area_code, p.ring_no)):
        whole = list(members)
        first, last = whole[0], whole[-1]
        if ring in seen:
            yield line, "ring_no", f"ring {first.ring_no} of {first.area_code} is in two places"
        if [p.point_no for p in whole] != [*range(1, len(whole) + 1)]:
            yield line, "point_no", "the points of a ring are numbered 1, 2, 3 … in order"
        if len(whole) < _FEWEST or (first.easting, first.northing) != (last.easting, last.northing):
            yield line, "easting", "a ring has four points or more, and the last is the first again"
        seen.add(ring)
        line += len(whole)


def _mistake(path: Path, line: int, key: str, message: str) -> ContractError:
    return ContractError([ContractProblem(path.name, line, key, message)])
