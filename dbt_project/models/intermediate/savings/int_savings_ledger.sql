-- One row per initiative and year of a claim with a ledger scope: what the bodies' own lines hold
-- in the base year and in the claim's year, in scope and elsewhere, whether promised spend of one
-- of them is missing, and how many rows of the claim's year were set aside.
with scoped as (

    select distinct
        years.initiative_id,
        years.financial_year,
        years.base_year,
        s.partner_id
    from {{ ref('int_savings_years') }} as years
    inner join {{ ref('int_savings_scopes') }} as s
        on
            years.initiative_id = s.initiative_id
            and years.financial_year = s.financial_year
    where years.claimed_pence <> 0

),

completeness as (

    select
        scoped.initiative_id,
        scoped.financial_year,
        coalesce(bool_or(c.financial_year = scoped.financial_year), false) as is_incomplete,
        coalesce(bool_or(c.financial_year = scoped.base_year), false) as base_is_incomplete
    from scoped
    left join {{ ref('int_partner_completeness') }} as c
        on
            scoped.partner_id = c.partner_id
            and c.feed = 'spend'
            and c.periods_present < c.periods_expected
            and c.financial_year in (scoped.financial_year, scoped.base_year)
    group by scoped.initiative_id, scoped.financial_year

),

set_aside as (

    select
        scoped.initiative_id,
        scoped.financial_year,
        sum(s.rows_set_aside)::bigint as set_aside_rows
    from scoped
    inner join {{ ref('stg_submissions') }} as s
        on
            scoped.partner_id = s.partner_id
            and scoped.financial_year between s.financial_year and s.last_financial_year
    where s.feed = 'spend' and s.in_force
    group by scoped.initiative_id, scoped.financial_year

),

lines as (

    select
        *,
        concat_ws('|', submission_id, coalesce(sheet, ''), source_row::varchar) as line
    from {{ ref('int_savings_evidence_lines') }}

),

sums as (

    select
        initiative_id,
        claim_year,
        count(distinct line) filter (role = 'scope' and is_base) as base_lines,
        count(distinct line) filter (role = 'scope' and is_claim_year) as claim_year_lines,
        sum(amount_pence) filter (role = 'scope' and is_base) as base_pence,
        sum(amount_pence) filter (role = 'scope' and is_claim_year) as claim_year_pence,
        sum(amount_pence) filter (role = 'displaced' and is_base) as elsewhere_base_pence,
        sum(amount_pence) filter (role = 'displaced' and is_claim_year)
            as elsewhere_claim_year_pence
    from lines
    group by initiative_id, claim_year

),

final as (

    select
        completeness.initiative_id,
        completeness.financial_year,
        completeness.is_incomplete,
        completeness.base_is_incomplete,
        coalesce(set_aside.set_aside_rows, 0) as set_aside_rows,
        coalesce(sums.base_lines, 0) as base_lines,
        coalesce(sums.claim_year_lines, 0) as claim_year_lines,
        coalesce(sums.base_pence, 0)::bigint as base_pence,
        coalesce(sums.claim_year_pence, 0)::bigint as claim_year_pence,
        coalesce(sums.elsewhere_base_pence, 0)::bigint as elsewhere_base_pence,
        coalesce(sums.elsewhere_claim_year_pence, 0)::bigint as elsewhere_claim_year_pence
    from completeness
    left join sums
        on
            completeness.initiative_id = sums.initiative_id
            and completeness.financial_year = sums.claim_year
    left join set_aside
        on
            completeness.initiative_id = set_aside.initiative_id
            and completeness.financial_year = set_aside.financial_year

)

select * from final
