{# The basis that all rows of a group have in common, or `mixed`: what a total over unlike bases is
   labelled with. `condition` leaves rows out, as they are left out of the total. #}
{% macro one_basis(column, condition='true') -%}
    case
        when min({{ column }}) filter ({{ condition }}) = max({{ column }}) filter ({{ condition }})
            then min({{ column }}) filter ({{ condition }})
        when count(*) filter ({{ condition }}) > 0 then 'mixed'
    end
{%- endmacro %}
