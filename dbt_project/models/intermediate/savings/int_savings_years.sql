-- One row per initiative and financial year: what the bodies of the place claim of it together, and
-- the first of the early steps at which it leaves the count (null: it stays).
with sums as (

    select
        financial_year,
        initiative_id,
        sum(plan_pence)::bigint as plan_pence,
        sum(forecast_pence)::bigint as forecast_pence,
        coalesce(sum(actual_pence), 0)::bigint as claimed_pence,
        coalesce(sum(ongoing_cost_pence), 0)::bigint as ongoing_cost_pence,
        coalesce(sum(one_off_cost_pence), 0)::bigint as one_off_cost_pence
    from {{ ref('int_savings_bodies') }}
    group by all

),

joined as (

    select
        facts.financial_year,
        facts.initiative_id,
        facts.saving_class,
        facts.recurrent,
        facts.start_date,
        coalesce(s.sustained, 'provisional') as sustained,
        s.lapsed_in,
        sums.plan_pence,
        sums.forecast_pence,
        sums.claimed_pence,
        sums.ongoing_cost_pence,
        sums.one_off_cost_pence,
        sums.claimed_pence - sums.ongoing_cost_pence as in_year_net_pence,
        -- Months of the year that begin on or after the day the saving starts.
        case
            when facts.financial_year = {{ financial_year('facts.start_date') }}
                then 12 - date_diff(
                    'month', {{ year_start('facts.financial_year') }},
                    (facts.start_date + interval 1 month - interval 1 day)::date
                )
            else 12
        end as months_in_effect
    from {{ ref('int_savings_facts') }} as facts
    inner join sums
        on
            facts.financial_year = sums.financial_year
            and facts.initiative_id = sums.initiative_id
    left join {{ ref('int_savings_sustained') }} as s on facts.initiative_id = s.initiative_id

),

final as (

    select
        financial_year,
        initiative_id,
        sustained,
        lapsed_in,
        plan_pence,
        forecast_pence,
        claimed_pence,
        ongoing_cost_pence,
        one_off_cost_pence,
        in_year_net_pence,
        case
            when months_in_effect > 0
                then {{ divide_round('in_year_net_pence::hugeint * 12', 'months_in_effect') }}
        end as full_year_effect_pence,
        {{ financial_year('(start_date - interval 1 year)') }} as base_year,
        case
            when saving_class not in ('cash_releasing', 'one_off') then 'not_cash_releasing'
            when saving_class = 'one_off' or not recurrent then 'one_off'
            when sustained = 'lapsed' or start_date < date '2008-04-01' then 'not_sustained'
        end as leaves_at
    from joined

)

select * from final
