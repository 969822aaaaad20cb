-- One row per receipt: the file, its verdict, whether its lines count, and its rows and pence.
select
    receipt_id,
    submission_id,
    coalesce(partner_id, 'not_known') as body_id,
    coalesce(feed, 'not_known') as feed,
    coalesce({{ period_id('period_kind', 'period') }}, 'not_known') as period_id,
    coalesce(financial_year, 'not_known') as financial_year,
    file_name,
    file_sha256,
    verdict,
    status,
    in_force,
    synthetic as is_synthetic,
    rows_accepted,
    rows_set_aside,
    pence_accepted,
    pence_set_aside
from {{ ref('stg_submissions') }}
