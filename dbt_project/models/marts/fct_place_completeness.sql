-- One row per financial year: which bodies of the place promised spend, and which delivered all.
with bodies as (

    select
        *,
        periods_present = periods_expected as is_present
    from {{ ref('int_completeness') }}
    where in_place and feed = 'spend'

)

select
    financial_year,
    count(*) as partners_expected,
    count(*) filter (is_present) as partners_present,
    string_agg(short_name, '; ' order by short_name) filter (not is_present) as partners_missing,
    bool_and(is_present) as is_complete
from bodies
group by financial_year
