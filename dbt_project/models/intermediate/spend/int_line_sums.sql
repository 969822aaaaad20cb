-- One row per combination and part of it, financial year, bases and side of the year's end that
-- lines have, with what they come to: who reads lines only to add them up reads these. Lines are
-- added up before they meet their part, for most have one; those that have several are split first.
with years as (

    select distinct
        lines.financial_year,
        {{ year_end('lines.financial_year') }} - settings.window_days::int as late_after,
        {{ year_start('lines.financial_year') }} + settings.window_days::int as early_before
    from {{ ref('int_spend_lines') }} as lines
    cross join {{ ref('stg_contract_count_settings') }} as settings

),

parts as (

    select
        p.*,
        c.scope,
        p.parts > 1 as is_split
    from {{ ref('int_spend_parts') }} as p
    inner join {{ ref('int_spend_combinations') }} as c on p.combination_key = c.combination_key

),

split_lines as (

    select *
    from {{ ref('int_spend_lines') }}
    where combination_key in (
        select parts.combination_key from parts
        where parts.is_split
    )

),

split_parts as (

    {{ parts_of_lines('split_lines') }}

),

sums as (

    {{ line_sums(ref('int_spend_lines'), 'false', '1') }}
    union all
    {{ line_sums('split_parts', 'true', 'lines.part_no') }}

)

select
    sums.* exclude (is_split, part_no),
    parts.part_no,
    parts.scope,
    parts.theme,
    parts.service_code,
    parts.classification_rule,
    parts.evidence_grade
from sums
inner join parts
    on
        sums.combination_key = parts.combination_key
        and sums.part_no = parts.part_no
        and sums.is_split = parts.is_split
