-- One row per base year and financial year with an outturn index in the release of the GDP deflator
-- that the place names: both indices, in millionths. The only place where indices are looked up;
-- real terms are cash times one index over the other, once.
select
    base.financial_year as base_year,
    this.financial_year,
    s.price_release,
    base.index_e6 as base_e6,
    this.index_e6
from {{ ref('stg_contract_count_settings') }} as s
inner join {{ ref('gdp_deflator') }} as base on s.price_release = base.release_id
inner join {{ ref('gdp_deflator') }} as this on s.price_release = this.release_id
where base.outturn and this.outturn
