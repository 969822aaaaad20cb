{# What a model declares of its keys and values, in one query: a row for each rule that is broken,
   with its columns and the number of keys or rows, never a cell. A null is another question than its
   value: the columns of a mart's key have a `not_null` constraint. #}
{% test declared(model, keys=[], accepted={}, refers_to={}) %}
    {%- set broken = [] -%}
    {%- for columns in keys -%}
    {%- set key = columns | join(', ') -%}
    {%- set query -%}
    select 'key' as rule, '{{ key }}' as columns, count(*) as broken
    from (select {{ key }} from {{ model }} group by {{ key }} having count(*) > 1) as copies
    having count(*) > 0
    {%- endset -%}
    {%- do broken.append(query) -%}
{%- endfor -%}
    {%- for column, values in accepted.items() -%}
    {%- set query -%}
    select 'accepted values' as rule, '{{ column }}' as columns, count(*) as broken
    from {{ model }}
    where {{ column }} not in ('{{ values | join("', '") }}')
    having count(*) > 0
    {%- endset -%}
    {%- do broken.append(query) -%}
{%- endfor -%}
    {%- for column, other in refers_to.items() -%}
    {%- set query -%}
    select 'reference' as rule, '{{ column }}' as columns, count(*) as broken
    from {{ model }}
    where
        {{ column }} is not null
        and {{ column }} not in (
            select {{ other.field }} from {{ other.to }} where {{ other.field }} is not null
        )
    having count(*) > 0
    {%- endset -%}
    {%- do broken.append(query) -%}
{%- endfor -%}
    {{ broken | join('\nunion all\n') }}
{% endtest %}
