{# The financial year (1 April to 31 March) of a date, written 2024-25. #}
{% macro financial_year(day) -%}
    (year({{ day }} - interval 3 month)::varchar
    || '-' || lpad(((year({{ day }} - interval 3 month) + 1) % 100)::varchar, 2, '0'))
{%- endmacro %}

{# First and last day of a financial year written 2024-25. #}
{% macro year_start(label) -%}
    make_date(left({{ label }}, 4)::bigint, 4, 1)
{%- endmacro %}

{% macro year_end(label) -%}
    make_date(left({{ label }}, 4)::bigint + 1, 3, 31)
{%- endmacro %}
