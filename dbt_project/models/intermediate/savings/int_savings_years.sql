-- One row per initiative and financial year: what the claim comes to, whether the gain lasted, and
-- the steps of the waterfall that take the whole claim away, of which the first does (null: none).
-- What the register says of the initiative besides stands in int_savings_claims.
with sustained as (

    -- The two years after the first decide whether a gain lasted; a claim that becomes one of
    -- another kind later was none of its first kind.
    select
        initiative_id,
        case
            when bool_or(outcome = 'lapsed') then 'lapsed'
            when bool_and(outcome = 'gained') then 'confirmed'
            else 'provisional'
        end as sustained,
        min(financial_year) filter (outcome = 'lapsed') as lapsed_in
    from {{ ref('int_savings_sustained') }}
    where years_later in (1, 2) or not is_of_kind
    group by initiative_id

),

joined as (

    select
        claims.*,
        programmes.programme is not null as is_board_programme,
        programmes.contributes_to_target,
        coalesce(sustained.sustained, 'provisional') as sustained,
        sustained.lapsed_in,
        lasting.held_pence,
        {{ year_end('claims.financial_year') }} as year_end,
        {{ financial_year('(claims.start_date - interval 1 year)') }} as base_year,
        -- Without a word on which way is better, only a fall by half says that it got worse.
        coalesce(case claims.quality_aim
            when 'lower_is_better' then claims.quality_after * 10 > claims.quality_before * 11
            when 'higher_is_better' then claims.quality_after * 10 < claims.quality_before * 9
            else claims.quality_after * 2 <= claims.quality_before and claims.quality_before > 0
        end, false) as quality_fell,
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
    left join {{ ref('int_savings_sustained') }} as lasting
        on
            claims.initiative_id = lasting.initiative_id
            and claims.financial_year = lasting.financial_year
    left join {{ ref('programme') }} as programmes
        on {{ fold('claims.programme') }} = {{ fold('programmes.programme') }}

),

stepped as (

    select
        *,
        {{ savings_steps('that_apply') }} as steps_that_apply
    from joined

),

final as (

    select
        financial_year,
        initiative_id,
        is_board_programme,
        contributes_to_target,
        reported_by_id,
        delivery_status,
        sustained,
        lapsed_in,
        quality_fell,
        base_year,
        steps_that_apply,
        steps_that_apply[1] as excluded_at_step,
        plan_pence,
        forecast_pence,
        claimed_pence,
        ongoing_cost_pence,
        in_year_net_pence,
        in_year_net_pence - one_off_cost_pence as after_one_off_pence,
        held_pence,
        case
            when months_in_effect > 0
                then {{ divide_round('in_year_net_pence::hugeint * 12', 'months_in_effect') }}
        end as full_year_effect_pence,
        start_date,
        baseline_date
    from stepped

)

select * from final
