"""Whether a layout fits its feed: what a check over several keys of one contract finds."""

from __future__ import annotations

from .feeds import FeedSchema, Field
from .layout import NOT_AVAILABLE, CellsStand, Column, Layout, Realign
from .mistake import MistakeAt
from .wide import Wide


def check_layout(schema: FeedSchema, layout: Layout, path: tuple[int | str, ...]) -> None:
    """``MistakeAt`` with the first thing in the layout at ``path`` that the feed cannot take."""
    for name in layout.columns:
        if name not in schema.names:
            raise MistakeAt(
                (*path, "columns", name),
                f"is no field of the feed; it has {', '.join(schema.names)}",
            )
    for field in schema.fields:
        where = (*path, "columns", field.name)
        if field.name in layout.columns:
            _check_column(schema, field, layout.columns[field.name], where)
            _check_marks(schema, field, layout, (*where, "marks"))
        elif field.required:
            raise MistakeAt(where[:-1], f"the required field {field.name!r} has no column")
    _check_positions(layout, path)
    _check_totals(schema, layout, (*path, "totals"))
    for name, column in layout.columns.items():
        _check_sign(schema.field(name), layout, column, (*path, "columns", name))
    if layout.wide:
        _check_wide(schema, layout, layout.wide, (*path, "wide"))
    if layout.realign:
        _check_realign(layout, layout.realign, (*path, "realign"))
    if layout.cells_stand:
        _check_cells_stand(layout, layout.cells_stand, (*path, "cells_stand"))


def _check_sign(field: Field, layout: Layout, column: Column, where: tuple[int | str, ...]) -> None:
    """The sign of an amount is said once, and by a column that has a heading of its own."""
    said = {
        "sign": column.sign != "as_is",
        "trailing_minus": column.trailing_minus,
        "cr_dr": column.cr_dr,
        "credits_under": column.credits_under is not None,
        "kinds": column.kinds is not None,
    }
    by = [key for key, there in said.items() if there]
    if by and field.type != "money":
        raise MistakeAt((*where, by[0]), "is for amounts of money")
    if column.has_letters and len(by) > 1:
        raise MistakeAt((*where, by[1]), f"and {by[0]} both say the sign of an amount")
    heading = column.signed_by
    if heading is None:
        return
    read = [h.casefold() for c in layout.columns.values() for h in c.headings]
    if column.credits_under and heading.casefold() in read:
        raise MistakeAt((*where, by[0]), f"{heading!r} is read as another column")
    for key in ("wide", "realign", "cells_stand"):
        if getattr(layout, key) is not None:
            raise MistakeAt((*where, by[0]), f"cannot be combined with {key}")
    if layout.headings == "none":
        raise MistakeAt((*where, by[0]), "goes by headings, and sheets may have none")


def _check_realign(layout: Layout, realign: Realign, where: tuple[int | str, ...]) -> None:
    for key in ("code_heading", "from_heading"):
        _check_heading(layout, getattr(realign, key), (*where, key))


def _check_cells_stand(layout: Layout, stand: CellsStand, where: tuple[int | str, ...]) -> None:
    if layout.headings == "none":
        raise MistakeAt(where, "goes by headings, and sheets may have none")
    if stand.from_heading is not None and stand.from_heading not in layout.ignored:
        _check_heading(layout, stand.from_heading, (*where, "from_heading"))


def _check_heading(layout: Layout, heading: str, where: tuple[int | str, ...]) -> None:
    if heading not in [h for c in layout.columns.values() for h in c.headings]:
        raise MistakeAt(where, f"no column is headed {heading!r}")


def _check_totals(schema: FeedSchema, layout: Layout, where: tuple[int | str, ...]) -> None:
    for name in layout.totals:
        if name not in layout.columns or not _is_any_text(schema.field(name), layout.columns[name]):
            raise MistakeAt((*where, name), "is no column of any text in this layout")


