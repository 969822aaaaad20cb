-- One row per financial year, programme, class and assurance of savings by bodies in the place:
-- each body's own figures times its share, what counts of them, and how much of the claims the
-- ledgers show. No share of the target: its basis is not confirmed.
with figures as (

    select
        financial_year,
        initiative_id,
        sum(plan_pence) as plan_pence,
        sum(forecast_pence) as forecast_pence,
        sum(claimed_pence) as claimed_pence,
        sum(one_off_cost_pence) as one_off_cost_pence,
        sum(ongoing_cost_pence) as ongoing_cost_pence
    from {{ ref('int_savings_bodies') }}
    group by financial_year, initiative_id

),

sums as (

    select
        i.financial_year,
        i.programme,
        i.saving_class,
        i.assurance,
        count(*) as initiatives,
        sum(f.plan_pence)::bigint as plan_pence,
        sum(f.forecast_pence)::bigint as forecast_pence,
        sum(f.claimed_pence)::bigint as claimed_in_year_pence,
        sum(f.one_off_cost_pence)::bigint as one_off_cost_pence,
        sum(f.ongoing_cost_pence)::bigint as ongoing_cost_pence,
        sum(i.counted_in_year_pence)::bigint as counted_in_year_pence,
        sum(i.evidenced_once_pence)::bigint as evidenced_pence
    from {{ ref('fct_savings_initiative') }} as i
    inner join figures as f
        on i.financial_year = f.financial_year and i.initiative_id = f.initiative_id
    group by i.financial_year, i.programme, i.saving_class, i.assurance

),

final as (

    select
        sums.*,
        {{ presence('p') }}
    from sums
    left join {{ ref('int_feed_completeness') }} as p
        on sums.financial_year = p.financial_year and p.feed = 'savings'

)

select * from final
