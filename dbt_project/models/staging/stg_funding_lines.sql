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
from {{ source('raw', 'funding') }} as lines
inner join {{ ref('stg_submissions') }} as submissions
    on lines.submission_id = submissions.submission_id
where submissions.in_force and submissions.feed = 'funding'
