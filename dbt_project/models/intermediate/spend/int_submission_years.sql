-- One row per receipt and financial year that its period has days of: two for a calendar year, and
-- one for any other period.
with years as (

    select
        receipt_id,
        financial_year
    from {{ ref('stg_submissions') }}
    union
    select
        receipt_id,
        last_financial_year as financial_year
    from {{ ref('stg_submissions') }}

)

select
    submissions.* exclude (financial_year),  -- noqa: AM04
    years.financial_year
from {{ ref('stg_submissions') }} as submissions
inner join years on submissions.receipt_id = years.receipt_id
