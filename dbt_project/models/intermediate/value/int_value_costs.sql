-- One row per financial year, service group, budget or outturn, and body: its net expenditure and
-- the residents of its area, by the key of the nearest year. A body's own report comes before any
-- other's; amounts in different price bases are not added.
with sums as (

    select
        financial_year,
        service_key,
        measure,
        body_id,
        source_body_id,
        min(service_group) as service_group,
        count(distinct coalesce(price_basis, '')) > 1 as is_mixed,
        any_value(price_basis) as any_price_basis,
        sum(net_pence)::bigint as net_pence
    from {{ ref('int_value_budget_lines') }}
    group by financial_year, service_key, measure, body_id, source_body_id

),

people as (

    select
        years.financial_year,
        o.body_id,
        k.key_id as population_key,
        k.vintage as population_vintage,
        k.area_count as population
    from (select distinct financial_year from sums) as years
    cross join {{ ref('stg_contract_bodies') }} as o
    inner join {{ ref('stg_contract_apportionment_keys') }} as k
        on o.gss_code = k.area and k.driver = 'resident population'
    qualify
        row_number() over (
            partition by years.financial_year, o.body_id
            order by
                abs(k.key_year::bigint - left(years.financial_year, 4)::bigint),
                k.key_year,
                k.key_id
        ) = 1

),

joined as (

    select
        sums.* exclude (is_mixed, any_price_basis),
        case when not sums.is_mixed then sums.any_price_basis end as price_basis,
        people.population_key,
        people.population_vintage,
        people.population,
        case
            when sums.is_mixed then 'mixed_price_basis'
            when years.is_incomplete then 'budget_incomplete'
            when coalesce(people.population, 0) = 0 then 'no_population'
        end as cost_unavailable_reason
    from sums
    left join people
        on sums.financial_year = people.financial_year and sums.body_id = people.body_id
    left join {{ ref('int_access_feed_years') }} as years
        on
            sums.source_body_id = years.partner_id
            and sums.financial_year = years.financial_year
            and years.feed = 'budgets'

),

final as (

    select
        financial_year,
        service_key,
        measure,
        body_id,
        source_body_id,
        service_group,
        price_basis,
        net_pence,
        population_key,
        population_vintage,
        population,
        cost_unavailable_reason,
        case
            when cost_unavailable_reason is null
                then {{ divide_round('net_pence', 'population') }}
        end as net_per_head_pence
    from joined

)

select * from final
