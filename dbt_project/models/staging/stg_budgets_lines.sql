-- One row per budget or outturn of a service, as one body reports it, of a submission in force.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    lines.financial_year,
    lines.service_group,
    lines.measure,
    lines.price_basis,
    lines.body,
    submissions.synthetic,
    submissions.file_name as source_file,
    lines.gross_pence,
    lines.income_pence,
    lines.net_pence
from {{ lines_in_force('budgets') }}
