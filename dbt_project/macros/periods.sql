{# The financial year (1 April to 31 March) of a date, written 2024-25. #}
{% macro financial_year(day) -%}
    (year({{ day }} - interval 3 month)::varchar
    || '-' || lpad(((year({{ day }} - interval 3 month) + 1) % 100)::varchar, 2, '0'))
{%- endmacro %}
