-- One row per initiative: whether its gain lasted for two full years after the year it first came.
-- `lapsed` once the body that told of it leaves it out of its whole register, or no gain is left,
-- in one of the two; a register with rows set aside may hold it there: its silence says nothing.
with years as (

    select
        initiative_id,
        left(financial_year, 4)::bigint as starts,
        (sum(coalesce(actual_pence, 0)) - sum(coalesce(ongoing_cost_pence, 0)))::bigint as net_pence
    from {{ ref('int_savings_bodies') }}
    group by all

),

registers as (

    select
        partner_id,
        left(financial_year, 4)::bigint as starts,
        bool_and(rows_set_aside = 0) as is_whole
    from {{ ref('stg_submissions') }}
    where in_force and feed = 'savings' and coverage = 'whole'
    group by all

),

first_years as (

    select
        years.initiative_id,
        years.starts,
        facts.teller_id
    from years
    inner join {{ ref('int_savings_facts') }} as facts
        on
            years.initiative_id = facts.initiative_id
            and years.starts = left(facts.financial_year, 4)::bigint
    where years.net_pence > 0
    qualify row_number() over (partition by years.initiative_id order by years.starts) = 1

),

told as (

    select distinct
        initiative_id,
        partner_id,
        left(financial_year, 4)::bigint as starts
    from {{ ref('stg_savings_lines') }}

),

following as (

    select
        first_years.initiative_id,
        first_years.starts + n.later as starts,
        coalesce(years.net_pence > 0, false) as gains,
        case
            when registers.partner_id is null then false
            when told.partner_id is null then registers.is_whole
            else coalesce(years.net_pence, 0) <= 0
        end as lapses
    from first_years
    cross join (values (1), (2)) as n (later)
    left join years
        on
            first_years.initiative_id = years.initiative_id
            and first_years.starts + n.later = years.starts
    left join registers
        on
            first_years.teller_id = registers.partner_id
            and first_years.starts + n.later = registers.starts
    left join told
        on
            first_years.initiative_id = told.initiative_id
            and first_years.teller_id = told.partner_id
            and first_years.starts + n.later = told.starts

),

final as (

    select
        initiative_id,
        case
            when bool_or(lapses) then 'lapsed'
            when bool_and(gains) then 'confirmed'
            else 'provisional'
        end as sustained,
        min(starts) filter (lapses) as lapsed_starts
    from following
    group by initiative_id

)

select
    initiative_id,
    sustained,
    {{ financial_year('make_date(lapsed_starts, 4, 1)') }} as lapsed_in
from final
