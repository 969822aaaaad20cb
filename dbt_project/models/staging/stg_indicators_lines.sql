-- One row per value of an indicator, as one body reports it, of a submission in force.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    lines.financial_year,
    lines.indicator_id,
    lines.indicator,
    lines.service_group,
    lines.polarity,
    lines.peer_group,
    lines.body,
    submissions.synthetic,
    submissions.file_name as source_file,
    lines.value,
    lines.value_state,
    lines.target
from {{ lines_in_force('indicators') }}
