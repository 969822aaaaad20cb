{# States of a count of people that is not told, by us or by who reports it. #}
{% macro hidden() -%}
    ('suppressed', 'suppressed_at_source')
{%- endmacro %}

{# States of a count of people that was counted, told or not. #}
{% macro counted() -%}
    ('shown', 'zero', 'suppressed', 'suppressed_at_source')
{%- endmacro %}
