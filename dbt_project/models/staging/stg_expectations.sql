-- One row per expectation on a feed's lines in force that was not met.
select
    feed,
    code,
    level,
    message,
    fix,
    row_count
from {{ source('inputs', 'expectations') }}
