-- One row per initiative's figure for one year, as one body reports it, of a submission in force.
select
    lines.submission_id,
    lines.sheet,
    lines.source_row,
    lines.partner_id,
    lines.financial_year,
    lines.initiative_id,
    lines.initiative,
    lines.programme,
    lines.lead,
    lines.saving_class,
    lines.recurrent,
    lines.assurance,
    submissions.synthetic,
    lines.partner_share,
    lines.plan_pence,
    lines.forecast_pence,
    lines.actual_pence,
    lines.one_off_cost_pence,
    lines.ongoing_cost_pence
from {{ source('raw', 'savings') }} as lines
inner join {{ ref('stg_submissions') }} as submissions
    on lines.submission_id = submissions.submission_id
where submissions.in_force and submissions.feed = 'savings'
