-- One row per financial year, provider of drug and alcohol services and body of the place that pays
-- it, in pounds, in cash and in real terms, the largest of the year first. Money that one body
-- passes on to another is no payment here.
with paid as (

    select
        financial_year,
        provider_id,
        body_id,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(in_scope_net_pence)::bigint as in_scope_net_pence,
        max(partners_expected) as partners_expected,
        max(partners_present) as partners_present,
        max(place_periods_expected) as place_periods_expected,
        max(place_periods_present) as place_periods_present,
        max(body_periods_expected) as body_periods_expected,
        max(body_periods_present) as body_periods_present
    from {{ ref('fct_drug_alcohol_spend') }}
    where scope = 'in_scope' and delivery = 'commissioned'
    group by financial_year, provider_id, body_id

),

ranked as (

    select
        *,
        -- Pairs with more credited than paid are no part of it: no share is above the whole.
        sum(greatest(in_scope_net_pence, 0)) over same_year as year_pence,
        row_number() over (
            partition by financial_year
            order by in_scope_net_pence desc, provider_id asc, body_id asc
        ) as rank_in_year
    from paid
    window same_year as (partition by financial_year)

)

select
    ranked.financial_year,
    ranked.provider_id,
    providers.provider_name,
    ranked.body_id,
    partners.short_name as body_name,
    ranked.price_basis,
    ranked.vat_basis,
    {{ pounds('ranked.in_scope_net_pence') }} as in_scope_net_pounds,
    case
        when prices.index_e6 is not null and ranked.price_basis = 'cash'
            then {{ pounds(divide_round(
                'ranked.in_scope_net_pence::hugeint * prices.base_e6', 'prices.index_e6'
            )) }}
    end as real_terms_pounds,
    s.price_base_year,
    case
        when ranked.in_scope_net_pence > 0
            then
                {{ divide_round('ranked.in_scope_net_pence::hugeint * 1000', 'ranked.year_pence') }}
    end as share_per_mille,
    ranked.rank_in_year,
    ranked.body_periods_expected,
    ranked.body_periods_present,
    {{ passed_on('ranked') }}
from ranked
cross join {{ ref('stg_contract_count_settings') }} as s
left join {{ ref('int_prices') }} as prices
    on
        ranked.financial_year = prices.financial_year
        and s.price_base_year = prices.base_year
inner join {{ ref('dim_provider') }} as providers on ranked.provider_id = providers.provider_id
inner join {{ ref('dim_partner') }} as partners on ranked.body_id = partners.body_id
