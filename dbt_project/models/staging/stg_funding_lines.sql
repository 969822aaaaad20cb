-- One row per flow between bodies, or into or out of a pool, of a submission in force.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    lines.financial_year,
    lines.agreement_id,
    lines.flow,
    lines.payer,
    lines.payee,
    lines.pool_id,
    lines.theme,
    submissions.synthetic,
    lines.amount_pence
from {{ lines_in_force('funding') }}
