-- One row per submission of spend in force, with one key of all that its lines are read from.
select
    submission_id,
    sources_key
from {{ source('inputs', 'line_sources') }}
