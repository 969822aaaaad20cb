-- One row per initiative and financial year: how its claim becomes what counts. `left_pence` is
-- what costs leave of it, `duplicate_pence` the part that another initiative claims already.
with duplicates as (

    select
        d.financial_year,
        d.initiative_id,
        min(d.duplicate_of) as duplicate_of,
        count(*) as bodies,
        sum(coalesce(b.actual_pence, 0) - coalesce(b.ongoing_cost_pence, 0))::bigint
            as standing_pence,
        sum(coalesce(b.one_off_cost_pence, 0))::bigint as one_off_cost_pence
    from {{ ref('int_savings_duplicates') }} as d
    inner join {{ ref('int_savings_bodies') }} as b
        on
            d.financial_year = b.financial_year
            and d.initiative_id = b.initiative_id
            and d.partner_id = b.partner_id
    group by d.financial_year, d.initiative_id

),

bodies as (

    select
        financial_year,
        initiative_id,
        count(*) as bodies
    from {{ ref('int_savings_bodies') }}
    group by all

),

steps as (

    select
        years.financial_year,
        years.initiative_id,
        years.leaves_at,
        years.claimed_pence,
        years.in_year_net_pence,
        facts.has_baseline,
        facts.shares_add_up,
        d.duplicate_of,
        coalesce(d.bodies = bodies.bodies, false) as all_duplicate,
        years.in_year_net_pence - years.one_off_cost_pence as left_pence,
        coalesce(d.standing_pence, 0) as duplicate_standing_pence,
        coalesce(d.standing_pence - d.one_off_cost_pence, 0) as duplicate_pence
    from {{ ref('int_savings_years') }} as years
    inner join {{ ref('int_savings_facts') }} as facts
        on
            years.financial_year = facts.financial_year
            and years.initiative_id = facts.initiative_id
    inner join bodies
        on
            years.financial_year = bodies.financial_year
            and years.initiative_id = bodies.initiative_id
    left join duplicates as d
        on
            years.financial_year = d.financial_year
            and years.initiative_id = d.initiative_id

),

final as (

    select
        *,
        case
            when leaves_at is not null then leaves_at
            when all_duplicate then 'duplicate'
            when not has_baseline then 'no_baseline'
            when not shares_add_up then 'shares_do_not_add_up'
        end as excluded_because
    from steps

)

select
    financial_year,
    initiative_id,
    leaves_at,
    excluded_because,
    duplicate_of,
    claimed_pence,
    left_pence,
    duplicate_pence,
    case when excluded_because is null then left_pence - duplicate_pence else 0 end::bigint
        as counted_pence,
    case
        when excluded_because is null then in_year_net_pence - duplicate_standing_pence
        else 0
    end::bigint as standing_pence
from final
