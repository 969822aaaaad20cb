-- One row per initiative of the Board's programmes and financial year it is reported for: what of
-- it recurs and counts, and what its plan or forecast would come to, as far as its kind may count.
-- A saving that lapsed has what counted before the lapse was known; from then on the forecast
-- leaves it out.
with reported as (

    select
        l.initiative_id,
        l.financial_year,
        min(s.financial_year) as reported_in,
        bool_or(l.actual_pence is not null) as has_actual,
        bool_or(l.synthetic) as synthetic
    from {{ ref('stg_savings_lines') }} as l
    inner join {{ ref('stg_submissions') }} as s on l.submission_id = s.submission_id
    where l.in_place
    group by l.initiative_id, l.financial_year

),

years as (

    select
        i.*,
        counted.exclusion_reason,
        counted.counted_pence,
        counted.recurring_pence,
        counted.displaced_pence,
        reported.reported_in,
        reported.has_actual,
        reported.synthetic,
        i.steps_that_apply = ['not_sustained'] as counted_before_lapse
    from {{ ref('int_savings_years') }} as i
    inner join {{ ref('int_savings_counted') }} as counted
        on
            i.initiative_id = counted.initiative_id
            and i.financial_year = counted.financial_year
    inner join reported
        on
            i.initiative_id = reported.initiative_id
            and i.financial_year = reported.financial_year
    where i.is_board_programme and coalesce(i.contributes_to_target, true)

),

last_actuals as (

    select
        initiative_id,
        exclusion_reason,
        displaced_pence
    from years
    where has_actual
    qualify row_number() over (partition by initiative_id order by financial_year desc) = 1

),

amounts as (

    select
        years.*,
        case
            when years.counted_before_lapse then years.in_year_net_pence
            else years.recurring_pence
        end as known_recurring_pence,
        case
            when years.counted_before_lapse then years.after_one_off_pence
            else years.counted_pence
        end as known_counted_pence,
        (years.exclusion_reason is null or years.counted_before_lapse)
        and coalesce(last_actuals.exclusion_reason <> 'duplicate', true) as would_count,
        coalesce(years.forecast_pence, years.plan_pence, 0) - years.ongoing_cost_pence
            as expected_net_pence,
        -- What last moved to another body is not expected to come back.
        coalesce(last_actuals.displaced_pence, 0) as expected_elsewhere_pence
    from years
    left join last_actuals on years.initiative_id = last_actuals.initiative_id

)

select
    initiative_id,
    reported_by_id,
    financial_year,
    reported_in,
    contributes_to_target,
    coalesce(delivery_status, 'not_reported') as delivery_status,
    lapsed_in,
    has_actual,
    synthetic,
    known_recurring_pence as recurring_pence,
    known_counted_pence as counted_pence,
    -- After part of a year, what recurs is what a whole year would have brought.
    case
        when known_recurring_pence = in_year_net_pence
            then coalesce(full_year_effect_pence, in_year_net_pence)
        else known_recurring_pence
    end as carried_pence,
    case
        when not would_count then 0
        when expected_net_pence > 0
            then greatest(0, expected_net_pence - expected_elsewhere_pence)
        else expected_net_pence
    end as expected_recurring_pence
from amounts
