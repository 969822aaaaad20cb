{# What tells one line of all submissions apart, as one text: submission, sheet if there is one,
   row. #}
{% macro line_id(line) -%}
    concat_ws(':', {{ line }}.submission_id, {{ line }}.sheet, {{ line }}.source_row)
{%- endmacro %}
