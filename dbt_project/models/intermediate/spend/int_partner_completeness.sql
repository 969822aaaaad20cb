-- One row per partner (of the place or not), feed and financial year that needs it: how many
-- periods of its life the year has, how many of them the contract does not ask for, and how many
-- are in force and whole. A submission marked as a sample of a layout is not a delivery, so its
-- period is not present.
with delivered as (

    select * from {{ ref('stg_submissions') }}
    where in_force and coverage = 'whole'

),

periods as (

    select
        e.partner_id,
        e.feed,
        e.financial_year,
        e.period,
        bool_and(e.asked_for) as asked_for,
        bool_or(d.submission_id is not null) as is_present
    from {{ ref('stg_contract_expected_periods') }} as e
    left join delivered as d
        on
            e.partner_id = d.partner_id
            and e.feed = d.feed
            and e.period_start >= d.period_start
            and e.period_end <= d.period_end
    group by e.partner_id, e.feed, e.financial_year, e.period

),

final as (

    select
        periods.partner_id,
        periods.feed,
        periods.financial_year,
        p.short_name,
        p.in_place,
        count(*) as periods_expected,
        count(*) filter (not periods.asked_for) as periods_not_asked_for,
        count(*) filter (periods.is_present) as periods_present
    from periods
    inner join {{ ref('stg_contract_partners') }} as p on periods.partner_id = p.partner_id
    group by all

)

select * from final
