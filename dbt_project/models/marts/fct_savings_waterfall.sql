-- One row per financial year, step and initiative that the step changes: from what is claimed to
-- what counts. What comes after `claimed` adds up, with it, to `counted`.
with steps as (

    select
        years.financial_year,
        years.initiative_id,
        s.step_no,
        s.step,
        case s.step
            when 'claimed' then years.claimed_pence
            when 'counted' then years.counted_pence
            when years.excluded_at_step then -years.claimed_pence
            when 'costs'
                then case
                    when years.excluded_at_step is null
                        then years.after_one_off_pence - years.claimed_pence
                end
            when 'duplicates' then -years.duplicate_pence
            when 'no_baseline'
                then case
                    when years.exclusion_reason in ('no_baseline', 'shares_do_not_add_up')
                        then years.duplicate_pence - years.after_one_off_pence
                end
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
        (8, 'counted')
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
    where steps.step_pence <> 0 or steps.step in ('claimed', 'counted')

)

select * from final
