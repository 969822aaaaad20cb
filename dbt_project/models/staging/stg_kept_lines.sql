-- One row per accepted spend line that an earlier build read from the same bytes.
select {{ read_line_columns() }}
from {{ source('inputs', 'kept_lines') }}
