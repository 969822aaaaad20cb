-- One row per feed and financial year: how many bodies of the place promised it, and how many of
-- them have every promised period in force and whole.
select
    feed,
    financial_year,
    count(*) as partners_expected,
    count(*) filter (periods_present = periods_expected) as partners_present
from {{ ref('int_completeness') }}
where in_place
group by feed, financial_year
