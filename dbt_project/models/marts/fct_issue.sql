-- One row per group of like findings on one receipt, whatever its verdict. What Great Expectations
-- found joins them when the release is made.
select
    concat_ws('-', f.receipt_id, row_number() over (
        partition by f.receipt_id
        order by f.code, f.field, f.heading, f.first_sheet, f.first_row, f.message
    )) as issue_id,
    'judge' as source,
    f.receipt_id,
    f.submission_id,
    coalesce(f.partner_id, 'not_known') as body_id,
    f.feed,
    coalesce({{ period_id('s.period_kind', 'f.period') }}, 'not_known') as period_id,
    coalesce(s.financial_year, 'not_known') as financial_year,
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
    f.level in ('must_fix', 'please_explain')
    and f.explanation is null
    and (coalesce(s.in_force, false) or w.receipt_id is not null) as is_open,
    coalesce(s.synthetic, false) as is_synthetic
from {{ ref('stg_findings') }} as f
left join {{ ref('stg_submissions') }} as s on f.receipt_id = s.receipt_id
left join {{ ref('int_waiting_files') }} as w on f.receipt_id = w.receipt_id
