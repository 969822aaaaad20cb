-- One row per financial year and measure that a body of the place reports: the count of the place's
-- people, each counted once, as the partnership reports it and as far as it may be shown. Figures
-- of bodies, areas, tiers or substances are never added up instead.
with cells as (

    select
        c.*,
        c.state in {{ counted() }} as is_known,
        c.is_partnership
        and c.substance = 'all'
        and c.state in {{ counted() }}
        and c.area_key = {{ fold('s.place_name') }} as is_of_the_place
    from {{ ref('int_treatment_protected') }} as c
    cross join {{ ref('stg_contract_count_settings') }} as s
    where c.in_place

),

-- The figure of all tiers, where it is reported; else that of the one tier that is.
chosen as (

    select * from cells
    where is_of_the_place
    qualify tier is null or not bool_or(tier is null) over (partition by financial_year, measure)

),

places as (

    select
        financial_year,
        measure,
        case
            when count(distinct coalesce(tier, '')) > 1 then 'not_additive'
            -- Hidden by one body, it is hidden in every report of it, by whoever hid it.
            when bool_and(state in {{ hidden() }}) then max(state)
            when count(distinct concat_ws(' ', state, clients)) > 1 then 'contradictory'
            else any_value(state)
        end as state,
        any_value(tier) as tier,
        any_value(clients) as clients
    from chosen
    group by financial_year, measure

),

measures as (

    select
        financial_year,
        measure,
        bool_or(is_known or state = 'contradictory') as is_reported
    from cells
    group by financial_year, measure

),

final as (

    select
        measures.financial_year,
        measures.measure,
        case
            when places.state is not null then places.state
            when measures.is_reported then 'not_additive'
            else 'not_reported'
        end as state,
        case when places.state in {{ counted() }} then places.tier end as tier,
        case when places.state in ('shown', 'zero') then places.clients end as clients
    from measures
    left join places
        on
            measures.financial_year = places.financial_year
            and measures.measure = places.measure

)

select * from final
