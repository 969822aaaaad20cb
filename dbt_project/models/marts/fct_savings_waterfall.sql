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
            when s.step = years.excluded_at_step then -years.claimed_pence
            when s.step = 'costs'
                then case
                    when years.excluded_at_step is null
                        then years.after_one_off_pence - years.claimed_pence
                end
            when s.step = 'duplicates' then -years.duplicate_pence
            when s.step = years.exclusion_reason
                then years.duplicate_pence - years.after_one_off_pence
        end as step_pence
    from {{ ref('int_savings_counted') }} as years
    cross join (
        values
        (1, 'claimed'),
        (2, 'not_cash_releasing'),
        (3, 'one_off'),
        (4, 'not_sustained'),
        (5, 'costs'),
        (6, 'duplicates'),
        (7, 'no_baseline'),
        (8, 'shares_do_not_add_up')
    ) as s (step_no, step)

),

final as (

    select
        steps.financial_year,
        steps.step_no::bigint as step_no,
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
