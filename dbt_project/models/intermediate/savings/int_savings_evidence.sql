-- One row per initiative and financial year in which it claims anything: what the bodies' own lines
-- show of the claim at the year's prices, and by how much the cost rose at another body. A year of
-- which spend is missing shows nothing: what is missing would count as saved.
with claims as (

    select
        years.financial_year,
        years.initiative_id,
        years.base_year,
        years.claimed_pence,
        ledger.initiative_id is not null as has_scope,
        prices.index_e6,
        prices.base_e6,
        ledger.* exclude (initiative_id, financial_year)
    from {{ ref('int_savings_years') }} as years
    left join {{ ref('int_savings_ledger') }} as ledger
        on
            years.initiative_id = ledger.initiative_id
            and years.financial_year = ledger.financial_year
    left join {{ ref('int_prices') }} as prices
        on years.financial_year = prices.financial_year and years.base_year = prices.base_year
    where years.claimed_pence <> 0

),

inflated as (

    select
        *,
        case
            when base_e6 is not null
                then {{ divide_round('base_pence::hugeint * index_e6', 'base_e6') }}
        end as inflated_base_pence,
        case
            when base_e6 is not null and has_scope
                then greatest(0, elsewhere_claim_year_pence - {{ divide_round(
                    'elsewhere_base_pence::hugeint * index_e6', 'base_e6'
                ) }})
        end as displaced_pence
    from claims

),

final as (

    select
        financial_year,
        initiative_id,
        base_year,
        claimed_pence,
        has_scope,
        index_e6,
        base_e6,
        is_incomplete,
        base_is_incomplete,
        set_aside_rows,
        base_lines,
        claim_year_lines,
        base_pence,
        claim_year_pence,
        inflated_base_pence,
        displaced_pence,
        case
            when is_incomplete then 0
            else greatest(0, least(
                claimed_pence,
                coalesce(inflated_base_pence - claim_year_pence - displaced_pence, 0)
            ))
        end::bigint as evidenced_pence
    from inflated

)

select * from final
