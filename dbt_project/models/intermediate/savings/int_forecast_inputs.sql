-- One row per initiative of the Board's programmes and financial year it is told of: what of it
-- stands and counts, and what its plan or forecast would come to, as far as its kind may count.
-- A saving that lapsed has what counted before anybody knew; the forecast leaves it out from then.
with told as (

    select
        l.initiative_id,
        l.financial_year,
        min(s.financial_year) as told_in,
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
        told.told_in,
        told.has_actual,
        told.synthetic,
        arg_max_null(i.excluded_because, i.financial_year) filter (told.has_actual) over (
            partition by i.initiative_id
        ) as last_excluded_because,
        coalesce(
            i.excluded_because = 'not_sustained'
            and i.lapsed_in is not null
            and coalesce(i.start_date >= date '2008-04-01', true)
            and i.has_baseline
            and i.shares_add_up,
            false
        ) as counted_before
    from {{ ref('int_savings_initiatives') }} as i
    inner join told
        on i.initiative_id = told.initiative_id and i.financial_year = told.financial_year
    where i.is_board_programme and coalesce(i.contributes_to_target, true)

),

amounts as (

    select
        *,
        case when counted_before then in_year_net_pence else standing_pence end as stands_pence,
        case when counted_before then after_one_off_pence else counted_pence end as counts_pence,
        (excluded_because is null or counted_before)
        and coalesce(last_excluded_because <> 'duplicate', true) as would_count,
        coalesce(forecast_pence, plan_pence, 0) - ongoing_cost_pence as told_net_pence
    from years

)

select
    initiative_id,
    programme,
    teller_id,
    financial_year,
    told_in,
    contributes_to_target,
    coalesce(data_maturity, 'not_told') as data_maturity,
    coalesce(status, 'not_told') as delivery_status,
    lapsed_in,
    has_actual,
    synthetic,
    stands_pence as standing_pence,
    counts_pence as counted_pence,
    -- What goes on after a part of a year is what a whole one would have brought.
    case
        when stands_pence = in_year_net_pence
            then coalesce(full_year_effect_pence, in_year_net_pence)
        else stands_pence
    end as carried_pence,
    case when would_count then told_net_pence else 0 end as told_standing_pence,
    case when would_count then told_net_pence - one_off_cost_pence else 0 end as told_counted_pence
from amounts
