-- One row per group of like findings on one receipt, whatever its verdict, and one per
-- expectation on a feed's lines in force that was not met or could not run.
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
union all by name
select
    'expectations' as source,
    feed,
    code,
    level,
    message,
    fix,
    row_count,
    true as in_force,
    coalesce(
        (
            select bool_and(s.synthetic)
            from {{ ref('stg_submissions') }} as s
            where s.in_force
        ), false
    ) as synthetic
from {{ ref('stg_expectations') }}
