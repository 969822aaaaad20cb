-- One row per financial year: how many bodies of the place promised savings, and how many of them
-- have every promised period in force and whole.
select
    financial_year,
    count(*) as partners_expected,
    count(*) filter (periods_present = periods_expected) as partners_present
from {{ ref('int_completeness') }}
where in_place and feed = 'savings'
group by financial_year
