-- One row per partner, feed and period that is needed of it, in years in which anything was
-- received: all of the year in which the body existed, whether or not its contract asks for it.
select
    partner_id,
    feed,
    financial_year,
    period,
    period_start,
    period_end,
    due_date,
    asked_for
from {{ source('inputs', 'expected_periods') }}
