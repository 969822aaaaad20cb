"""Altair's charts as SVG inside a page: one name for the whole picture, no marks of its own.

The colours are the Government Analysis Function's, in its order, at most four in a chart; labels
are darker than the shapes they name, since orange and turquoise are too pale for text (3.0 and 3.2
to 1 on white; text needs 4.5).
"""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from ..html import visible

# Altair's types do not say what layers and panels of charts are.
Chart = Any

VEGA_LITE = "6.4"
INK, GREY, PALE = "#0b0c0c", "#505a5f", "#d9dcde"
SERIES = ("#12436D", "#28A197", "#801650", "#F46A25")
# The same hues for text on white: at least 4.5 to 1.
INKS = {"#12436D": "#12436D", "#28A197": "#1B6E67", "#801650": "#801650", "#F46A25": "#B34000"}
GAIN, LOSS, WHOLE = SERIES[1], SERIES[3], SERIES[0]
FONT = "Arial, Helvetica, sans-serif"
WIDTH = 640

_THEME: dict[str, Any] = {
    "font": FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "labelFontSize": 14,
        "labelColor": INK,
        "labelLimit": 260,
        "titleFont": FONT,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "titleColor": INK,
        "gridColor": PALE,
        "domainColor": GREY,
        "tickColor": GREY,
        "labelAngle": 0,
    },
    "header": {"labelFontSize": 14, "labelColor": INK, "titleFontSize": 14, "labelLimit": 300},
    "legend": {
        "labelFont": FONT,
        "labelFontSize": 14,
        "labelColor": INK,
        "labelLimit": 300,
        "titleFontSize": 14,
        "orient": "top",
        "symbolSize": 150,
    },
    "text": {"font": FONT, "fontSize": 14, "fill": INK},
}


def svg(chart: Chart, name: str, alt: str) -> Markup:
    """The chart as an inline SVG that scales to its place; ``alt`` says what it shows, ``name``
    tells its parts from those of other charts on the page."""
    import vl_convert

    # The specs are our own, and a test draws each: checking them again takes as long as drawing.
    spec = _visible(chart.to_dict(validate=False)) | {"config": _THEME}
    spec.pop("usermeta", None)
    drawn = str(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))
    drawn = re.sub(r' (aria-[a-z]+|role)="[^"]*"', "", drawn)
    drawn = re.sub(r'(id="|url\(#)(clip|gradient)', rf"\1{name}-\2", drawn)
    found = re.match(r'<svg[^>]*viewBox="([^"]+)"[^>]*>', drawn)
    assert found is not None
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(visible(alt))}" '
        f'viewBox="{found[1]}" font-family="{FONT}">'
    )
    body = drawn[found.end() :].replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    return Markup(opening) + Markup(body)


def begin_drawing() -> None:
    """Begins the engine that draws, which takes half a second with the first chart."""
    import vl_convert

    vl_convert.vegalite_to_svg({"data": {"values": []}, "mark": "point"}, vl_version=VEGA_LITE)


def _visible(part: Any) -> Any:
    """A part of a spec with every sign in it visible: a control character ends the whole program
    where the picture is drawn."""
    if isinstance(part, dict):
        return {_visible(key): _visible(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_visible(one) for one in part]
    return visible(part)
