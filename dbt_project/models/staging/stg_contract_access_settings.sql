-- One row: the settings of public access.
select
    walking_metres,
    reason
from {{ source('inputs', 'access_settings') }}
