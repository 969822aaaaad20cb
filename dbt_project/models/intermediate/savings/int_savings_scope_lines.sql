-- One row per initiative, year of a claim, spend line in its ledger scope and theme of it: lines of
-- the claim's year, and of the base year, the last that had ended when the saving started.
with claims as (

    select
        initiative_id,
        financial_year as claim_year,
        base_year
    from {{ ref('int_savings_years') }}
    where claimed_pence <> 0

),

wanted as (

    select distinct
        claims.initiative_id,
        claims.claim_year,
        claims.base_year,
        c.combination_key,
        c.supplier_text
    from claims
    inner join {{ ref('int_savings_scopes') }} as s
        on claims.initiative_id = s.initiative_id and claims.claim_year = s.financial_year
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
    where c.scope <> 'income'

)

select
    wanted.initiative_id,
    wanted.claim_year,
    parts.combination_key,
    wanted.supplier_text,
    parts.submission_id,
    parts.sheet,
    parts.source_row,
    parts.partner_id,
    parts.financial_year,
    parts.theme,
    coalesce(parts.financial_year = wanted.base_year, false) as is_base,
    parts.financial_year = wanted.claim_year as is_actual,
    sum(parts.amount_pence)::bigint as amount_pence
from wanted
inner join {{ ref('int_line_parts') }} as parts
    on
        wanted.combination_key = parts.combination_key
        and parts.financial_year in (wanted.base_year, wanted.claim_year)
group by all
