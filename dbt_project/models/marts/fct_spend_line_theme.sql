-- One row per line, theme, service and rule: a part of the line, with the cell of the count it
-- belongs to; its parts add up to it.
with parts as (

    {{ parts_of_lines('(' ~ lines_of_new_parts() ~ ')') }}

)

select
    {{ line_id('parts') }} as line_id,
    parts.part_no,
    parts.submission_id,
    parts.partner_id as body_id,
    parts.financial_year,
    parts.theme,
    coalesce(parts.service_code, 'not_reported') as service_code,
    parts.share,
    parts.amount_pence,
    parts.classification_rule,
    parts.evidence_grade,
    parts.scope,
    keys.cell_id
from parts
inner join {{ ref('int_cell_keys') }} as keys
    on
        parts.combination_key = keys.combination_key
        and parts.financial_year = keys.financial_year
        and parts.basis = keys.basis
        and parts.accounting = keys.accounting
        and parts.scope = keys.scope
        and parts.theme = keys.theme
        and parts.service_code = keys.service_code
