-- One row per part of what counts of the savings so far: known to belong to the target, not
-- confirmed, or not of the target. The three add up to all that counts. No share of the target is
-- given while anything about it is unknown (dim_target).
{% set part -%}
    case
        when years.is_board_programme and years.contributes_to_target is null then 'not_confirmed'
        when years.is_board_programme and years.contributes_to_target then 'belongs_to_target'
        else 'not_of_target'
    end
{%- endset %}
{{ savings_so_far('target_part', part, ['belongs_to_target', 'not_confirmed', 'not_of_target']) }}
