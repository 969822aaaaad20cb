-- One row per rule of a partner that gives a department, area or entity its class and scope.
select
    partner_id,
    rule_no,
    field,
    how,
    match,
    department_class,
    scope
from {{ source('inputs', 'departments') }}
