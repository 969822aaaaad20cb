-- One row per financial year, initiative and body of the place whose claim is a duplicate: it
-- claims the same ledger lines as another initiative that takes precedence, both still in the
-- count; or it is suspected to be a saving that stands under another reference.
with claims as (

    select * from {{ ref('int_savings_precedence') }}

),

same_lines as (

    select
        claims.financial_year,
        claims.initiative_id,
        claims.partner_id,
        arg_min(first_claims.initiative_id, first_claims.precedence) as duplicate_of
    from {{ ref('int_savings_overlaps') }} as pairs
    inner join claims
        on
            pairs.financial_year = claims.financial_year
            and pairs.initiative_id = claims.initiative_id
            and pairs.partner_id = claims.partner_id
    inner join claims as first_claims
        on
            pairs.financial_year = first_claims.financial_year
            and pairs.other_id = first_claims.initiative_id
            and pairs.partner_id = first_claims.partner_id
            and claims.precedence > first_claims.precedence
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
