-- The shares of every line add up to 1 and its parts to its pence.
with parts as (

    select
        line_id,
        sum(share) as share,
        sum(amount_pence) as pence
    from {{ ref('fct_spend_line_theme') }}
    group by line_id

)

select
    lines.line_id,
    lines.amount_pence,
    parts.pence
from {{ ref('fct_spend_line') }} as lines
left join parts on lines.line_id = parts.line_id
where parts.pence is distinct from lines.amount_pence or parts.share is distinct from 1
