-- One row per initiative and financial year: how its claim becomes what counts towards the place's
-- savings, and why the rest does not. Of what is left after costs goes the part that another
-- initiative claims, then what did not last, then cost that moved to another body, each at most
-- as far as there is a gain left.
with joined as (

    select
        years.financial_year,
        years.initiative_id,
        years.excluded_at_step,
        case
            when years.excluded_at_step is not null then years.excluded_at_step
            when d.all_duplicate then 'duplicate'
        end as exclusion_reason,
        d.duplicate_of,
        years.claimed_pence,
        -- What still counts of an excluded claim: its costs, unless they go with it.
        case
            when not steps.with_costs then years.after_one_off_pence - years.claimed_pence
            else 0
        end as costs_left_pence,
        case
            when not steps.with_costs then years.in_year_net_pence - years.claimed_pence
            else 0
        end as yearly_costs_left_pence,
        years.in_year_net_pence,
        years.after_one_off_pence,
        coalesce(d.recurring_pence, 0) as duplicate_recurring_pence,
        coalesce(d.after_one_off_pence, 0) as duplicate_pence,
        coalesce(d.claimed_pence, 0) as duplicate_claimed_pence,
        years.in_year_net_pence - coalesce(d.recurring_pence, 0) as left_pence,
        years.in_year_net_pence - coalesce(years.held_pence, years.in_year_net_pence)
            as not_held_pence,
        coalesce(evidence.displaced_pence, 0) as elsewhere_pence
    from {{ ref('int_savings_years') }} as years
    left join {{ ref('int_savings_steps') }} as steps on years.excluded_at_step = steps.step
    left join {{ ref('int_savings_duplicates') }} as d
        on years.financial_year = d.financial_year and years.initiative_id = d.initiative_id
    left join {{ ref('int_savings_evidence') }} as evidence
        on
            years.financial_year = evidence.financial_year
            and years.initiative_id = evidence.initiative_id

),

lasting as (

    select
        *,
        case
            when exclusion_reason is null then greatest(0, least(left_pence, not_held_pence))
            else 0
        end as partly_lapsed_pence
    from joined

),

moved as (

    select
        *,
        case
            when exclusion_reason is null
                then greatest(0, least(left_pence - partly_lapsed_pence, elsewhere_pence))
            else 0
        end as displaced_pence
    from lasting

),

counted as (

    select
        *,
        partly_lapsed_pence + displaced_pence as taken_pence
    from moved

)

select
    financial_year,
    initiative_id,
    excluded_at_step,
    exclusion_reason,
    duplicate_of,
    claimed_pence,
    after_one_off_pence,
    duplicate_pence,
    duplicate_claimed_pence,
    partly_lapsed_pence::bigint as partly_lapsed_pence,
    displaced_pence::bigint as displaced_pence,
    case
        when exclusion_reason is null then after_one_off_pence - duplicate_pence - taken_pence
        else costs_left_pence
    end::bigint as counted_pence,
    case
        when exclusion_reason is null
            then in_year_net_pence - duplicate_recurring_pence - taken_pence
        else yearly_costs_left_pence
    end::bigint as recurring_pence
from counted
