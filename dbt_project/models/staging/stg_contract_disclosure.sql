-- One row per feed whose small counts are suppressed: which counts, and how others are rounded.
select
    feed,
    suppress_from,
    suppress_to,
    round_to,
    reason
from {{ source('inputs', 'disclosure') }}
