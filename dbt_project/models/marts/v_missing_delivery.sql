-- One row per body, feed, period and state of what is not counted, in pounds; with the figures that
-- it touches.
select
    body_id,
    body_name,
    feed,
    financial_year,
    period_id,
    state,
    in_place,
    files,
    receipt_ids,
    rows_not_counted,
    {{ pounds('not_counted_pence') }} as not_counted_pounds,
    rows_without_amount,
    figures_touched
from {{ ref('fct_missing_delivery') }}
