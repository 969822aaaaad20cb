"""Latitude and longitude as metres of the national grid, as SQL, within some 20 metres.

Near enough to tell what coordinates mean; the exact metres are their sender's to give. Constants
are those of the Ordnance Survey's guide to coordinate systems in Great Britain.
"""

from __future__ import annotations

# Metres to the Airy spheroid from that of GPS, and what differs between the two.
_DX, _DY, _DZ = -375.0, 111.0, -431.0
_WIDE, _FLAT, _ECCENTRIC = 6378137.0, 1 / 298.257223563, 0.00669437999
_WIDER, _FLATTER = 6377563.396 - _WIDE, 1 / 299.3249646 - _FLAT
# The projection: semi-axes, scale, true origin in degrees and its false easting and northing.
_A, _B, _SCALE = 6377563.396, 6356256.909, 0.9996012717
_LATITUDE, _LONGITUDE, _EAST, _NORTH = 49.0, -2.0, 400_000.0, -100_000.0
_E2 = 1 - (_B / _A) ** 2
_N = (_A - _B) / (_A + _B)
_ARC = (
    1 + _N + 5 / 4 * _N**2 + 5 / 4 * _N**3,
    3 * _N + 3 * _N**2 + 21 / 8 * _N**3,
    15 / 8 * _N**2 + 15 / 8 * _N**3,
    35 / 24 * _N**3,
)


def on_the_grid_sql(relation: str) -> str:
    """A SELECT of a relation with ``latitude`` and ``longitude`` (degrees, as of GPS), with
    ``grid_east`` and ``grid_north`` in metres beside; NULL where they are NULL."""
    bend = _WIDE * _FLATTER + _FLAT * _WIDER
    arc = (
        f"{_B * _SCALE} * ({_ARC[0]} * up - {_ARC[1]} * sin(up) * cos(total) "
        f"+ {_ARC[2]} * sin(2 * up) * cos(2 * total) - {_ARC[3]} * sin(3 * up) * cos(3 * total))"
    )
    return f"""
    WITH angles AS (
        SELECT *, radians(latitude) AS p, radians(longitude) AS l FROM {relation}),
    curved AS (SELECT *, 1 - {_ECCENTRIC} * pow(sin(p), 2) AS w FROM angles),
    shifted AS (
        SELECT * EXCLUDE (p, l, w),
            p + ({-_DX} * sin(p) * cos(l) - {_DY} * sin(p) * sin(l) + {_DZ} * cos(p)
                + {bend} * sin(2 * p)) * pow(w, 1.5) / {_WIDE * (1 - _ECCENTRIC)} AS p,
            l + ({-_DX} * sin(l) + {_DY} * cos(l)) * sqrt(w) / ({_WIDE} * cos(p)) AS l
        FROM curved),
    parts AS (
        SELECT *, sin(p) AS s, cos(p) AS c, pow(tan(p), 2) AS t, l - radians({_LONGITUDE}) AS d,
            p - radians({_LATITUDE}) AS up, p + radians({_LATITUDE}) AS total,
            {_A * _SCALE} / sqrt(1 - {_E2} * pow(sin(p), 2)) AS nu,
            (1 - {_E2} * pow(sin(p), 2)) / {1 - _E2} AS ratio
        FROM shifted)
    SELECT * EXCLUDE (p, l, s, c, t, d, up, total, nu, ratio),
        {_EAST} + nu * c * d + nu / 6 * pow(c * d, 3) * (ratio - t) AS grid_east,
        {_NORTH} + {arc} + nu / 2 * s * c * d * d
            + nu / 24 * s * pow(c, 3) * (5 - t + 9 * (ratio - 1)) * pow(d, 4) AS grid_north
    FROM parts"""
