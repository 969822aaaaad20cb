-- One row per point of a ring of the outline of an area, in metres of the national grid, for a map.
select
    area_code,
    area_name,
    ring_no,
    point_no,
    easting,
    northing
from {{ ref('stg_outlines') }}
