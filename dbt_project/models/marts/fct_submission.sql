-- One row per receipt: the file, its verdict, whether its lines count, and its rows and pence.
select
    receipt_id,
    submission_id,
    partner_id as body_id,
    feed,
    period,
    financial_year,
    file_name,
    file_sha256,
    verdict,
    status,
    in_force,
    synthetic,
    rows_accepted,
    rows_set_aside,
    pence_accepted,
    pence_set_aside
from {{ ref('stg_submissions') }}
