-- One row per flow that a body reports in its funding return, with both sides as the bodies they
-- mean in that year. `payer_id` or `payee_id` is null where the name is no known public body's.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    lines.financial_year,
    lines.agreement_id,
    lines.flow,
    lines.pool_id,
    lines.payer,
    lines.payee,
    payer.body_id as payer_id,
    payee.body_id as payee_id,
    -- The payer as a ledger's income names it too, so that one payer's money is not counted twice.
    coalesce(payer.body_id, {{ name_core(fold('lines.payer')) }}) as source_key,
    coalesce(payer.in_group, false) as payer_in_group,
    coalesce(payee.in_group, false) as payee_in_group,
    coalesce(lines.theme, 'not_reported') as theme,
    lines.amount_pence
from {{ ref('stg_funding_lines') }} as lines
left join {{ ref('int_body_names') }} as payer
    on lines.payer = payer.text and lines.financial_year = payer.financial_year
left join {{ ref('int_body_names') }} as payee
    on lines.payee = payee.text and lines.financial_year = payee.financial_year
