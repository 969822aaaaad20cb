-- One row per financial year, body of the place and theme, in pounds: what the body spent in scope,
-- what another body counts as well, and what is left, in cash, in real terms and per head; and
-- beside it what it spent outside the count, such as capital.
with spend as (

    select
        financial_year,
        body_id,
        theme,
        coalesce(sum(gross_pence) filter (scope = 'in_scope'), 0)::bigint as gross_pence,
        coalesce(sum(eliminated_pence) filter (scope = 'in_scope'), 0)::bigint as eliminated_pence,
        coalesce(sum(in_scope_net_pence) filter (scope = 'in_scope'), 0)::bigint
            as in_scope_net_pence,
        coalesce(sum(gross_pence) filter (scope <> 'in_scope'), 0)::bigint
            as out_of_scope_gross_pence,
        case
            when bool_and(price_status = 'deflated')
                then coalesce(sum(real_terms_pence) filter (scope = 'in_scope'), 0)
        end::bigint as real_terms_pence,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        max(price_base_year) as price_base_year,
        max(partners_expected) as partners_expected,
        max(partners_present) as partners_present,
        max(place_periods_expected) as place_periods_expected,
        max(place_periods_present) as place_periods_present,
        max(body_periods_expected) as body_periods_expected,
        max(body_periods_present) as body_periods_present
    from {{ ref('fct_place_spend') }}
    where scope in ('in_scope', 'capital', 'balance_sheet', 'collection_fund')
    group by financial_year, body_id, theme

),

twice as (

    select
        financial_year,
        payer_body_id,
        theme,
        sum(perhaps_twice_pounds)::decimal(18, 2) as pounds
    from {{ ref('v_between_bodies') }}
    group by financial_year, payer_body_id, theme

),

aside as (

    select
        financial_year,
        partner_id as body_id,
        sum(rows_set_aside)::bigint as set_aside_rows
    from {{ ref('int_submission_years') }}
    where in_force and feed = 'spend'
    group by financial_year, partner_id

)

select
    spend.financial_year,
    spend.body_id,
    partners.short_name as body_name,
    spend.theme,
    spend.price_basis,
    spend.vat_basis,
    {{ pounds('spend.gross_pence') }} as gross_pounds,
    {{ pounds('spend.eliminated_pence') }} as eliminated_pounds,
    {{ pounds('spend.in_scope_net_pence') }} as in_scope_net_pounds,
    {{ pounds('spend.out_of_scope_gross_pence') }} as out_of_scope_gross_pounds,
    {{ pounds('spend.real_terms_pence') }} as real_terms_pounds,
    spend.price_base_year,
    people.population,
    people.population_year,
    case
        when people.population > 0
            then {{ pounds(divide_round('spend.in_scope_net_pence', 'people.population')) }}
    end as per_head_pounds,
    coalesce(twice.pounds, 0)::decimal(18, 2) as perhaps_twice_pounds,
    spend.body_periods_present = spend.body_periods_expected as is_complete,
    coalesce(aside.set_aside_rows, 0) as set_aside_rows,
    spend.body_periods_expected,
    spend.body_periods_present,
    {{ passed_on('spend') }}
from spend
inner join {{ ref('dim_partner') }} as partners on spend.body_id = partners.body_id
left join {{ ref('int_body_populations') }} as people
    on spend.financial_year = people.financial_year and spend.body_id = people.body_id
left join twice
    on
        spend.financial_year = twice.financial_year
        and spend.body_id = twice.payer_body_id
        and spend.theme = twice.theme
left join aside
    on spend.financial_year = aside.financial_year and spend.body_id = aside.body_id
