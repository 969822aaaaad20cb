-- One row per point of a ring of the outline of an area.
select
    area_code,
    area_name,
    ring_no,
    point_no,
    easting,
    northing
from {{ source('inputs', 'outlines') }}
