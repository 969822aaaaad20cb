"""What all of England would cost, from measured rates: `python docs/country.py` writes country.md.

Every figure of the page is a formula over the two tables here: what a kind of body sends (counted
in published files) and what a line and a file cost (measured, see speed.md). Put your own in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).with_name("country.md")
YEARS = 10


@dataclass(frozen=True)
class Kind:
    """A kind of body: how many there are, the lines that one publishes a month, and how we know."""

    name: str
    bodies: int
    lines_a_month: int
    known_from: str

    @property
    def lines_a_year(self) -> int:
        return self.bodies * self.lines_a_month * 12


KINDS = (
    Kind(
        "councils with social services", 153, 5_320,
        "mean of six: Leicestershire, Devon, Barnsley, North Northamptonshire, Thurrock, Rutland",
    ),
    Kind("district councils", 177, 2_037, "none was at hand: the smallest of those six, Rutland"),
    Kind(
        "integrated care boards", 42, 805,
        "mean of three commissioning groups (322), of which 106 became 42 boards",
    ),
    Kind("police bodies", 40, 613, "one, Lancashire, two years"),
)  # fmt: skip


@dataclass(frozen=True)
class Rates:
    """What the parts of a run cost on one machine of two cores and 24 GB (docs/speed.md)."""

    start: float = 36.0  # s of a run, whatever it holds
    file: float = 0.055  # s to judge a small file
    judge: float = 62 / 30e6  # s a line, in files of a million
    build: float = 278 / 30e6  # s a line, dbt on DuckDB
    publish: float = 270 / 30e6  # s a line, audit and report included
    on_top: float = 40 / 10e6  # s a line of history when a month is added
    received: float = 120.0  # bytes a line as CSV
    home: float = 260.0  # bytes a line of raw lines, build and one release
    memory_gb: float = 2.0  # with the default bound; more lines spill to disk
    pounds_an_hour: float = 0.10  # an assumption: a rented machine of two cores


def page(kinds: tuple[Kind, ...] = KINDS, rates: Rates | None = None, years: int = YEARS) -> str:
    """The page as Markdown."""
    r = rates or Rates()
    a_year = sum(kind.lines_a_year for kind in kinds)
    bodies = sum(kind.bodies for kind in kinds)
    lines, files = a_year * years, bodies * 12 * years
    judging, building = files * r.file + lines * r.judge, lines * r.build
    publishing = lines * r.publish
    whole = r.start + judging + building + publishing
    month = r.start + bodies * r.file + a_year / 12 * r.judge + lines * r.on_top
    rows = "\n".join(
        f"| {k.name} | {k.bodies} | {k.lines_a_month:,} | {k.lines_a_year:,} | {k.known_from} |"
        for k in kinds
    )
    return f"""# All of England, on paper

Made by `docs/country.py`, whose tables are the only figures that were put in: lines are counted in published
files, rates are measured up to 30,000,000 lines (docs/speed.md). **Nothing of this size was run.**

| kind of body | bodies | lines a month each | lines a year | known from |
|---|---|---|---|---|
{rows}
| all | {bodies} | | {a_year:,} | |

{years} years are **{lines / 1e6:.0f} million lines** in {files:,} files, if each body sends one a month.

| what | formula | comes to |
|---|---|---|
| received | lines × {r.received:.0f} bytes | {lines * r.received / 1e9:.0f} GB |
| disk of the home | lines × {r.home:.0f} bytes | {lines * r.home / 1e9:.0f} GB |
| memory | the bound of DuckDB and what is beside it | {r.memory_gb:.0f} GB |
| judging everything, once | files × {r.file * 1000:.0f} ms + lines × {r.judge * 1e6:.1f} µs | {_long(judging)} |
| building everything | lines × {r.build * 1e6:.1f} µs | {_long(building)} |
| audit and publishing | lines × {r.publish * 1e6:.1f} µs | {_long(publishing)} |
| **everything, once, on one machine** | with {r.start:.0f} s to start | **{_long(whole)}**, {_pounds(whole, r)} |
| a month on top | files and lines of the month; history × {r.on_top * 1e6:.1f} µs | {_long(month)} |
| a month on top, every working day of a year | 250 × | {_long(250 * month)}, {_pounds(250 * month, r)} |

At £{r.pounds_an_hour:.2f} an hour, which is an assumption.

**The first bottleneck** is not the engine. Of {_long(judging)} of judging {_long(files * r.file)} are the fixed
cost of {files:,} small files, which any number of `totalplace collect` share. Then comes what a month on top
still reads of the history: the audit compares every cell of what is published, and the count adds up every
cell. Then what a body costs whatever it sends: a thousand bodies took 80 s longer than ten with as many
lines, 38 s of it judging.

**Told within a minute of a new file**: a receipt is written when a file has been judged, by the desk at once
and by `totalplace collect` as soon as the file has been quiet for 5 s; about {round(6 / r.judge / 1e5) * 100_000:,} lines take
six of those seconds. The release that counts it follows after {_long(month)}. Sooner than that it would have
to be made of the changed parts alone, the audit too.

**Nodes**: one. At {lines / 1e6:.0f} million lines the build is {_long(building)} on two cores and fits on one disk. A
cluster is worth its care when the lines do not fit on one machine's disk, or when {_long(building)} is too long and
eight cores in one machine are not to be had (docs/speed.md has the times of both engines).
"""


def _long(seconds: float) -> str:
    """A span of time as people say it."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _pounds(seconds: float, rates: Rates) -> str:
    return f"£{seconds / 3600 * rates.pounds_an_hour:.2f}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
