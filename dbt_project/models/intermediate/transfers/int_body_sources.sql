-- One row per financial year and body that says where any of its money came from: its own, and what
-- came from outside the group. Reads nothing of what was eliminated.
with told as (

    select
        *,
        flow = 'own_resources' and payer_id = payee_id as is_own
    from {{ ref('int_reported_flows') }}
    -- A pool that pays its own host draws money that came in before.
    where
        partner_id = payee_id
        and payee_in_group
        and (payer_id is distinct from payee_id or flow = 'own_resources')

),

told_of as (

    select distinct
        financial_year,
        partner_id,
        source_key
    from told

),

-- A ledger's income counts where the body's return says nothing of that payer.
income as (

    select
        cells.financial_year,
        cells.partner_id,
        -coalesce(sum(cells.gross_pence) filter (
            not coalesce(payer.in_group, false) and told.source_key is null
        ), 0) as income_pence
    from {{ ref('int_spend_cells') }} as cells
    left join {{ ref('stg_contract_bodies') }} as payer
        on cells.payee_id = payer.body_id
    left join told_of as told
        on
            cells.financial_year = told.financial_year
            and cells.partner_id = told.partner_id
            and cells.source_key = told.source_key
    where cells.scope = 'income' and cells.in_group
    group by cells.financial_year, cells.partner_id

),

returned as (

    select
        financial_year,
        partner_id,
        sum(amount_pence) filter (is_own) as own_pence,
        sum(amount_pence) filter (not payer_in_group) as outside_pence
    from told
    group by financial_year, partner_id

)

select
    financial_year,
    partner_id,
    coalesce(returned.own_pence, 0)::bigint as own_pence,
    (coalesce(returned.outside_pence, 0) + coalesce(income.income_pence, 0))::bigint
        as outside_pence
from returned
full join income using (financial_year, partner_id)
