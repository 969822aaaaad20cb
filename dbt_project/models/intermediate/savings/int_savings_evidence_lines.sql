-- One row per role, initiative, year of a claim, spend line behind its evidence and theme of it:
-- lines of the claim's year and of the base year, the last that had ended when the saving started.
-- `scope`: in its ledger scope. `displaced`: spend by which its cost may have moved to another body
-- of the place, paid to a supplier that a body paid in scope in the base year, for the same theme,
-- outside every scope of the initiative.
with suppliers as (

    select
        supplier_text,
        {{ name_core('supplier_text') }} as supplier
    from {{ ref('int_suppliers') }}
    where not is_redacted

),

combinations_in_scope as (

    select distinct
        years.initiative_id,
        years.financial_year as claim_year,
        years.base_year,
        c.combination_key,
        c.supplier_text
    from {{ ref('int_savings_years') }} as years
    inner join {{ ref('int_savings_scopes') }} as s
        on years.initiative_id = s.initiative_id and years.financial_year = s.financial_year
    inner join {{ ref('int_spend_combinations') }} as c
        on
            s.partner_id = c.partner_id
            and coalesce(s.department = {{ squeeze('c.department') }}, s.department is null)
            and coalesce(s.area = {{ squeeze('c.area') }}, s.area is null)
            and coalesce(s.account = {{ squeeze('c.account') }}, s.account is null)
            and (
                s.supplier_phrase is null
                or {{ holds_phrase('c.supplier_text', 's.supplier_phrase') }}
            )
    where years.claimed_pence <> 0 and c.scope <> 'income'

),

-- Who was paid in scope in the base year, and for what.
paid as (

    select distinct
        scoped.initiative_id,
        scoped.claim_year,
        scoped.base_year,
        parts.partner_id,
        parts.theme,
        suppliers.supplier
    from combinations_in_scope as scoped
    inner join suppliers on scoped.supplier_text = suppliers.supplier_text
    inner join {{ ref('int_line_parts') }} as parts
        on
            scoped.combination_key = parts.combination_key
            and scoped.base_year = parts.financial_year

),

wanted as (

    select
        'scope' as role,
        initiative_id,
        claim_year,
        base_year,
        combination_key,
        null as theme
    from combinations_in_scope
    union all
    select distinct
        'displaced' as role,
        paid.initiative_id,
        paid.claim_year,
        paid.base_year,
        c.combination_key,
        paid.theme
    from paid
    inner join suppliers on paid.supplier = suppliers.supplier
    inner join {{ ref('int_spend_combinations') }} as c
        on suppliers.supplier_text = c.supplier_text and paid.partner_id <> c.partner_id
    left join combinations_in_scope as scoped
        on
            paid.initiative_id = scoped.initiative_id
            and paid.claim_year = scoped.claim_year
            and c.combination_key = scoped.combination_key
    where c.scope not in ('income', 'outside_place') and scoped.combination_key is null

)

select
    wanted.role,
    wanted.initiative_id,
    wanted.claim_year,
    parts.submission_id,
    parts.sheet,
    parts.source_row,
    parts.partner_id,
    parts.financial_year,
    parts.theme,
    coalesce(parts.financial_year = wanted.base_year, false) as is_base,
    parts.financial_year = wanted.claim_year as is_claim_year,
    sum(parts.amount_pence)::bigint as amount_pence
from wanted
inner join {{ ref('int_line_parts') }} as parts
    on
        wanted.combination_key = parts.combination_key
        and parts.financial_year in (wanted.base_year, wanted.claim_year)
        and (wanted.role = 'scope' or wanted.theme = parts.theme)
group by all
