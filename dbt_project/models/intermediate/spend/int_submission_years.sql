-- One row per receipt and financial year that its period has days of: two for a calendar year, and
-- one for any other period.
select * from {{ ref('stg_submissions') }}  -- noqa: AM04
union
select * replace (last_financial_year as financial_year)
from {{ ref('stg_submissions') }}
