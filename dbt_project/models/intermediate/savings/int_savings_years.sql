-- One row per initiative and financial year: the claim, whether the gain lasted, and the first of
-- the early steps of the waterfall that excludes it (null: none does).
with programmes as (

    select
        {{ fold('programme') }} as programme_text,
        contributes_to_target
    from {{ ref('programme') }}

),

sustained as (

    select
        initiative_id,
        case
            when bool_or(outcome = 'lapsed') then 'lapsed'
            when bool_and(outcome = 'gained') then 'confirmed'
            else 'provisional'
        end as sustained,
        min(following_year) filter (outcome = 'lapsed') as lapsed_in
    from {{ ref('int_savings_sustained') }}
    group by initiative_id

),

joined as (

    select
        claims.*,
        programmes.programme_text is not null as is_board_programme,
        programmes.contributes_to_target,
        coalesce(sustained.sustained, 'provisional') as sustained,
        sustained.lapsed_in,
        {{ financial_year('(claims.start_date - interval 1 year)') }} as base_year,
        -- Months of the year that begin on or after the day the saving starts.
        case
            when claims.financial_year = {{ financial_year('claims.start_date') }}
                then 12 - date_diff(
                    'month', {{ year_start('claims.financial_year') }},
                    (claims.start_date + interval 1 month - interval 1 day)::date
                )
            else 12
        end as months_in_effect
    from {{ ref('int_savings_claims') }} as claims
    left join sustained on claims.initiative_id = sustained.initiative_id
    left join programmes on {{ fold('claims.programme') }} = programmes.programme_text

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
        base_year,
        case
            when saving_class not in ('cash_releasing', 'one_off') then 'not_cash_releasing'
            when saving_class = 'one_off' or not recurrent then 'one_off'
            when sustained = 'lapsed' or start_date < date '2008-04-01' then 'not_sustained'
        end as excluded_at_step,
        baseline_pence,
        plan_pence,
        forecast_pence,
        claimed_pence,
        ongoing_cost_pence,
        one_off_cost_pence,
        in_year_net_pence,
        in_year_net_pence - one_off_cost_pence as after_one_off_pence,
        case
            when months_in_effect > 0
                then {{ divide_round('in_year_net_pence::hugeint * 12', 'months_in_effect') }}
        end as full_year_effect_pence,
        start_date,
        baseline_date
    from joined

)

select * from final
