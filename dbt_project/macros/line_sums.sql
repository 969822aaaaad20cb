{# What `lines` come to by all that a count asks of them, a line or one part of it
   each. Beside it stand `years`, with the days after which a line is late and before which early. #}
{% macro line_sums(lines, is_split, part_no) -%}
select
    lines.combination_key,
    {{ is_split }} as is_split,
    {{ part_no }} as part_no,
    lines.partner_id,
    lines.financial_year,
    lines.basis,
    lines.accounting,
    lines.price_basis,
    lines.vat_basis,
    coalesce(lines.line_date > years.late_after, false) as is_late,
    coalesce(lines.line_date < years.early_before, false) as is_early,
    count(*) as lines,
    sum(lines.amount_pence)::bigint as gross_pence,
    coalesce(sum(lines.amount_pence) filter (lines.amount_pence < 0), 0)::bigint as credits_pence
from {{ lines }} as lines
inner join years on lines.financial_year = years.financial_year
group by all
{%- endmacro %}
