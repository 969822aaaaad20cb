{# What tells one line of all submissions apart, as one text: submission, sheet if there is one,
   row. #}
{% macro line_id(line) -%}
    concat_ws(':', {{ line }}.submission_id, {{ line }}.sheet, {{ line }}.source_row)
{%- endmacro %}

{# The spend lines of bodies and years whose part of the long tables is to be made: those that the
   newest release does not hold already (int_spend_part_keys). #}
{% macro lines_of_new_parts() -%}
select lines.*
from {{ ref('int_spend_lines') }} as lines
inner join {{ ref('int_spend_part_keys') }} as keys
    on
        lines.partner_id = keys.partner_id
        and lines.financial_year = keys.financial_year
        and not keys.is_kept
{%- endmacro %}

{# A query of the parts of `lines`, a relation as int_spend_lines or a query in brackets: a line of
   several themes is split by share, and its parts add up to it by largest remainder. DuckDB keeps a
   named step whole that is read twice, as `lines` is, so it had better be none. #}
{% macro parts_of_lines(lines) -%}
with parts as (

    select
        p.*,
        c.scope
    from {{ ref('int_spend_parts') }} as p
    inner join {{ ref('int_spend_combinations') }} as c on p.combination_key = c.combination_key

),

-- Only split lines need the arithmetic. A credit is split like the payment it reverses, so that the
-- two cancel in every theme.
floored as (

    select
        {{ part_columns() }},
        lines.amount_pence as line_pence,
        abs(lines.amount_pence)::decimal(28, 0) * parts.share as exact_pence,
        floor(abs(lines.amount_pence)::decimal(28, 0) * parts.share)::bigint as floor_pence
    from {{ lines }} as lines
    inner join parts on lines.combination_key = parts.combination_key
    where parts.parts > 1

),

shared as (

    select
        * exclude (line_pence, exact_pence, floor_pence),
        sign(line_pence) * (floor_pence + case
            when row_number() over (
                partition by submission_id, sheet, source_row
                order by exact_pence - floor_pence desc, part_no
            ) <= abs(line_pence) - sum(floor_pence) over (
                partition by submission_id, sheet, source_row
            ) then 1
            else 0
        end) as amount_pence
    from floored

)

select
    {{ part_columns() }},
    lines.amount_pence
from {{ lines }} as lines
inner join parts on lines.combination_key = parts.combination_key
where parts.parts = 1
union all
select * from shared
{%- endmacro %}

{# What a part has of its line and of the decision on it, as columns of `lines` and `parts`. #}
{% macro part_columns() -%}
    lines.submission_id,
        lines.sheet,
        lines.source_row,
        parts.part_no,
        lines.combination_key,
        lines.partner_id,
        lines.financial_year,
        lines.line_date,
        lines.basis,
        lines.accounting,
        lines.price_basis,
        lines.vat_basis,
        parts.theme,
        parts.service_code,
        parts.share,
        parts.classification_rule,
        parts.evidence_grade,
        parts.scope
{%- endmacro %}
