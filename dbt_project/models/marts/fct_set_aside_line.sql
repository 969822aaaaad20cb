-- One row per row of a file in force that was set aside: where it stands, why, and its amount where
-- that can be read. No other cell of it is published.
select
    s.receipt_id,
    aside.submission_id,
    s.partner_id as body_id,
    s.feed,
    s.financial_year,
    s.file_name,
    aside.sheet,
    aside.source_row,
    aside.codes,
    aside.amount_pence
from {{ ref('stg_set_aside') }} as aside
inner join {{ ref('stg_submissions') }} as s on aside.submission_id = s.submission_id and s.in_force
