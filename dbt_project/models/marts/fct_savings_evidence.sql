-- One row per initiative and financial year in which it claims anything: the claim beside what the
-- bodies' own spend lines show against the year before it began, in cash and at the year's prices.
with claims as (

    select
        years.financial_year,
        years.initiative_id,
        years.base_year,
        years.claimed_pence,
        years.baseline_pence,
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

held as (

    select
        *,
        greatest(0, least(
            claimed_pence,
            coalesce(inflated_base_pence - claim_year_pence - displaced_pence, 0)
        )) as evidenced_pence
    from inflated

),

final as (

    select
        held.financial_year,
        held.initiative_id,
        case
            when not held.has_scope then 'no_scope_given'
            when held.evidenced_pence = 0 then 'not_evidenced'
            when held.evidenced_pence = held.claimed_pence then 'evidenced'
            else 'partly'
        end as evidence_status,
        case
            when not held.has_scope then null
            when held.base_year is null then 'no_start_date'
            when held.base_e6 is null then 'no_index'
            when held.base_lines = 0 then 'no_lines_in_base_year'
            when held.is_incomplete then 'year_incomplete'
        end as evidence_unavailable_reason,
        held.base_year,
        held.base_lines,
        held.claim_year_lines,
        coalesce(held.displaced_pence > 0, false) as cost_shifted,
        held.claimed_pence as claimed_in_year_pence,
        held.base_pence,
        held.inflated_base_pence,
        held.claim_year_pence,
        held.displaced_pence,
        case when held.base_year is not null then held.base_pence - held.claim_year_pence end
            as cash_measure_pence,
        held.inflated_base_pence - held.claim_year_pence as inflated_measure_pence,
        held.evidenced_pence::bigint as evidenced_pence,
        held.baseline_pence as register_baseline_pence,
        {{ presence('p') }}
    from held
    left join {{ ref('int_feed_completeness') }} as p
        on held.financial_year = p.financial_year and p.feed = 'savings'

)

select * from final
