{# The lines of a return about bodies' performance (`lines`), each with the body it is about and the
   body whose report of it is used: a body's own report comes before any other's. #}
{% macro reported_about_bodies(lines) %}
select
    l.*,
    b.body_id,
    coalesce({{ fold('l.service_group') }}, 'all services') as service_key,
    case
        when bool_or(l.partner_id = b.body_id) over body_year then b.body_id
        else min(l.partner_id) over body_year
    end as source_body_id
from {{ lines }} as l
inner join {{ ref('int_value_bodies') }} as b
    on
        l.partner_id = b.partner_id
        and l.body is not distinct from b.body
        and l.financial_year = b.financial_year
window body_year as (partition by l.financial_year, b.body_id)
{% endmacro %}
