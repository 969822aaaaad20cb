-- One row per file that was refused or is held and that nothing has put right since: it was not
-- withdrawn, and no file of the same period or name is in force.
with files as (

    select
        *,
        {{ period_id('period_kind', 'period') }} as period_id
    from {{ ref('stg_submissions') }}

)

select files.receipt_id
from files
left join files as later
    on
        files.partner_id = later.partner_id
        and files.feed = later.feed
        and later.in_force
        and (files.period_id = later.period_id or files.file_name = later.file_name)
where
    later.receipt_id is null
    and (files.verdict = 'refused' or files.status = 'held')
    and files.status <> 'withdrawn'
