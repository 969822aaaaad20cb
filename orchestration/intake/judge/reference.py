"""The public lists that codes in a file are held against: services, postcodes, where the place is.

Here belongs how they are read. Which rule uses them belongs to ``listed``.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from ...contracts.load import ContractError, ContractProblem, load_partners
from ...contracts.model import Partner
from ...contracts.place import Box, load_place
from ...settings import Settings
from ...sql import literal

# The columns of Code-Point Open, which has no heading row.
_COLUMNS = ("PC", "PQ", "EA", "NO", "CY", "RH", "LH", "CC", "DC", "WC")

# The columns of the ONS Postcode Directory, as its editions have called them.
_DIRECTORY = {
    "the postcode": "pcds",
    "the easting": "(os)?east1m",
    "the northing": "(os)?(nrth|north)1m",
    "the district": r"(os)?laua|lad\d\dcd",
    "its end": "doterm",
}


@dataclass(frozen=True)
class Reference:
    """Where the lists in use are; each is read when a feed first asks for it."""

    seeds: Path
    postcodes: Path
    place: Path
    partners: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Reference:
        """The lists of these settings."""
        return cls(
            settings.dbt_project / "seeds", settings.postcodes, settings.place, settings.partners
        )

    @property
    def services(self) -> list[int]:
        """The codes of the Local Government Services List, as the build knows them."""
        path = self.seeds / "lgsl.csv"
        return list(_services(path, path.stat().st_mtime_ns))

    @property
    def contracts(self) -> list[Partner]:
        """Every contract in use; none where they cannot be read."""
        if self.partners is None:
            return []
        files = sorted(self.partners.glob("*.yml"))
        stamp = tuple((str(f), f.stat().st_mtime_ns) for f in files)
        return _contracts(self.partners, stamp)

    @property
    def box(self) -> Box | None:
        """Where the place lies, if it says so."""
        return _box(self.place, self.place.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _contracts(folder: Path, stamp: tuple[tuple[str, int], ...]) -> list[Partner]:
    try:
        return list(load_partners(folder).values())
    except ContractError:
        return []


def usual() -> Reference:
    """The lists that the environment names, or else those that are shipped."""
    return Reference.of(Settings.from_environment())


def postcodes_sql(path: Path) -> str:
    """A SELECT of the postcode list: postcode (capitals, no spaces), easting, northing, district,
    and the first day of the month in which it ended (NULL: in use, or the list does not say).

    The list is Code-Point Open, or the ONS Postcode Directory, which has headings and holds
    postcodes that ended too. Raises ``ContractError`` if there is no such file.
    """
    if not path.is_file():
        message = "the list of postcodes is not there; TOTALPLACE_POSTCODES says where it is"
        raise ContractError([ContractProblem(str(path), 0, "", message)])
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        headings = next(csv.reader(file), [])
    if "doterm" in map(str.lower, headings):
        return _directory_sql(path, headings)
    columns = ", ".join(f"'{c}': 'VARCHAR'" for c in _COLUMNS)
    return (
        "SELECT upper(replace(PC, ' ', '')) AS postcode, "
        # Quality 90 says that there are no coordinates; noughts stand in their place.
        "CASE WHEN PQ <> '90' THEN CAST(EA AS BIGINT) END AS easting, "
        "CASE WHEN PQ <> '90' THEN CAST(\"NO\" AS BIGINT) END AS northing, "
        "nullif(DC, '') AS district, CAST(NULL AS DATE) AS ended "
        f"FROM read_csv({literal(path)}, header = false, columns = {{{columns}}}) ORDER BY postcode"
    )


def _directory_sql(path: Path, headings: list[str]) -> str:
    """The same of the ONS Postcode Directory; its names of columns differ by edition."""
    found = {}
    for name, pattern in _DIRECTORY.items():
        heading = next((h for h in headings if re.fullmatch(pattern, h, re.IGNORECASE)), None)
        if heading is None:
            message = f"the directory of postcodes has no column for {name}"
            raise ContractError([ContractProblem(str(path), 1, "", message)])
        found[name] = f"nullif(trim(\"{heading}\"), '')"  # letters and digits, by the pattern
    return (
        f"SELECT upper(replace({found['the postcode']}, ' ', '')) AS postcode, "
        f"TRY_CAST({found['the easting']} AS BIGINT) AS easting, "
        f"TRY_CAST({found['the northing']} AS BIGINT) AS northing, "
        f"{found['the district']} AS district, "
        f"CAST(try_strptime({found['its end']}, '%Y%m') AS DATE) AS ended "
        f"FROM read_csv({literal(path)}, header = true, all_varchar = true) ORDER BY postcode"
    )


@cache
def _services(path: Path, _changed: int) -> tuple[int, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(int(row["lgsl_code"]) for row in csv.DictReader(file))


@cache
def _box(path: Path, _changed: int) -> Box | None:
    return load_place(path).place.box
