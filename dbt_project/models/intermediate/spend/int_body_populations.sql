-- One row per financial year and body of the place: the residents of its area inside the place, by
-- the count of the nearest year; a count as the place file has it comes before another of the same
-- year.
with counts as (

    select
        area,
        key_year::bigint as year_no,
        area_count as population,
        1 as counted_by
    from {{ ref('stg_contract_apportionment_keys') }}
    where driver = 'resident population'
    union all
    select
        area,
        year as year_no,
        population,
        2 as counted_by
    from {{ ref('population') }}

),

places as (

    select
        body_id,
        coalesce(gss_code, 'none') as area
    from {{ ref('stg_contract_bodies') }}
    where in_group

),

areas as (

    select
        bodies.body_id,
        areas.area
    from {{ ref('stg_contract_bodies') }} as bodies
    inner join {{ ref('health_area') }} as areas on bodies.ods_code = areas.ods_code
    where bodies.in_group and bodies.gss_code is null
    union
    select
        body_id,
        gss_code as area
    from {{ ref('stg_contract_bodies') }}
    where in_group and gss_code is not null

),

years as (

    select distinct financial_year from {{ ref('int_partner_completeness') }}

),

nearest as (

    select
        years.financial_year,
        areas.body_id,
        areas.area,
        counts.year_no,
        counts.population
    from years
    cross join areas
    inner join counts on areas.area = counts.area
    where areas.area in (select places.area from places)
    qualify
        row_number() over (
            partition by years.financial_year, areas.body_id, areas.area
            order by
                abs(counts.year_no - left(years.financial_year, 4)::bigint),
                counts.year_no,
                counts.counted_by
        ) = 1

)

select
    financial_year,
    body_id,
    sum(population)::bigint as population,
    min(year_no) as population_year
from nearest
group by financial_year, body_id
