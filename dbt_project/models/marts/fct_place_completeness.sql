-- One row per financial year: how many partners of the place promised spend, how many delivered all
-- of it, and which did not.
select
    financial_year,
    partners_expected,
    partners_present,
    periods_expected as place_periods_expected,
    periods_present as place_periods_present,
    unexplained_findings,
    partners_missing,
    is_complete
from {{ ref('int_feed_completeness') }}
where feed = 'spend'
