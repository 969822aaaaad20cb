-- One row per financial year, initiative and body of the place whose claim is a duplicate: it
-- claims the same ledger lines for another initiative that takes precedence, both still in the
-- count, with scopes of which one equals or holds the other; or it is suspected to be another
-- body's saving. The baseline frozen first takes precedence, then the earlier start.
with claims as (

    select
        scopes.*,
        dense_rank() over (
            partition by scopes.financial_year
            order by
                {{ first_claim('years') }}
        ) as precedence
    from {{ ref('int_savings_scopes') }} as scopes
    inner join {{ ref('int_savings_years') }} as years
        on
            scopes.financial_year = years.financial_year
            and scopes.initiative_id = years.initiative_id
    inner join {{ ref('int_savings_bodies') }} as bodies
        on
            scopes.financial_year = bodies.financial_year
            and scopes.initiative_id = bodies.initiative_id
            and scopes.partner_id = bodies.partner_id
    where bodies.claimed_pence > 0 and years.excluded_at_step is null

),

same_lines as (

    select
        claims.financial_year,
        claims.initiative_id,
        claims.partner_id,
        arg_min(first_claims.initiative_id, first_claims.precedence) as duplicate_of
    from claims
    inner join claims as first_claims
        on
            claims.financial_year = first_claims.financial_year
            and claims.partner_id = first_claims.partner_id
            and claims.precedence > first_claims.precedence
            and (
                {{ holds_scope('first_claims', 'claims') }}
                or {{ holds_scope('claims', 'first_claims') }}
            )
    group by claims.financial_year, claims.initiative_id, claims.partner_id

),

final as (

    select
        financial_year,
        initiative_id,
        partner_id,
        min(duplicate_of) as duplicate_of
    from (
        select * from same_lines
        union all
        select * from {{ ref('int_savings_suspected') }}
    )
    group by financial_year, initiative_id, partner_id

)

select * from final
