-- One row per row of a file in force that was set aside: where it stands, why, and its amount where
-- that can be read. No other cell of it is published.
select
    {{ line_id('aside') }} as line_id,
    s.receipt_id,
    aside.submission_id,
    s.partner_id as body_id,
    s.feed,
    coalesce(s.financial_year, 'not_known') as financial_year,
    s.file_name,
    coalesce(aside.sheet, 'no_sheet') as sheet,
    aside.source_row,
    aside.codes,
    aside.amount_pence
from {{ ref('stg_set_aside') }} as aside
inner join {{ ref('stg_submissions') }} as s on aside.submission_id = s.submission_id and s.in_force
