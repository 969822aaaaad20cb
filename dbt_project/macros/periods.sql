{# The financial year (1 April to 31 March) of a date, written 2024-25. #}
{% macro financial_year(day) -%}
    {%- set year = "(year(" ~ day ~ ") - (month(" ~ day ~ ") < 4)::int)" -%}
    ({{ year }}::varchar || '-' || right(({{ year }} + 1)::varchar, 2))
{%- endmacro %}

{# First and last day of a financial year written 2024-25. #}
{% macro year_start(label) -%}
    make_date(left({{ label }}, 4)::bigint, 4, 1)
{%- endmacro %}

{% macro year_end(label) -%}
    make_date(left({{ label }}, 4)::bigint + 1, 3, 31)
{%- endmacro %}

{# The id of a period: 2011-12 the year, 2011-12-Q1 the quarter, 2011-M12 the month, so that no
   month is written like a year. `period` is as a receipt writes it. #}
{% macro period_id(kind, period) -%}
    case
        when {{ kind }} = 'month' then left({{ period }}, 4) || '-M' || right({{ period }}, 2)
        else {{ period }}
    end
{%- endmacro %}
