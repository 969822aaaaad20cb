{# The columns together are a key; nulls are values like others (a CSV line has no sheet). #}
{% test one_row_per(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
