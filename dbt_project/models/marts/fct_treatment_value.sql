-- One row per financial year: what the place spends on drugs and alcohol, all bodies together and
-- transfers counted once, for each person in effective treatment and each successful completion.
-- The people are those the partnership counts once; a cost is divided by the count that may be
-- shown, so that no hidden count can be worked out from it.
with spend as (

    select
        financial_year,
        string_agg(distinct basis, '; ' order by basis) as spend_basis,
        sum(in_scope_net_pence)::bigint as spend_pence
    from {{ ref('fct_place_spend') }}
    where theme = 'drug_alcohol' and scope = 'in_scope'
    group by financial_year

),

treated as (

    select * from {{ ref('int_treatment_distinct') }}
    where measure = 'effective_treatment'

),

completed as (

    select * from {{ ref('int_treatment_distinct') }}
    where measure = 'successful_completion'

),

years as (

    select financial_year from spend
    union
    select financial_year from {{ ref('int_treatment_distinct') }}

),

judged as (

    select
        years.financial_year,
        spend.spend_pence,
        spend.spend_basis,
        {{ presence('p', 'spend_') }},
        treated.tier as effective_tier,
        treated.clients as effective_clients,
        coalesce(treated.state, 'not_reported') as effective_state,
        completed.tier as completion_tier,
        completed.clients as completions,
        coalesce(completed.state, 'not_reported') as completions_state,
        case
            when spend.spend_pence is null then 'no_spend'
            when not coalesce(p.is_complete, false) then 'spend_incomplete'
            -- What one body passes to another may then be in it twice.
            when not coalesce(returns.is_complete, true) then 'funding_incomplete'
        end as spend_unavailable_reason
    from years
    left join spend on years.financial_year = spend.financial_year
    left join {{ ref('int_feed_completeness') }} as p
        on years.financial_year = p.financial_year and p.feed = 'spend'
    left join {{ ref('int_feed_completeness') }} as returns
        on years.financial_year = returns.financial_year and returns.feed = 'funding'
    left join treated on years.financial_year = treated.financial_year
    left join completed on years.financial_year = completed.financial_year

),

refused as (

    select
        *,
        coalesce(
            spend_unavailable_reason,
            case when effective_state <> 'shown' then 'clients_' || effective_state end
        ) as cost_per_person_unavailable_reason,
        coalesce(
            spend_unavailable_reason,
            case when completions_state <> 'shown' then 'clients_' || completions_state end
        ) as cost_per_completion_unavailable_reason
    from judged

),

final as (

    select
        r.financial_year,
        r.spend_pence,
        r.spend_basis,
        r.spend_partners_expected,
        r.spend_partners_present,
        r.spend_place_periods_expected,
        r.spend_place_periods_present,
        r.spend_unexplained_findings,
        r.effective_clients,
        r.effective_state,
        r.effective_tier,
        r.cost_per_person_unavailable_reason,
        case
            when r.cost_per_person_unavailable_reason is null and r.effective_clients > 0
                then {{ divide_round('r.spend_pence', 'r.effective_clients') }}
        end as cost_per_person_pence,
        r.completions,
        r.completions_state,
        r.completion_tier,
        r.cost_per_completion_unavailable_reason,
        case
            when r.cost_per_completion_unavailable_reason is null and r.completions > 0
                then {{ divide_round('r.spend_pence', 'r.completions') }}
        end as cost_per_completion_pence,
        {{ presence('presence') }}
    from refused as r
    left join {{ ref('int_feed_completeness') }} as presence
        on r.financial_year = presence.financial_year and presence.feed = 'treatment'

)

select * from final
