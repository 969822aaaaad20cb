-- One row per initiative, year of a claim, spend line by which its cost may have moved to another
-- body of the place, and theme of it: paid to a supplier that another body paid in the initiative's
-- scope in the base year, for the same theme, outside every scope of the initiative.
with names as (

    select
        supplier_text,
        {{ name_core('supplier_text') }} as supplier
    from {{ ref('int_suppliers') }}
    where not is_redacted

),

paid as (

    select distinct
        scope.initiative_id,
        scope.claim_year,
        scope.partner_id,
        names.supplier,
        scope.theme
    from {{ ref('int_savings_scope_lines') }} as scope
    inner join names on scope.supplier_text = names.supplier_text
    where scope.is_base

),

wanted as (

    select distinct
        paid.initiative_id,
        paid.claim_year,
        years.base_year,
        paid.theme,
        c.combination_key
    from paid
    inner join {{ ref('int_savings_years') }} as years
        on paid.initiative_id = years.initiative_id and paid.claim_year = years.financial_year
    inner join names on paid.supplier = names.supplier
    inner join {{ ref('int_spend_combinations') }} as c
        on names.supplier_text = c.supplier_text and paid.partner_id <> c.partner_id
    anti join {{ ref('int_savings_scope_lines') }} as scope
        on
            paid.initiative_id = scope.initiative_id
            and paid.claim_year = scope.claim_year
            and c.combination_key = scope.combination_key
    where c.scope not in ('income', 'outside_place')

)

select
    wanted.initiative_id,
    wanted.claim_year,
    parts.submission_id,
    parts.sheet,
    parts.source_row,
    parts.partner_id,
    parts.financial_year,
    parts.theme,
    parts.financial_year = wanted.base_year as is_base,
    parts.financial_year = wanted.claim_year as is_actual,
    sum(parts.amount_pence)::bigint as amount_pence
from wanted
inner join {{ ref('int_line_parts') }} as parts
    on
        wanted.combination_key = parts.combination_key
        and wanted.theme = parts.theme
        and parts.financial_year in (wanted.base_year, wanted.claim_year)
group by all
