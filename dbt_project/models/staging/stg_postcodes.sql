-- One row per postcode, with its coordinates.
select
    postcode,
    easting,
    northing,
    district
from {{ source('inputs', 'postcodes') }}
