-- One row per financial year, body of the place, stream of money and tier of drug and alcohol
-- services, in pounds: whose money the payments were. A row that comes to nothing is left out.
with shared as (

    select
        spend.*,
        s.stream,
        case s.stream
            when 'ptb' then spend.in_scope_net_by_ptb_pence
            when 's256' then spend.in_scope_net_by_s256_pence
            when 's75' then spend.in_scope_net_by_s75_pence
            when 'grant' then spend.in_scope_net_by_grant_pence
            when 'recharge' then spend.in_scope_net_by_recharge_pence
            when 'own' then spend.in_scope_net_by_own_pence
            when 'unknown' then spend.in_scope_net_by_unknown_pence
        end as pence
    from {{ ref('fct_drug_alcohol_spend') }} as spend
    cross join (
        values ('ptb'), ('s256'), ('s75'), ('grant'), ('recharge'), ('own'), ('unknown')
    ) as s (stream)
    where spend.scope = 'in_scope'

),

streams as (

    select
        financial_year,
        body_id,
        stream,
        tier,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis,
        sum(pence)::bigint as pence,
        max(body_periods_expected) as body_periods_expected,
        max(body_periods_present) as body_periods_present,
        max(partners_expected) as partners_expected,
        max(partners_present) as partners_present,
        max(place_periods_expected) as place_periods_expected,
        max(place_periods_present) as place_periods_present
    from shared
    group by financial_year, body_id, stream, tier
    having sum(pence) <> 0

)

select
    streams.financial_year,
    streams.body_id,
    partners.short_name as body_name,
    streams.stream,
    streams.tier,
    streams.price_basis,
    streams.vat_basis,
    {{ pounds('streams.pence') }} as in_scope_net_pounds,
    streams.body_periods_expected,
    streams.body_periods_present,
    {{ passed_on('streams') }}
from streams
inner join {{ ref('dim_partner') }} as partners on streams.body_id = partners.body_id
