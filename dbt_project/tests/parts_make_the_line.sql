-- The shares of every line add up to 1 and its parts to its pence.
with parts as (

    select
        submission_id,
        sheet,
        source_row,
        sum(share) as share,
        sum(amount_pence) as pence
    from {{ ref('fct_spend_line_theme') }}
    group by submission_id, sheet, source_row

)

select
    lines.submission_id,
    lines.source_row,
    lines.amount_pence,
    parts.pence
from {{ ref('fct_spend_line') }} as lines
left join parts
    on
        lines.submission_id = parts.submission_id
        and lines.sheet is not distinct from parts.sheet
        and lines.source_row = parts.source_row
where parts.pence is distinct from lines.amount_pence or parts.share is distinct from 1
