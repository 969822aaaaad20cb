-- One row per initiative and financial year: how its claim becomes what counts towards the place's
-- savings, and why the rest does not. `duplicate_pence` is the part that another initiative claims.
with late_steps as (

    select
        years.*,
        d.duplicate_of,
        coalesce(d.recurring_pence, 0) as duplicate_recurring_pence,
        coalesce(d.after_one_off_pence, 0) as duplicate_pence,
        case
            when years.excluded_at_step is not null then years.excluded_at_step
            when d.all_duplicate then 'duplicate'
            when not years.has_baseline then 'no_baseline'
            when not years.shares_add_up then 'shares_do_not_add_up'
        end as exclusion_reason
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
    from late_steps

),

final as (

    select
        financial_year,
        initiative_id,
        initiative,
        programme,
        is_board_programme,
        contributes_to_target,
        lead_body_id,
        reported_by_id,
        saving_class,
        recurrent,
        delivery_status,
        data_maturity,
        assurance_claimed,
        assurance,
        sustained,
        lapsed_in,
        has_baseline,
        baseline_version,
        has_quality,
        figures_differ,
        share_total,
        shares_add_up,
        case
            when saving_class = 'cash_releasing' and not has_quality then 'possible_cut'
        end as quality_flag,
        excluded_at_step,
        exclusion_reason,
        duplicate_of,
        baseline_pence,
        plan_pence,
        forecast_pence,
        claimed_pence,
        ongoing_cost_pence,
        one_off_cost_pence,
        in_year_net_pence,
        after_one_off_pence,
        full_year_effect_pence,
        duplicate_pence,
        counted_pence,
        recurring_pence,
        sum(counted_pence) over (
            partition by initiative_id order by financial_year
        )::bigint as cumulative_counted_pence,
        start_date,
        baseline_date
    from counted

)

select * from final
