-- One row per financial year and pair of access points of two bodies of the place that could be
-- one: places within walking distance of each other, two contact centres, or two websites.
with points as (

    select
        *,
        case
            when point_type in ('contact_centre', 'website') then point_type
            when point_type in ('service_point', 'reception', 'kiosk')
                then 'within_walking_distance'
        end as overlap_kind
    from {{ ref('int_access_points') }}
    where in_place

),

distances as (

    select
        a.financial_year,
        a.overlap_kind,
        a.point_key as key_a,
        b.point_key as key_b,
        settings.walking_metres,
        -- Cut off just beyond the walk, so that no coordinate is too large to be squared.
        least(abs(a.easting::hugeint - b.easting), settings.walking_metres + 1) as metres_east,
        least(abs(a.northing::hugeint - b.northing), settings.walking_metres + 1) as metres_north
    from points as a
    inner join points as b
        on
            a.financial_year = b.financial_year
            and a.overlap_kind = b.overlap_kind
            and a.partner_id < b.partner_id
    cross join {{ ref('stg_contract_access_settings') }} as settings

),

squared as (

    select
        *,
        metres_east * metres_east + metres_north * metres_north as square_metres
    from distances

)

select
    financial_year,
    overlap_kind,
    key_a,
    key_b,
    case
        when overlap_kind = 'within_walking_distance' then round(sqrt(square_metres))
    end::bigint as distance_metres,
    walking_metres
from squared
where
    overlap_kind <> 'within_walking_distance'
    or square_metres <= walking_metres * walking_metres
