"""What the pages of both themes share: spend by body and year, and the place's trend."""

from __future__ import annotations

from collections.abc import Mapping

from .. import figures
from ..content import Basis, Figure, Missing, Picture, Table
from ..facts import PLACE, Facts
from ..rows import Row, Sentence
from ..svg import svg
from ..words import STAR, counted, heading, label, listed, years

OUTSIDE = "outside_place"
# What is in a scorecard of which something was sent: it counts, or it was refused or is held.
SOME_WAS_SENT = ("periods_present", "rows_accepted", "files_refused", "files_held")


def by_body(facts: Facts, headline: str, theme: str) -> Figure:
    """Spend of each body by year, counted once; the place only where every body is there. Both
    themes stand on the board paper, so each names its figure."""
    name = f"{headline.removesuffix('_spend').replace('_', '-')}-by-body"
    rows = facts.of_headline(headline, "in_scope")
    names = years(rows)
    bodies = {r.text("body_id"): r.text("body_name") for r in rows if r.text("body_id") != PLACE}
    order = sorted(bodies, key=lambda b: bodies[b])
    cells: list[tuple[object, ...]] = [
        (
            bodies[body],
            *(_of_body(facts, headline, "in_scope", y, body) for y in names),
        )
        for body in order
    ]
    if rows:
        places = (facts.headline(headline, "in_scope", year) for year in names)
        cells.append(("The place", *(_cell(facts, row) for row in places)))
    cells += _outside(facts, headline, names)
    largest = facts.largest(headline)
    drawn = [r for r in rows if r.values["pence"] is not None and r.text("body_id") in largest]
    title, alt = _said(facts, rows, drawn, theme)
    return Figure(
        name,
        title,
        f"£ million on {theme} by financial year, in the place, without what one body passed on "
        "to another",
        Basis.of([r for r in rows if r.text("body_id") != PLACE] or rows, "v_between_bodies")
        if rows
        else Basis(("fct_headline",), "", ""),
        Table(f"Spend on {theme} by body and year", ("Body", *(f"#{y}" for y in names)), cells),
        _bars(drawn, names, name, alt) if drawn else None,
        alt,
        _joined(
            _undrawn(facts, bodies),
            _twice(facts, headline),
            _unseen(rows),
            _starred([*rows, *facts.of_headline(headline, OUTSIDE)]),
        ),
    )


def _joined(*said: Sentence | str | None) -> Sentence:
    """Sentences in a row, without those that say nothing."""
    return Sentence(*(part for one in said if one for part in (one, " ")))


def _undrawn(facts: Facts, bodies: Mapping[str, str]) -> str:
    """That a picture has not all bodies, if so."""
    if len(bodies) <= facts.drawn:
        return ""
    return f"Drawn are the {facts.drawn} highest of {len(bodies)} bodies; the table has them all."


def _of_body(facts: Facts, headline: str, measure: str, year: str, body: str) -> object:
    """A body's figure of a year; where no line is for it, how much of the year was sent."""
    row = facts.headline(headline, measure, year, body)
    if row is not None:
        return _cell(facts, row)
    delivered = facts.published.of_body(body, "fct_partner_scorecard")
    of_year = [r for r in delivered if (r["feed"], r["financial_year"]) == ("spend", year)]
    return Missing(_without_line(*of_year))


def _without_line(delivered: Row | None = None) -> str:
    """What is said of a body's year without a line: that none is for it only if all is there."""
    if delivered is None:
        return "not owed"
    if delivered["is_complete"]:
        return "none"
    if any(delivered.count(column) for column in SOME_WAS_SENT):
        return "incomplete"
    return "not sent" if delivered.count("periods_expected") else "not owed"


def _cell(facts: Facts, row: Row | None) -> object:
    if row is None:
        return Missing("none")
    if row.values["pence"] is None:
        return Missing("cannot be seen" if row.text("status") == "not_observable" else "incomplete")
    money = facts.traced(row, form="whole")
    return Sentence(money, STAR) if _is_starred(row) else money


def _is_starred(row: Row) -> bool:
    """Whether something must be said beside a body's figure."""
    return bool(row["reason"]) and row.text("body_id") != PLACE


def _outside(facts: Facts, headline: str, names: list[str]) -> list[tuple[object, ...]]:
    """Bodies that lie outside the place: shown below, in no figure of it."""
    rows = facts.of_headline(headline, OUTSIDE)
    bodies = sorted({(r.text("body_name"), r.text("body_id")) for r in rows})
    return [
        (
            f"{name}, outside the place",
            *(_of_body(facts, headline, OUTSIDE, y, body) for y in names),
        )
        for name, body in bodies
    ]


def _bars(rows: list[Row], names: list[str], name: str, alt: str) -> Picture:
    panels = sorted({r.text("body_name") for r in rows})
    drawn = [
        {
            "panel": row.text("body_name"),
            "year": row.text("financial_year"),
            "amount": money.millions,
            "shown": f"{_in_millions(str(money))}{STAR if _is_starred(row) else ''}",
        }
        for row in rows
        if (money := row.money("pence")) is not None
    ]
    return svg(figures.bars_by_year(drawn, panels, names, figures.MILLIONS), name, alt)