def _check_positions(layout: Layout, path: tuple[int | str, ...]) -> None:
    """Without headings every column needs a place, and nothing may ask for a heading."""
    taken: dict[int, str] = {}
    for name, column in layout.columns.items():
        if column.index is None:
            if layout.headings == "none" and column.default is None:
                message = "needs a position, as sheets may have no headings: the column's letter"
                raise MistakeAt((*path, "columns", name), message)
        elif (other := taken.setdefault(column.index, name)) != name:
            where = (*path, "columns", name, "position")
            raise MistakeAt(where, f"{column.position} is the position of {other!r} too")
    if layout.headings == "none" and (layout.wide or layout.realign):
        key = "wide" if layout.wide else "realign"
        raise MistakeAt((*path, key), "goes by headings, and sheets may have none")


def _check_wide(
    schema: FeedSchema, layout: Layout, wide: Wide, where: tuple[int | str, ...]
) -> None:
    for key, names in (("headings", wide.headings), ("cells", wide.cell_fields)):
        for name in names:
            if name not in layout.columns:
                raise MistakeAt((*where, key), f"{name!r} is none of the columns of this layout")
    if both := [name for name in wide.cell_fields if name in wide.headings]:
        raise MistakeAt(where, f"{both[0]!r} cannot be both what headings say and what cells hold")
    if len({*wide.fields}) < len(wide.headings) + len(wide.cell_fields):
        raise MistakeAt(where, "names a field twice")
    any_text = [n for n in wide.headings if _is_any_text(schema.field(n), layout.columns[n])]
    if any_text and not wide.named:
        raise MistakeAt(where, f"needs named: the headings that are a {any_text[0]!r}")
    fixed = [h for n, c in layout.columns.items() if n not in wide.fields for h in c.headings]
    if twice := {h.casefold() for h in wide.named} & {
        h.casefold() for h in [*fixed, *layout.ignored]
    }:
        raise MistakeAt((*where, "named"), f"{min(twice)!r} is a column of its own, or ignored")


def _is_any_text(field: Field, column: Column) -> bool:
    return field.type == "text" and not (field.values or column.codes)


def _check_column(
    schema: FeedSchema, field: Field, column: Column, where: tuple[int | str, ...]
) -> None:
    if field.type == "date" and not column.formats:
        raise MistakeAt(where, "needs formats, for example [dd/mm/yyyy]")
    if column.fill_down and field.type in ("money", "number", "share"):
        raise MistakeAt((*where, "fill_down"), "is for labels: a figure is never taken from above")
    if column.fill_down and column.default is not None:
        raise MistakeAt((*where, "fill_down"), "and default both say what an empty cell means")
    if column.default is not None:
        placing = (schema.money_field, schema.date_field, schema.year_field)
        if field.name in placing:
            raise MistakeAt((*where, "default"), "is not allowed: it would make up date or money")
        known = {c.casefold() for c in (*column.codes, *field.values)}
        if known and column.default.casefold() not in known:
            raise MistakeAt((*where, "default"), f"{column.default!r} is not on the agreed list")
    if bad := [v for v in column.codes.values() if field.values and v not in field.values]:
        raise MistakeAt((*where, "codes"), f"{bad[0]!r} is not one of {', '.join(field.values)}")


def _check_marks(
    schema: FeedSchema, field: Field, layout: Layout, where: tuple[int | str, ...]
) -> None:
    """Of a field that is no count or value, a mark can only say that there is nothing."""
    marks = {m: v for m, v in layout.columns[field.name].marks.items() if layout.marks.get(m) != v}
    others = [mark for mark, meaning in marks.items() if meaning != NOT_AVAILABLE]
    if others and not field.marked:
        marked = ", ".join(f.name for f in schema.fields if f.marked) or "no field of this feed"
        message = f"{others[0]!r} may only mean {NOT_AVAILABLE} here; other marks are of {marked}"
        raise MistakeAt(where, message)
