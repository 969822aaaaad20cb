-- One row per count of people in treatment, as one body reports it, of a submission in force.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    lines.financial_year,
    lines.substance,
    lines.tier,
    lines.measure,
    lines.area,
    coalesce(lines.is_partnership, false) as is_partnership,
    submissions.synthetic,
    submissions.file_name as source_file,
    lines.clients,
    coalesce(
        lines.clients_state, case when lines.clients is not null then 'reported' end
    ) as clients_state,
    lines.clients_low,
    lines.clients_high
from {{ lines_in_force('treatment') }}
