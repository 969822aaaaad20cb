-- One row per initiative and financial year: how its claim becomes what counts towards the place's
-- savings, and why the rest does not. `duplicate_pence` is the part that another initiative claims.
with steps as (

    select
        years.financial_year,
        years.initiative_id,
        years.excluded_at_step,
        case
            when years.excluded_at_step is not null then years.excluded_at_step
            when d.all_duplicate then 'duplicate'
            when not years.has_baseline then 'no_baseline'
            when not years.shares_add_up then 'shares_do_not_add_up'
        end as exclusion_reason,
        d.duplicate_of,
        years.claimed_pence,
        years.in_year_net_pence,
        years.after_one_off_pence,
        coalesce(d.recurring_pence, 0) as duplicate_recurring_pence,
        coalesce(d.after_one_off_pence, 0) as duplicate_pence
    from {{ ref('int_savings_years') }} as years
    left join {{ ref('int_savings_duplicates') }} as d
        on
            years.financial_year = d.financial_year
            and years.initiative_id = d.initiative_id

),

counted as (

    select
        *,
        case
            when exclusion_reason is null then after_one_off_pence - duplicate_pence
            else 0
        end::bigint as counted_pence,
        case
            when exclusion_reason is null then in_year_net_pence - duplicate_recurring_pence
            else 0
        end::bigint as recurring_pence
    from steps

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
    counted_pence,
    recurring_pence
from counted
