-- One row per base year and financial year of the GDP deflator that the count uses: both indices.
select
    base_year,
    financial_year,
    price_release,
    base_e6::bigint as base_e6,
    index_e6::bigint as index_e6
from {{ ref('int_prices') }}
