-- One row per financial year and pair of access points of two bodies of the place that could be
-- one: places within walking distance of each other, two contact centres, or two websites.
with points as (

    select * from {{ ref('int_access_points') }}
    where in_place

),

pairs as (

    select
        a.financial_year,
        case
            when a.point_type = 'contact_centre' then 'contact_centre'
            when a.point_type = 'website' then 'website'
            else 'within_walking_distance'
        end as overlap_kind,
        a as one,
        b as other,
        -- Cut off just beyond the walk, so that no coordinate is too large to be squared.
        least(abs(a.easting::hugeint - b.easting), settings.walking_metres + 1) as metres_east,
        least(abs(a.northing::hugeint - b.northing), settings.walking_metres + 1)
            as metres_north,
        metres_east * metres_east + metres_north * metres_north as square_metres,
        settings.walking_metres
    from points as a
    inner join points as b
        on a.financial_year = b.financial_year and a.partner_id < b.partner_id
    cross join {{ ref('stg_contract_access_settings') }} as settings
    where
        (a.point_type in ('contact_centre', 'website') and a.point_type = b.point_type)
        or (
            a.point_type in ('service_point', 'reception', 'kiosk')
            and b.point_type in ('service_point', 'reception', 'kiosk')
            and square_metres <= settings.walking_metres * settings.walking_metres
        )

),

final as (

    select
        financial_year,
        overlap_kind,
        one.partner_id as partner_a,
        one.point_id as point_a,
        one.point_key as key_a,
        one.name as name_a,
        other.partner_id as partner_b,
        other.point_id as point_b,
        other.point_key as key_b,
        other.name as name_b,
        list_sort(list_intersect(one.codes, other.codes)) as shared,
        len(list_distinct(list_concat(one.codes, other.codes))) as offered,
        one.codes is not null and other.codes is not null as are_services_told,
        one.running_cost_pence is not null and other.running_cost_pence is not null
            as are_costs_told,
        case when other.running_cost_pence < one.running_cost_pence then other else one end
            as spare,
        case
            when overlap_kind = 'within_walking_distance' then round(sqrt(square_metres))
        end::bigint as distance_metres,
        walking_metres
    from pairs

)

select * from final
