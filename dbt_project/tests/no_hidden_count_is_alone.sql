-- In no sum of treatment figures is exactly one cell hidden, for the others would give it away.
select lines.line_id
from {{ ref('int_treatment_lines') }} as lines
inner join {{ ref('int_treatment_protected') }} as cells on lines.cell_id = cells.cell_id
group by lines.line_id
having count(*) filter (cells.state in {{ hidden() }}) = 1
