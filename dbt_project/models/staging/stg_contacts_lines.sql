-- One row per month, channel and service, as one body reports it, of a submission in force.
-- A month outside the file's own span counts in that span, as a spend line's does.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    case
        when lines.month_date between submissions.period_start and submissions.period_end
            then {{ financial_year('lines.month_date') }}
        else submissions.financial_year
    end as financial_year,
    case
        when lines.month_date between submissions.period_start and submissions.period_end
            then strftime(lines.month_date, '%Y-%m')
        when submissions.period_kind = 'month' then submissions.period
    end as period,
    lines.month_date,
    lines.channel,
    lines.lgsl_code,
    submissions.synthetic,
    submissions.file_name as source_file,
    lines.contacts,
    lines.avoidable,
    lines.resolved,
    coalesce(lines.contacts_state = 'suppressed', false) as is_suppressed_at_source
from {{ lines_in_force('contacts') }}
