-- One row per financial year and body that reports where any of its money came from: its own
-- resources, and what came from outside the place's bodies. Reads nothing of what was eliminated,
-- so that the two views of the count check each other.
with reported as (

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

reported_payers as (

    select distinct
        financial_year,
        partner_id,
        source_key
    from reported

),

-- A ledger's income counts only where the body's return does not mention that payer.
income as (

    select
        cells.financial_year,
        cells.partner_id,
        -coalesce(sum(cells.gross_pence) filter (
            not coalesce(payer.in_group, false) and reported_payers.source_key is null
        ), 0) as income_pence
    from {{ ref('int_spend_cells') }} as cells
    left join {{ ref('stg_contract_bodies') }} as payer on cells.payee_id = payer.body_id
    left join reported_payers
        on
            cells.financial_year = reported_payers.financial_year
            and cells.partner_id = reported_payers.partner_id
            and cells.source_key = reported_payers.source_key
    where cells.scope = 'income' and cells.in_group
    group by cells.financial_year, cells.partner_id

),

returned as (

    select
        financial_year,
        partner_id,
        sum(amount_pence) filter (is_own) as own_pence,
        sum(amount_pence) filter (not payer_in_group) as outside_pence
    from reported
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
