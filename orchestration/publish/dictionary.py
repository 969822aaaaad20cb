"""The dictionary of a release: what every table and column means, in one structure.

Every form of it (page, sheet, descriptors, comments, ``docs/dictionary.md``) is written from this
and from nothing else, so that none says more or less than another. How dbt's YAML is read into it
belongs in ``meanings``; how one form looks, in ``companions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .content import IS_SYNTHETIC, RELEASE_ID
from .lineage import Recipes, recipe_of
from .manifest import Manifest
from .meanings import Column, Shape, is_number

# The tables as a person looks for them: what a Board asks for, the facts, then the rest.
GROUPS = {"v_": "Views for a Board, in pounds", "fct_": "Facts", "dim_": "Reference tables"}
OTHER = "Other tables"
SYNTHETIC = "SYNTHETIC: made up for a trial, these are no real figures. "
_KINDS = {
    "BOOLEAN": "true or false",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "date and time",
}


# Columns that every table has, whatever its YAML says.
OF_EVERY_TABLE = {
    IS_SYNTHETIC: Column(
        "Whether the figures are made up for a trial; the same in all rows of a release.",
        never_empty=True,
    ),
    RELEASE_ID: Column(
        "The release the row is read from; in DuckDB, CSV and load, not in Parquet, so that the "
        "same content is the same file in every release.",
        never_empty=True,
    ),
}


@dataclass(frozen=True)
class Entry:
    """One column of a table: its name, its DuckDB type, what it means, and what it is made of."""

    name: str
    kind: str
    column: Column
    made_of: str = ""

    @property
    def is_number(self) -> bool:
        return is_number(self.kind)

    @property
    def kind_in_words(self) -> str:
        """The type as a person says it."""
        if self.kind.startswith("DECIMAL"):
            return f"number, {self.kind.rstrip(')').rpartition(',')[2]} decimals"
        return _KINDS.get(self.kind, "whole number")

    @property
    def meaning(self) -> str:
        """What it means, with all its values where they are few enough to be listed."""
        listed = [v for v in self.column.accepted if v not in self.column.meaning]
        if not listed:
            return self.column.meaning
        return f"{self.column.meaning} Values: {', '.join(self.column.accepted)}."

    @property
    def in_full(self) -> str:
        """All that is known of it, in sentences."""
        column = self.column
        said = [
            self.meaning,
            f"Unit: {column.unit}." if column.unit else "",
            f"Adds up: {column.adds_up}." if column.adds_up else "",
            f"Empty: {self.empty}.",
        ]
        return " ".join(filter(None, said))

    @property
    def empty(self) -> str:
        """When a cell is empty, in words."""
        if self.column.never_empty:
            return "never"
        return self.column.null_means or "not stated"


@dataclass(frozen=True)
class Table:
    """One table: what a row is, its key, rows and feeds, and its columns in order."""

    name: str
    about: str
    key: tuple[str, ...]
    rows: int
    feeds: tuple[str, ...]
    entries: tuple[Entry, ...]

    @property
    def group(self) -> str:
        return group_of(self.name)


@dataclass(frozen=True)
class Dictionary:
    """Every table of a release, in the order in which people look for them."""

    release_id: str
    created_at: str
    synthetic: bool
    tables: tuple[Table, ...]

    @property
    def title(self) -> str:
        """What a file about this release is called."""
        return f"{SYNTHETIC if self.synthetic else ''}Total Place, release {self.release_id}"

    @property
    def made_at(self) -> str:
        """When it was made, to the minute."""
        return f"{self.created_at[:16].replace('T', ' ')} UTC"

    @property
    def groups(self) -> dict[str, list[Table]]:
        """The tables by group."""
        found: dict[str, list[Table]] = {}
        for table in self.tables:
            found.setdefault(table.group, []).append(table)
        return found


def dictionary_of(manifest: Manifest, shapes: Mapping[str, Shape]) -> Dictionary:
    """The dictionary of the release that ``manifest`` is of. What ``shapes`` does not describe has
    an empty meaning."""
    tables = []
    for name in in_order(manifest.tables):
        published, shape = manifest.tables[name], shapes.get(name, Shape())
        kinds = {**published.columns, RELEASE_ID: "VARCHAR"}
        tables.append(table_of(name, shape, kinds, published.trace, published.rows))
    return Dictionary(manifest.release_id, manifest.created_at, manifest.synthetic, tuple(tables))


def table_of(
    name: str, shape: Shape, kinds: Mapping[str, str], recipes: Recipes = (), rows: int = 0
) -> Table:
    """One table of the dictionary; ``kinds`` are its columns' DuckDB types in order."""
    entries = (
        Entry(column, kind, meaning_of(shape, column), made_of(recipes, column))
        for column, kind in kinds.items()
    )
    return Table(name, shape.about, shape.key, rows, shape.feeds, tuple(entries))


def meaning_of(shape: Shape, column: str) -> Column:
    """What a column of a table means: as it is described, or as in every table."""
    return shape.columns.get(column) or OF_EVERY_TABLE.get(column) or Column()


def made_of(recipes: Recipes, figure: str) -> str:
    """What a figure is made of, in a few words; nothing for a column that has no recipe."""
    recipe = recipe_of(recipes, figure)
    if recipe is None:
        return ""
    if recipe.lines:
        return "the line's own amount"
    if recipe.taken_from:
        return recipe.taken_from
    parts = {f"{part.table}.{amount}" for part in recipe.parts for amount in part.amounts(figure)}
    return "; ".join([*recipe.row, *sorted(parts)])


def in_order(tables: Iterable[str]) -> list[str]:
    """Names of tables as a person looks for them."""
    groups = [*GROUPS.values(), OTHER]
    return sorted(tables, key=lambda table: (groups.index(group_of(table)), table))


def group_of(table: str) -> str:
    """The group a table stands in."""
    return next((g for start, g in GROUPS.items() if table.startswith(start)), OTHER)
