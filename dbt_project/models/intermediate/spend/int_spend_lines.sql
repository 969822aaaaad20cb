{{ config(materialized = 'view') }}
-- One row per accepted spend line of a submission in force, with the combination of labels and
-- payee it carries: those read now, and those that an earlier build read from the same bytes.
select {{ read_line_columns() }}
from {{ ref('int_read_lines') }}
union all
select {{ read_line_columns() }}
from {{ ref('stg_kept_lines') }}
