-- One row per partner, feed and period it promised, in years in which anything was received.
select
    partner_id,
    feed,
    financial_year,
    period,
    period_start,
    period_end,
    due_date
from {{ source('inputs', 'expected_periods') }}
