-- One row per group of like findings on one receipt, whatever its verdict. What Great Expectations
-- found joins them when the release is made.
select
    'judge' as source,
    f.receipt_id,
    f.submission_id,
    f.partner_id as body_id,
    f.feed,
    f.period,
    s.financial_year,
    f.file_name,
    f.code,
    f.level,
    f.field,
    f.heading,
    f.message,
    f.fix,
    f.first_sheet,
    f.first_row,
    f.row_count,
    f.amount_pence,
    f.explanation,
    f.explained_by,
    s.verdict,
    coalesce(s.in_force, false) as in_force,
    coalesce(s.synthetic, false) as synthetic
from {{ ref('stg_findings') }} as f
left join {{ ref('stg_submissions') }} as s on f.receipt_id = s.receipt_id
