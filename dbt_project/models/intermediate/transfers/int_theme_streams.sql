-- One row per year, body, theme and stream of money: how much of what is left of its spend on the
-- theme came to it that way, as its own return tells. What it passed on is taken out of grants
-- first and of its own resources last; what the return does not cover is `unknown`.
with told as (

    select
        financial_year,
        partner_id,
        theme,
        flow as stream,
        list_position(
            ['grant', 'pooled_treatment_budget', 's256', 's75', 'recharge', 'own_resources'], flow
        ) as turn,
        greatest(0, sum(amount_pence)) as pence
    from {{ ref('int_reported_flows') }}
    where partner_id = payee_id and (payer_id is distinct from payee_id or flow = 'own_resources')
    group by all

),

spent as (

    select
        financial_year,
        partner_id,
        theme,
        sum(eliminated_pence) as passed_pence,
        sum(net_pence) as net_pence
    from {{ ref('int_count_cells') }}
    where scope in ('in_scope', 'outside_place')
    group by all

),

running as (

    select
        told.*,
        coalesce(spent.passed_pence, 0) - coalesce(sum(told.pence) over (
            partition by told.financial_year, told.partner_id, told.theme
            order by told.turn
            rows between unbounded preceding and 1 preceding
        ), 0) as passed_pence
    from told
    left join spent using (financial_year, partner_id, theme)

),

kept as (

    select
        financial_year,
        partner_id,
        theme,
        stream,
        greatest(0, pence - greatest(0, passed_pence)) as pence
    from running

),

final as (

    select * from kept
    union all
    select
        spent.financial_year,
        spent.partner_id,
        spent.theme,
        'unknown' as stream,
        -- One penny of weight where nothing is told, so that a credit has a stream as well.
        greatest(
            case when coalesce(sum(kept.pence), 0) = 0 then 1 else 0 end,
            any_value(spent.net_pence) - coalesce(sum(kept.pence), 0)
        ) as pence
    from spent
    left join kept using (financial_year, partner_id, theme)
    group by spent.financial_year, spent.partner_id, spent.theme

)

select
    financial_year,
    partner_id,
    theme,
    stream,
    pence
from final