def _in_millions(text: str) -> str:
    """An amount beside an axis of millions; one too small to be said in millions keeps its £."""
    return text.replace("£", "").removesuffix("m") if text.endswith("m") else text


def _said(
    facts: Facts, rows: list[Row], drawn: list[Row], theme: str
) -> tuple[Sentence | str, str]:
    """The finding: who spends most in the leading year, and the picture in words."""
    if not drawn:
        return f"No body's files show spend on {theme}", ""
    last = facts.leading_year(drawn)
    now = sorted(
        (r for r in drawn if r.text("financial_year") == last),
        key=lambda r: -(r.count("pence")),
    )
    first = now[0]
    place = next(
        (r for r in rows if r.text("body_id") == PLACE and r.text("financial_year") == last), None
    )
    whole = place.money("pence") if place else None
    title = (
        Sentence(
            f"In {last} the place spent ",
            whole,
            "; the most is ",
            first.text("body_name"),
            "’s, ",
            first.money("pence"),
        )
        if whole
        else Sentence(
            f"In {last} ",
            first.text("body_name"),
            " spent the most of those that can be seen, ",
            first.money("pence"),
        )
    )
    alt = f"Bars of spend on {theme} by year, a panel for each body. In {last}: " + listed(
        f"{r['body_name']} {r.money('pence')}" for r in now
    )
    return title, alt + "."


def _unseen(rows: list[Row]) -> str:
    """Bodies whose files cannot show the theme, and years without a figure of the place."""
    unseen = sorted({r.text("body_name") for r in rows if r.text("status") == "not_observable"})
    gaps = [
        f"{r['financial_year']}: {r['reason']}"
        for r in rows
        if r.text("body_id") == PLACE and r.values["pence"] is None
    ]
    said = []
    if unseen:
        said.append(f"The files of {listed(unseen)} cannot show it; that is not £0.")
    if gaps:
        said.append("There is no figure of the place for " + " ".join(gaps))
    return " ".join(said)


def _twice(facts: Facts, headline: str) -> Sentence | None:
    """What only the payer reports of the last year that has any: it may be in the figure twice."""
    rows = facts.published.rows(
        "v_between_bodies",
        "theme = ? AND perhaps_twice_pounds > 0",
        [headline.removesuffix("_spend")],
        order="financial_year DESC, perhaps_twice_pounds DESC",
    )
    if not rows:
        return None
    first, year = rows[0], rows[0].text("financial_year")
    others = [r for r in rows[1:] if r.text("financial_year") == year]
    more = f", and of {counted(len(others), 'more pair')} of bodies" if others else ""
    return Sentence(
        f"In {year} ",
        first.money("perhaps_twice_pounds"),
        f" that {first['payer_name']} paid {first['payee_name']}{more} may count twice: only the "
        "payer reports it.",
    )


def _starred(rows: list[Row]) -> str:
    """What must be said of bodies' figures, and of which years."""
    said: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        if row.values["pence"] is not None and _is_starred(row):
            of = said.setdefault(row.text("reason"), {})
            of.setdefault(row.text("body_name"), []).append(row.text("financial_year"))
    return " ".join(
        f"{STAR} {reason.removesuffix('.')}: "
        + "; ".join(f"{body}, {listed(years)}" for body, years in sorted(of.items()))
        + "."
        for reason, of in said.items()
    )


def trend(facts: Facts, theme: str) -> Figure:
    """The place's spend at the prices of one year, and the change where two years compare."""
    rows = facts.published.rows("fct_place_trend", "theme = ?", [theme])
    cells = [
        (
            row.text("financial_year"),
            _whole(row, "in_scope_net_pence"),
            _whole(row, "real_terms_pence"),
            row.money("real_change_pence", "whole") or Missing(_no_change(row)),
        )
        for row in rows
    ]
    compared = [row for row in rows if row.values["real_change_pence"] is not None]
    last = compared[-1] if compared else None
    title: Sentence | str = "No two years in a row can be compared"
    if last is not None and (change := last.money("real_change_pence")) is not None:
        title = Sentence(
            f"{last['financial_year']} is the last year that compares with the one before: ",
            change,
            f"{' more' if change.amount > 0 else ''} in real terms",
        )
    return Figure(
        "trend",
        title,
        "£ of the place, in cash and at the prices of the base year; a change only between years "
        "that every body has sent",
        Basis.of(rows) if rows else Basis(("fct_place_trend",), "", ""),
        Table(
            f"{heading(theme)}: the place by year",
            ("=Year", "#In cash", "#In real terms", "#Change on the year before"),
            cells,
        ),
    )


def _no_change(row: Row) -> str:
    """Why there is no change: where a body is missing, of which year it is."""
    reason = row.text("real_change_unavailable_reason")
    if reason == "incomplete" and _every_body(row):
        return "a body is missing in the year before"
    return label(reason or "not stated")


def _every_body(row: Row) -> bool:
    return row["partners_present"] == row["partners_expected"]


def _whole(row: Row, column: str) -> object:
    """The figure of a year that every body has sent; else that one is missing."""
    if not _every_body(row):
        return Missing("incomplete")
    return row.money(column, "whole") or Missing("not stated")
