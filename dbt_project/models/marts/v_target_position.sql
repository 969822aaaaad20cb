-- One row: the target beside what the ledgers show, what counts and what is claimed of the savings
-- of the latest year, what counted of the savings to date and what recurs in a year, the
-- part known to belong to it apart, what about it is not confirmed, and on what base each is. No
-- share of it is given.
with parts as (

    select
        max(latest_year) as latest_year,
        sum(evidenced_in_latest_year_pence)::bigint as evidenced_pence,
        sum(counted_in_latest_year_pence)::bigint as counted_pence,
        sum(claimed_in_latest_year_pence)::bigint as claimed_pence,
        sum(counted_to_date_pence)::bigint as counted_to_date_pence,
        sum(counted_to_date_pence) filter (target_part = 'belongs_to_target')::bigint
            as belonging_to_date_pence,
        sum(counted_to_date_pence) filter (target_part = 'not_confirmed')::bigint
            as not_confirmed_to_date_pence,
        sum(recurring_a_year_pence)::bigint as recurring_a_year_pence,
        sum(recurring_a_year_pence) filter (target_part = 'belongs_to_target')::bigint
            as belonging_a_year_pence,
        max(partners_expected) as partners_expected,
        max(partners_present) as partners_present,
        max(place_periods_expected) as place_periods_expected,
        max(place_periods_present) as place_periods_present
    from {{ ref('fct_target_progress') }}

),

bases as (

    select
        {{ one_basis('b.price_basis', "b.measure = 'evidenced'") }} as evidenced_price_basis,
        {{ one_basis('b.vat_basis', "b.measure = 'evidenced'") }} as evidenced_vat_basis,
        {{ one_basis('b.price_basis', "b.measure = 'counted'") }} as savings_price_basis,
        {{ one_basis('b.vat_basis', "b.measure = 'counted'") }} as savings_vat_basis
    from {{ ref('int_headline_bases') }} as b
    cross join parts
    where b.headline = 'savings' and b.financial_year <= parts.latest_year

),

-- A total of several years lacks what any of them lacks.
lacking as (

    select
        h.reason,
        string_agg(h.financial_year, ', ' order by h.financial_year) as years
    from {{ ref('fct_headline') }} as h
    cross join parts
    where
        h.headline = 'savings' and h.measure = 'counted' and h.body_id = 'place'
        and h.financial_year <= parts.latest_year and h.reason is not null
    group by h.reason

),

lacks as (

    select string_agg(years || ': ' || reason, ' ' order by years, reason) as reason from lacking

)

select
    t.target_id,
    t.target_name,
    {{ pounds('t.target_pence') }} as target_pounds,
    t.price_basis as target_price_basis,
    t.target_unknowns,
    parts.latest_year,
    {{ pounds('parts.evidenced_pence') }} as evidenced_in_latest_year_pounds,
    {{ pounds('parts.counted_pence') }} as counted_in_latest_year_pounds,
    {{ pounds('parts.claimed_pence') }} as claimed_in_latest_year_pounds,
    {{ pounds('parts.counted_to_date_pence') }} as counted_to_date_pounds,
    {{ pounds('parts.belonging_to_date_pence') }} as belonging_to_date_pounds,
    {{ pounds('parts.not_confirmed_to_date_pence') }} as not_confirmed_to_date_pounds,
    {{ pounds('parts.recurring_a_year_pence') }} as recurring_a_year_pounds,
    {{ pounds('parts.belonging_a_year_pence') }} as belonging_a_year_pounds,
    bases.evidenced_price_basis,
    bases.evidenced_vat_basis,
    bases.savings_price_basis,
    bases.savings_vat_basis,
    lacks.reason,
    shown.reason as evidenced_reason,
    {{ passed_on('parts') }}
from {{ ref('dim_target') }} as t
cross join parts
cross join bases
cross join lacks
left join {{ ref('fct_headline') }} as shown
    on
        parts.latest_year = shown.financial_year
        and shown.headline = 'savings' and shown.measure = 'evidenced' and shown.body_id = 'place'
