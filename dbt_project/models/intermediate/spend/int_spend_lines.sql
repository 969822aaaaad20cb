{{ config(materialized = 'view') }}
-- One row per accepted spend line of a submission in force, with the combination of labels and
-- payee it carries: those read now, and those that an earlier build read from the same bytes.
select
    submission_id,
    sheet,
    source_row,
    partner_id,
    combination_key,
    period,
    financial_year,
    line_date,
    basis,
    accounting,
    price_basis,
    vat_basis,
    synthetic,
    source_file,
    amount_pence
from {{ ref('int_read_lines') }}
union all
select
    submission_id,
    sheet,
    source_row,
    partner_id,
    combination_key,
    period,
    financial_year,
    line_date,
    basis,
    accounting,
    price_basis,
    vat_basis,
    synthetic,
    source_file,
    amount_pence
from {{ ref('stg_kept_lines') }}
