-- One row per financial year, step and initiative that the step changes: what is claimed, and what
-- each step takes away from it. The rows of a year add up to what counts; there is no total row.
with steps as (

    select
        years.financial_year,
        years.initiative_id,
        s.step_no,
        s.step,
        case
            when s.step = 'claimed' then years.claimed_pence
            when s.step = years.excluded_at_step and s.is_after_costs
                then -years.after_one_off_pence
            when s.step = years.excluded_at_step then -years.claimed_pence
            when
                s.step = 'costs'
                and coalesce(excluded.is_after_costs or not excluded.with_costs, true)
                then years.after_one_off_pence - years.claimed_pence
            when s.step = 'duplicates' then -years.duplicate_pence
            when s.step = 'partly_lapsed' then -years.partly_lapsed_pence
            when s.step = 'displaced' then -years.displaced_pence
        end as step_pence
    from {{ ref('int_savings_counted') }} as years
    left join {{ ref('int_savings_steps') }} as excluded
        on years.excluded_at_step = excluded.step
    cross join {{ ref('int_savings_steps') }} as s

),

final as (

    select
        steps.financial_year,
        steps.step_no,
        steps.step,
        steps.initiative_id,
        steps.step_pence::bigint as step_pence,
        {{ presence('p') }}
    from steps
    left join {{ ref('int_feed_completeness') }} as p
        on steps.financial_year = p.financial_year and p.feed = 'savings'
    where steps.step_pence <> 0 or steps.step = 'claimed'

)

select * from final
