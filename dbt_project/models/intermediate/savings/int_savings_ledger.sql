-- One row per initiative and year of a claim with a ledger scope: what the bodies' own lines hold
-- in the base year and in the claim's, in scope and elsewhere, and whether a year has a hole.
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

holes as (

    select
        scoped.initiative_id,
        scoped.financial_year,
        bool_or(c.partner_id is not null) as has_hole
    from scoped
    left join {{ ref('int_partner_completeness') }} as c
        on
            scoped.partner_id = c.partner_id
            and c.feed = 'spend'
            and c.periods_present < c.periods_expected
            and c.financial_year in (scoped.financial_year, scoped.base_year)
    group by scoped.initiative_id, scoped.financial_year

),

in_scope as (

    select
        initiative_id,
        claim_year,
        count(distinct line) filter (is_base) as base_lines,
        count(distinct line) filter (is_actual) as actual_lines,
        coalesce(sum(amount_pence) filter (is_base), 0)::bigint as base_pence,
        coalesce(sum(amount_pence) filter (is_actual), 0)::bigint as actual_pence
    from (
        select
            *,
            [submission_id, sheet, source_row::varchar] as line
        from {{ ref('int_savings_scope_lines') }}
    )
    group by initiative_id, claim_year

),

elsewhere as (

    select
        initiative_id,
        claim_year,
        coalesce(sum(amount_pence) filter (is_base), 0)::bigint as base_pence,
        coalesce(sum(amount_pence) filter (is_actual), 0)::bigint as actual_pence
    from {{ ref('int_savings_displaced_lines') }}
    group by initiative_id, claim_year

),

final as (

    select
        holes.initiative_id,
        holes.financial_year,
        holes.has_hole,
        coalesce(in_scope.base_lines, 0) as base_lines,
        coalesce(in_scope.actual_lines, 0) as actual_lines,
        coalesce(in_scope.base_pence, 0) as base_pence,
        coalesce(in_scope.actual_pence, 0) as actual_pence,
        coalesce(elsewhere.base_pence, 0) as elsewhere_base_pence,
        coalesce(elsewhere.actual_pence, 0) as elsewhere_actual_pence
    from holes
    left join in_scope
        on
            holes.initiative_id = in_scope.initiative_id
            and holes.financial_year = in_scope.claim_year
    left join elsewhere
        on
            holes.initiative_id = elsewhere.initiative_id
            and holes.financial_year = elsewhere.claim_year

)

select * from final
