-- One row per financial year: how many partners of the place existed in it, how many delivered all
-- their spend of it, which did not, and of which their contract asks for only a part.
select
    financial_year,
    partners_expected,
    partners_present,
    periods_expected as place_periods_expected,
    periods_present as place_periods_present,
    unexplained_findings,
    partners_missing,
    partners_not_asked,
    is_complete
from {{ ref('int_feed_completeness') }}
where feed = 'spend'
