-- The named release has an outturn index for the base year and for every year of spend up to its
-- last one; later years have no real terms yet, and say so. Every index is of a financial year.
select
    s.price_release as release_id,
    s.price_base_year as financial_year,
    'no outturn index for the base year' as what
from {{ ref('stg_contract_count_settings') }} as s
left join {{ ref('gdp_deflator') }} as d
    on
        s.price_release = d.release_id
        and s.price_base_year = d.financial_year
        and d.outturn
where d.release_id is null
union all
select
    release_id,
    financial_year,
    'no index of a financial year' as what
from {{ ref('gdp_deflator') }}
where
    not regexp_full_match(financial_year, '[0-9]{4}-[0-9]{2}')
    or (left(financial_year, 4)::bigint + 1) % 100 <> right(financial_year, 2)::bigint
    or coalesce(index_e6, 0) <= 0
union all
select
    s.price_release as release_id,
    years.financial_year,
    'a year is missing' as what
from (select distinct financial_year from {{ ref('int_spend_cells') }}) as years
cross join {{ ref('stg_contract_count_settings') }} as s
left join {{ ref('gdp_deflator') }} as d
    on
        s.price_release = d.release_id
        and years.financial_year = d.financial_year
        and d.outturn
where
    d.release_id is null
    and years.financial_year <= (
        select max(last.financial_year)
        from {{ ref('gdp_deflator') }} as last
        where last.outturn and last.release_id = s.price_release
    )
