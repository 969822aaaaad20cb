{{ config(materialized = 'view') }}
-- One row per year, payer and payee, both known public bodies: what passed between them as each
-- reports it, what both agree on within the year, and what is unmatched on either side.
with pairs as (

    select
        financial_year,
        left(financial_year, 4)::bigint as year_no,
        payer_id,
        payee_id,
        sum(lines)::bigint as lines,
        sum(lines) > 0 as in_spend,
        sum(spend_pence)::bigint as spend_pence,
        sum(return_pence)::bigint as return_pence,
        sum(payee_pence)::bigint as payee_pence,
        sum(late_pence)::bigint as late_pence,
        sum(early_pence)::bigint as early_pence
    from {{ ref('int_transfer_sides') }}
    group by financial_year, payer_id, payee_id

),

-- What stands in the payer's spend can be counted twice. Its return stands in only where its files
-- show no payment at all, and then there is nothing to eliminate.
sized as (

    select
        *,
        case when in_spend then spend_pence else return_pence end as payer_pence,
        {{ in_common(
            'case when in_spend then spend_pence else coalesce(return_pence, 0) end',
            'coalesce(payee_pence, 0)'
        ) }} as agreed_pence
    from pairs

)

select
    *,
    coalesce(payer_pence, 0) - agreed_pence as payer_unmatched_pence,
    coalesce(payee_pence, 0) - agreed_pence as payee_unmatched_pence
from sized
