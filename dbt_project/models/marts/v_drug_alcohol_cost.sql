-- One row per financial year and body of the place, in pounds: the two costs of drug and alcohol
-- services beside each other, what the body paid by its spend files and what its accounts say, with
-- whose money the payments were: the accounts leave out what others pay for, and the files what is
-- not paid to anybody or lies below their threshold. The two are never added.
with payments as (

    select
        financial_year,
        body_id,
        sum(in_scope_net_pence)::bigint as in_scope_net_pence,
        sum(in_scope_net_by_own_pence)::bigint as own_pence,
        sum(in_scope_net_by_unknown_pence)::bigint as unknown_pence,
        max(body_periods_expected) as spend_periods_expected,
        max(body_periods_present) as spend_periods_present
    from {{ ref('fct_drug_alcohol_spend') }}
    where scope = 'in_scope'
    group by financial_year, body_id

),

bases as (

    select
        financial_year,
        body_id,
        string_agg(distinct basis, '; ' order by basis) as cost_basis,
        {{ one_basis('price_basis') }} as price_basis,
        {{ one_basis('vat_basis') }} as vat_basis
    from {{ ref('fct_place_spend') }}
    where scope = 'in_scope' and theme = 'drug_alcohol'
    group by financial_year, body_id

),

accounts as (

    select
        financial_year,
        body_id,
        sum(budget_net_pence)::bigint as budget_net_pence,
        sum(outturn_net_pence)::bigint as outturn_net_pence,
        max(body_periods_expected) as accounts_periods_expected,
        max(body_periods_present) as accounts_periods_present
    from {{ ref('fct_value_for_money') }}
    where service_key in ('drugs and alcohol', 'drug and alcohol') and in_group
    group by financial_year, body_id

),

joined as (

    select *
    from payments
    left join bases using (financial_year, body_id)
    full join accounts using (financial_year, body_id)

)

select
    joined.financial_year,
    joined.body_id,
    coalesce(bodies.short_name, joined.body_id) as body_name,
    coalesce(joined.cost_basis, 'not_reported') as cost_basis,
    joined.price_basis,
    joined.vat_basis,
    {{ pounds('joined.in_scope_net_pence') }} as payments_pounds,
    {{ pounds('joined.own_pence') }} as payments_by_own_pounds,
    {{ pounds('joined.in_scope_net_pence - joined.own_pence - joined.unknown_pence') }}
        as payments_by_others_pounds,
    {{ pounds('joined.unknown_pence') }} as payments_by_unknown_pounds,
    {{ pounds('joined.budget_net_pence') }} as budget_pounds,
    {{ pounds('joined.outturn_net_pence') }} as outturn_pounds,
    {{ pounds('joined.in_scope_net_pence - joined.outturn_net_pence') }}
        as payments_less_outturn_pounds,
    joined.spend_periods_expected,
    joined.spend_periods_present,
    joined.accounts_periods_expected,
    joined.accounts_periods_present
from joined
left join {{ ref('dim_organisation') }} as bodies on joined.body_id = bodies.body_id
