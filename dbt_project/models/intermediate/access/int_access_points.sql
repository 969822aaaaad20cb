-- One row per body, financial year and access point: of a point told twice the first telling, with
-- its place on the national grid in metres and its service codes as a sorted list.
with ordered as (

    select
        a.*,
        p.in_place,
        count(*) over telling as times_told,
        row_number() over (
            telling order by s.seq, coalesce(a.sheet, ''), a.source_row
        ) as turn,
        regexp_replace(upper(a.postcode), '[^A-Z0-9]', '', 'g') as postcode_key
    from {{ ref('stg_access_points_lines') }} as a
    inner join {{ ref('stg_submissions') }} as s on a.submission_id = s.submission_id
    inner join {{ ref('stg_contract_partners') }} as p on a.partner_id = p.partner_id
    window telling as (partition by a.financial_year, a.partner_id, a.point_id)

),

parts as (

    select
        financial_year,
        partner_id,
        point_id,
        trim(unnest(string_split(replace(lgsl_codes, ',', ';'), ';'))) as part
    from ordered
    where turn = 1

),

services as (

    select
        financial_year,
        partner_id,
        point_id,
        list(distinct try_cast(part as bigint) order by try_cast(part as bigint)) as codes
    from parts
    where try_cast(part as bigint) is not null
    group by financial_year, partner_id, point_id

),

final as (

    select
        ordered.financial_year,
        ordered.partner_id,
        ordered.in_place,
        ordered.point_id,
        ordered.partner_id || '/' || ordered.point_id as point_key,
        ordered.name,
        ordered.point_type,
        ordered.postcode,
        places.district,
        case
            when ordered.easting is not null and ordered.northing is not null then 'given'
            when places.postcode is not null then 'postcode'
            else 'none'
        end as coordinate_source,
        case coordinate_source when 'given' then ordered.easting else places.easting end as easting,
        case coordinate_source when 'given' then ordered.northing else places.northing end
            as northing,
        services.codes,
        ordered.hours_a_week,
        ordered.running_cost_pence,
        ordered.lease_break,
        ordered.lease_end,
        ordered.times_told
    from ordered
    left join services
        on
            ordered.financial_year = services.financial_year
            and ordered.partner_id = services.partner_id
            and ordered.point_id = services.point_id
    left join {{ ref('stg_postcodes') }} as places
        on ordered.postcode_key = places.postcode
    where ordered.turn = 1

)

select * from final
