-- One row per financial year and step that changes something, in pounds, all initiatives together:
-- what it adds or takes away, and the running total before and after. The last total of a year is
-- what counts; no row is a total.
with steps as (

    select
        financial_year,
        step_no,
        step,
        count(*) as initiatives,
        sum(step_pence)::bigint as step_pence,
        max(partners_expected) as partners_expected,
        max(partners_present) as partners_present,
        max(place_periods_expected) as place_periods_expected,
        max(place_periods_present) as place_periods_present
    from {{ ref('fct_savings_waterfall') }}
    where step_pence <> 0
    group by financial_year, step_no, step

),

running as (

    select
        *,
        sum(step_pence) over so_far as to_pence
    from steps
    window so_far as (partition by financial_year order by step_no)

)

select
    financial_year,
    step_no,
    step,
    initiatives,
    {{ pounds('step_pence') }} as step_pounds,
    {{ pounds('to_pence - step_pence') }} as from_pounds,
    {{ pounds('to_pence') }} as to_pounds,
    {{ passed_on('running') }}
from running
