-- One row per year, body, theme and stream of money: how much of the body's net spend on the theme
-- is funded from the stream, by its own return. What it passed on is taken out of grants first and
-- out of its own resources last; what the return does not cover is the stream `unknown`.
with reported as (

    select
        financial_year,
        partner_id,
        theme,
        flow as stream,
        list_position(
            ['grant', 'pooled_treatment_budget', 's256', 's75', 'recharge', 'own_resources'], flow
        ) as allocation_order,
        greatest(0, sum(amount_pence)) as pence
    from {{ ref('int_reported_flows') }}
    where partner_id = payee_id and (payer_id is distinct from payee_id or flow = 'own_resources')
    group by financial_year, partner_id, theme, flow

),

spent as (

    select
        financial_year,
        partner_id,
        theme,
        sum(eliminated_pence) as passed_pence,
        sum(net_pence) as net_pence
    from {{ ref('int_net_spend') }}
    where scope in ('in_scope', 'outside_place')
    group by financial_year, partner_id, theme

),

deducted as (

    select
        reported.financial_year,
        reported.partner_id,
        reported.theme,
        reported.stream,
        reported.pence,
        coalesce(spent.passed_pence, 0) - coalesce(sum(reported.pence) over (
            partition by reported.financial_year, reported.partner_id, reported.theme
            order by reported.allocation_order
            rows between unbounded preceding and 1 preceding
        ), 0) as to_deduct_pence
    from reported
    left join spent using (financial_year, partner_id, theme)

),

funded as (

    select
        financial_year,
        partner_id,
        theme,
        stream,
        greatest(0, pence - greatest(0, to_deduct_pence)) as pence
    from deducted

),

unknown as (

    select
        spent.financial_year,
        spent.partner_id,
        spent.theme,
        'unknown' as stream,
        -- A weight of one penny where nothing is reported, so that a credit has a stream as well.
        greatest(
            case when coalesce(sum(funded.pence), 0) = 0 then 1 else 0 end,
            any_value(spent.net_pence) - coalesce(sum(funded.pence), 0)
        ) as pence
    from spent
    left join funded using (financial_year, partner_id, theme)
    group by spent.financial_year, spent.partner_id, spent.theme

)

select
    financial_year,
    partner_id,
    theme,
    stream,
    pence::bigint as pence
from funded
union all
select
    financial_year,
    partner_id,
    theme,
    stream,
    pence::bigint as pence
from unknown
