-- One row per access point and year, as one body reports it, of a submission in force.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    lines.financial_year,
    lines.point_id,
    lines.name,
    lines.point_type,
    lines.postcode,
    lines.lgsl_codes,
    submissions.synthetic,
    submissions.file_name as source_file,
    lines.easting,
    lines.northing,
    lines.hours_a_week::decimal(18, 4) as hours_a_week,
    lines.running_cost_pence,
    lines.lease_end,
    lines.lease_break
from {{ lines_in_force('access_points') }}
