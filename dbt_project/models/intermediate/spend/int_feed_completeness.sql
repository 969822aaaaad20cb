-- One row per feed and financial year: how many partners of the place promised the feed, and how
-- many of them have every promised period accepted, in force and whole.
with partners as (

    select
        feed,
        financial_year,
        short_name,
        periods_present = periods_expected as is_present
    from {{ ref('int_partner_completeness') }}
    where in_place

)

select
    feed,
    financial_year,
    count(*) as partners_expected,
    count(*) filter (is_present) as partners_present,
    string_agg(short_name, '; ' order by short_name) filter (not is_present) as partners_missing,
    bool_and(is_present) as is_complete
from partners
group by feed, financial_year
