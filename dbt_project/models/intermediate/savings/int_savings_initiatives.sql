-- One row per initiative and financial year in which a body of the place reports it: what it
-- claims, what of that counts towards the place's savings, and why the rest does not.
with programmes as (

    select
        {{ fold('programme') }} as programme_text,
        contributes_to_target
    from {{ ref('programme') }}

),

final as (

    select
        years.financial_year,
        years.initiative_id,
        facts.initiative,
        facts.programme,
        programmes.programme_text is not null as is_board_programme,
        programmes.contributes_to_target,
        facts.lead_id,
        facts.teller_id,
        facts.saving_class,
        facts.recurrent,
        facts.status,
        facts.data_maturity,
        facts.assurance_claimed,
        facts.assurance,
        years.sustained,
        years.lapsed_in,
        case
            when facts.saving_class = 'cash_releasing' and not facts.has_quality
                then 'possible_cut'
        end as quality_flag,
        years.plan_pence,
        years.forecast_pence,
        years.claimed_pence,
        years.ongoing_cost_pence,
        years.one_off_cost_pence,
        years.in_year_net_pence,
        years.in_year_net_pence - years.one_off_cost_pence as after_one_off_pence,
        years.full_year_effect_pence,
        counted.counted_pence,
        counted.standing_pence,
        sum(counted.counted_pence) over (
            partition by years.initiative_id order by years.financial_year
        )::bigint as cumulative_counted_pence,
        counted.excluded_because,
        counted.duplicate_of,
        facts.share_total,
        facts.shares_add_up,
        facts.figures_differ,
        facts.has_baseline,
        facts.start_date,
        facts.baseline_pence,
        facts.baseline_date,
        facts.baseline_version
    from {{ ref('int_savings_years') }} as years
    inner join {{ ref('int_savings_facts') }} as facts
        on
            years.financial_year = facts.financial_year
            and years.initiative_id = facts.initiative_id
    inner join {{ ref('int_savings_counted') }} as counted
        on
            years.financial_year = counted.financial_year
            and years.initiative_id = counted.initiative_id
    left join programmes on {{ fold('facts.programme') }} = programmes.programme_text

)

select * from final
