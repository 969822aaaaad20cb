-- One row per initiative and financial year in which it claims anything: the claim beside what the
-- bodies' own spend lines show against the year before it began, in cash and at the year's prices.
-- Of two claims of the same money each is shown here as it is; what adds up is the evidence in
-- fct_savings_initiative.
with held as (

    select
        evidence.*,
        claims.baseline_pence,
        once.own_evidence_pence
    from {{ ref('int_savings_evidence') }} as evidence
    inner join {{ ref('int_savings_claims') }} as claims
        on
            evidence.financial_year = claims.financial_year
            and evidence.initiative_id = claims.initiative_id
    inner join {{ ref('int_savings_evidence_once') }} as once
        on
            evidence.financial_year = once.financial_year
            and evidence.initiative_id = once.initiative_id

),

final as (

    select
        held.financial_year,
        held.initiative_id,
        case
            when not held.has_scope then 'no_scope_given'
            when held.is_incomplete then 'not_compared'
            when held.evidenced_pence = 0 then 'not_evidenced'
            when held.evidenced_pence = held.claimed_pence then 'evidenced'
            else 'partly'
        end as evidence_status,
        case
            when not held.has_scope then null
            when held.is_incomplete then 'year_incomplete'
            when held.base_year is null then 'no_start_date'
            when held.base_e6 is null then 'no_index'
            when held.base_lines = 0 then 'no_lines_in_base_year'
            when held.base_is_incomplete then 'base_year_incomplete'
        end as evidence_unavailable_reason,
        held.base_year,
        held.base_lines,
        held.claim_year_lines,
        held.set_aside_rows,
        coalesce(held.displaced_pence > 0, false) as cost_shifted,
        held.claimed_pence as claimed_in_year_pence,
        held.base_pence,
        held.inflated_base_pence,
        held.claim_year_pence,
        held.displaced_pence,
        case when held.base_year is not null then held.base_pence - held.claim_year_pence end
            as cash_measure_pence,
        held.inflated_base_pence - held.claim_year_pence as inflated_measure_pence,
        held.evidenced_pence,
        held.own_evidence_pence,
        held.baseline_pence as register_baseline_pence,
        {{ presence('p') }}
    from held
    left join {{ ref('int_feed_completeness') }} as p
        on held.financial_year = p.financial_year and p.feed = 'savings'

)

select * from final
