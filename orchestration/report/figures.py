"""The kinds of picture the report draws. Each takes rows as plain values in £ million or counts,
and draws; what a picture shows is selected by the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .svg import GREY, INK, INKS, SERIES, WIDTH, Chart

if TYPE_CHECKING:
    import altair as alt

MILLIONS = "£ million"


def values(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    """Rows as the data of a chart."""
    import altair as alt

    return alt.InlineData(values=list(rows))


def bars_by_year(
    rows: Sequence[dict[str, Any]], panels: Sequence[str], names: Sequence[str], title: str
) -> Chart:
    """A panel of bars a body: ``panel``, ``year``, ``amount`` (£ million, or nothing where none may
    be stated) and ``shown`` (what is written above the bar). Every year has a place."""
    import altair as alt

    wide = len(panels) > 1
    top = max((row["amount"] for row in rows), default=0)
    low = min((row["amount"] for row in rows if row["amount"] < 0), default=0)
    room = (top - low) * 0.15
    years: dict[str, Any] = {"labelAngle": 0} | (
        {"labelExpr": "slice(datum.value, 2)", "labelFontSize": 12} if wide else {}
    )
    base = alt.Chart(values(rows)).encode(
        x=alt.X(
            "year:N",
            title=None,
            axis=alt.Axis(**years),
            scale=alt.Scale(domain=list(names), paddingInner=0.3),
        ),
        # Room beyond the ends of the bars for what is written there.
        y=alt.Y(
            "amount:Q",
            title=title,
            scale=alt.Scale(domain=[low - room if low else 0, top + room]),
            axis=alt.Axis(tickCount=4),
        ),
    )
    bars = base.mark_bar(color=SERIES[0])
    beyond = alt.ExprRef("datum.amount < 0 ? 10 : -8")
    labels = base.mark_text(dy=beyond, fontSize=13).encode(text="shown:N")
    layers = alt.layer(bars, labels)
    if not wide:
        return layers.properties(width=WIDTH - 80, height=190)
    panel = alt.Facet(
        "panel:N", sort=list(panels), title=None, header=alt.Header(labelFontWeight="bold")
    )
    return layers.properties(width=(WIDTH - 90) // 2, height=130).facet(facet=panel, columns=2)


def waterfall(rows: Sequence[dict[str, Any]]) -> Chart:
    """Steps from what is claimed to what the ledgers show: ``step``, ``low``, ``high`` (£ million),
    ``kind`` (whole or less) and ``shown``."""
    import altair as alt

    steps = [row["step"] for row in rows]
    # What is written of a bar stands to the right of it, also where it lies below nought.
    ended = [row | {"end": max(row["low"], row["high"])} for row in rows]
    base = alt.Chart(values(ended)).encode(
        y=alt.Y("step:N", sort=steps, title=None, axis=alt.Axis(labelLimit=260)),
    )
    bars = base.mark_bar(height=22).encode(
        x=alt.X("low:Q", title=MILLIONS, axis=alt.Axis(tickCount=6)),
        x2="high:Q",
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["whole", "less"], range=[SERIES[0], SERIES[3]]),
            legend=None,
        ),
    )
    labels = base.mark_text(align="left", dx=5).encode(x="end:Q", text="shown:N")
    return (bars + labels).properties(width=WIDTH - 270, height=34 * len(rows))


def trajectory(
    points: Sequence[dict[str, Any]], band: Sequence[dict[str, Any]], target: dict[str, Any] | None
) -> Chart:
    """Reported years as a line, years to come as a band and a dotted middle, the target as a rule:
    ``year``, ``amount``, ``series``; ``low`` and ``high``; ``amount`` and ``shown``."""
    import altair as alt

    names = sorted({row["year"] for row in [*points, *band]})
    x = alt.X("year:N", sort=names, title=None, scale=alt.Scale(padding=0.3))
    y = alt.Y("amount:Q", title=MILLIONS, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=5))
    layers: list[Any] = [
        alt.Chart(values(band))
        .mark_area(color="#6BACE6", opacity=0.45)
        .encode(x=x, y=alt.Y("low:Q", title=MILLIONS), y2="high:Q"),
        alt.Chart(values([p for p in points if p["series"] == "forecast"]))
        .mark_line(color=SERIES[2], strokeDash=[2, 4], strokeWidth=3, point={"color": SERIES[2]})
        .encode(x=x, y=y),
        alt.Chart(values([p for p in points if p["series"] == "reported"]))
        .mark_line(color=SERIES[0], strokeWidth=3, point={"color": SERIES[0], "size": 60})
        .encode(x=x, y=y),
    ]
    ends = [p for p in points if p.get("shown")]
    for series, colour in (("reported", SERIES[0]), ("forecast", SERIES[2])):
        layers.append(
            alt.Chart(values([p for p in ends if p["series"] == series]))
            .mark_text(dy=-14, align="right", dx=6, color=INKS[colour])
            .encode(x=x, y=y, text="shown:N")
        )
    if target:
        layers.append(
            alt.Chart(values([target]))
            .mark_rule(color=INK, strokeDash=[8, 4])
            .encode(y=alt.Y("amount:Q"))
        )
        layers.append(
            alt.Chart(values([target | {"year": names[0]}]))
            .mark_text(align="left", dy=-8)
            .encode(x=x, y="amount:Q", text="shown:N")
        )
    return alt.layer(*layers).properties(width=WIDTH - 70, height=300)


def stacked(
    rows: Sequence[dict[str, Any]], order: Sequence[str], series: Sequence[str], title: str
) -> Chart:
    """A bar a row, made of parts: ``row``, ``part``, ``amount``; at most four kinds of part."""
    import altair as alt

    return (
        alt.Chart(values(rows))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            y=alt.Y("row:N", sort=list(order), title=None),
            x=alt.X("amount:Q", title=title, stack=True, axis=alt.Axis(tickCount=5)),
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=list(series), range=list(SERIES[: len(series)])),
                legend=alt.Legend(title=None, columns=2),
            ),
            order=alt.Order("place:Q"),
        )
        .properties(width=WIDTH - 280, height=30 * len(order))
    )


def lines_by_year(
    rows: Sequence[dict[str, Any]], panels: Sequence[str], series: Sequence[str], title: str
) -> Chart:
    """A panel of lines a body: ``panel``, ``year``, ``amount``, ``series`` (at most four), each
    named at its end (``shown``)."""
    import altair as alt

    names = sorted({row["year"] for row in rows})
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=list(series), range=list(SERIES[: len(series)])),
        legend=alt.Legend(title=None),
    )
    x = alt.X("year:N", sort=names, title=None, scale=alt.Scale(padding=0.3))
    base = alt.Chart(values(rows)).encode(
        x=x, y=alt.Y("amount:Q", title=title, axis=alt.Axis(tickCount=4)), color=colour
    )
    dash = alt.StrokeDash("series:N", sort=list(series), legend=None)
    wide = len(panels) > 1
    width = (WIDTH - 90) // 2 if wide else WIDTH - 70
    return (
        alt.layer(
            base.mark_line(strokeWidth=3).encode(strokeDash=dash),
            base.mark_point(filled=True, size=60),
        )
        .properties(width=width, height=190)
        .facet(facet=alt.Facet("panel:N", sort=list(panels), title=None), columns=2 if wide else 1)
    )


def quadrants(rows: Sequence[dict[str, Any]], panels: Sequence[str], across: str, up: str) -> Chart:
    """A panel a service with a point a body: ``panel``, ``across``, ``up``, ``series`` (at most
    four)."""
    import altair as alt

    points = (
        alt.Chart(values(rows))
        .mark_point(filled=True, size=160, opacity=1)
        .encode(
            x=alt.X(
                "across:Q",
                title=across,
                scale=alt.Scale(zero=True, nice=True),
                axis=alt.Axis(tickCount=4),
            ),
            y=alt.Y(
                "up:Q",
                title=up,
                scale=alt.Scale(domain=[-10, 110]),
                axis=alt.Axis(values=[0, 50, 100]),
            ),
            color=alt.Color(
                "series:N", scale=alt.Scale(range=list(SERIES)), legend=alt.Legend(title=None)
            ),
            shape=alt.Shape("series:N", legend=alt.Legend(title=None)),
        )
        .properties(width=(WIDTH - 110) // 2, height=110)
    )
    panel = alt.Facet(
        "panel:N", sort=list(panels), title=None, header=alt.Header(labelFontWeight="bold")
    )
    return points.facet(facet=panel, columns=2).resolve_scale(x="independent")


def area_map(
    outlines: Sequence[dict[str, Any]],
    points: Sequence[dict[str, Any]],
    names: Sequence[dict[str, Any]],
    series: Sequence[str],
) -> Chart:
    """Points inside the outlines of areas, in metres of the national grid: ``x``, ``y``, ``ring``,
    ``place`` (order in the ring); ``x``, ``y``, ``series``, ``rank`` (written beside the point, or
    empty); ``x``, ``y``, ``name`` of the areas."""
    import altair as alt

    xs, ys = ([row[axis] for row in [*outlines, *points]] for axis in ("x", "y"))
    left, right, low, high = min(xs), max(xs), min(ys), max(ys)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[left, right], nice=False, zero=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[low, high], nice=False, zero=False))
    shades = alt.Scale(domain=list(series), range=list(SERIES[: len(series)]))
    base = alt.Chart(values(points)).encode(x=x, y=y)
    layers = [
        alt.Chart(values(outlines))
        .mark_line(color=GREY, strokeWidth=1)
        .encode(x=x, y=y, detail="ring:N", order="place:Q"),
        alt.Chart(values(names)).mark_text(color=GREY, fontSize=13).encode(x=x, y=y, text="name:N"),
        base.mark_point(filled=True, size=110, opacity=1, stroke="white", strokeWidth=1).encode(
            color=alt.Color("series:N", scale=shades, legend=alt.Legend(title=None)),
            shape=alt.Shape(
                "series:N", scale=alt.Scale(domain=list(series)), legend=alt.Legend(title=None)
            ),
        ),
        base.mark_text(dx=9, align="left", fontWeight="bold").encode(text="rank:N"),
    ]
    width = WIDTH - 40
    tall = (high - low) / max(right - left, 1)
    return alt.layer(*layers).properties(width=width, height=round(width * tall))
