-- One row per accepted spend line of a submission in force that was not read by an earlier build:
-- what tells it apart, when it was, how much, and the combination of labels and payee it carries.
-- Made once: reading the files and hashing the labels anew took a quarter of the build.
with keyed as (

    select
        *,
        {{ combination_key() }} as combination_key
    from {{ ref('stg_spend_lines') }}

)

select {{ read_line_columns() }}
from keyed
