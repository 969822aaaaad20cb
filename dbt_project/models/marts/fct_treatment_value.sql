-- One row per financial year: what the place spends on drugs and alcohol, all bodies together and
-- transfers counted once, for each person in effective treatment and each successful completion.
-- The people are those the partnership counts once; a cost is taken over what may be shown of them,
-- so that nothing hidden can be worked out from it.
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
        coalesce(treated.state, 'not_told') as effective_state,
        completed.tier as completion_tier,
        completed.clients as completions,
        coalesce(completed.state, 'not_told') as completions_state,
        case
            when spend.spend_pence is null then 'no_spend'
            when not coalesce(p.is_complete, false) then 'spend_incomplete'
        end as no_spend_because
    from years
    left join spend on years.financial_year = spend.financial_year
    left join {{ ref('int_feed_completeness') }} as p
        on years.financial_year = p.financial_year and p.feed = 'spend'
    left join treated on years.financial_year = treated.financial_year
    left join completed on years.financial_year = completed.financial_year

),

final as (

    select
        j.financial_year,
        j.spend_pence,
        j.spend_basis,
        j.spend_partners_expected,
        j.spend_partners_present,
        j.effective_clients,
        j.effective_state,
        j.effective_tier,
        coalesce(
            j.no_spend_because,
            case when j.effective_state <> 'shown' then 'clients_' || j.effective_state end
        ) as person_refused_because,
        case
            when person_refused_because is null and j.effective_clients > 0
                then {{ divide_round('j.spend_pence', 'j.effective_clients') }}
        end as cost_per_person_pence,
        j.completions,
        j.completions_state,
        j.completion_tier,
        coalesce(
            j.no_spend_because,
            case when j.completions_state <> 'shown' then 'clients_' || j.completions_state end
        ) as completion_refused_because,
        case
            when completion_refused_because is null and j.completions > 0
                then {{ divide_round('j.spend_pence', 'j.completions') }}
        end as cost_per_completion_pence,
        {{ presence('presence') }}
    from judged as j
    left join {{ ref('int_feed_completeness') }} as presence
        on j.financial_year = presence.financial_year and presence.feed = 'treatment'

)

select * from final
