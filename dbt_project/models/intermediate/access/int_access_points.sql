-- One row per body, financial year and access point, as first reported where it is reported more
-- than once: its place on the national grid in metres, and its service codes as a sorted list.
with reports as (

    select
        a.*,
        p.in_place,
        count(*) over (
            partition by a.financial_year, a.partner_id, a.point_id
        ) as times_reported,
        regexp_replace(upper(a.postcode), '[^A-Z0-9]', '', 'g') as postcode_key
    from {{ ref('stg_access_points_lines') }} as a
    inner join {{ ref('stg_submissions') }} as s on a.submission_id = s.submission_id
    inner join {{ ref('stg_contract_partners') }} as p on a.partner_id = p.partner_id
    qualify row_number() over (
        partition by a.financial_year, a.partner_id, a.point_id
        order by s.seq, coalesce(a.sheet, ''), a.source_row
    ) = 1

),

parts as (

    select
        financial_year,
        partner_id,
        point_id,
        unnest(string_split(replace(lgsl_codes, ',', ';'), ';')) as part
    from reports

),

codes as (

    select distinct
        financial_year,
        partner_id,
        point_id,
        try_cast(trim(part) as bigint) as code
    from parts

),

services as (

    select
        financial_year,
        partner_id,
        point_id,
        list(code order by code) as codes
    from codes
    where code is not null
    group by financial_year, partner_id, point_id

),

located as (

    select
        reports.*,
        places.district,
        case
            when reports.easting is not null and reports.northing is not null then 'given'
            when places.postcode is not null then 'postcode'
            else 'none'
        end as coordinate_source,
        places.easting as postcode_easting,
        places.northing as postcode_northing
    from reports
    left join {{ ref('stg_postcodes') }} as places on reports.postcode_key = places.postcode

),

final as (

    select
        p.financial_year,
        p.partner_id,
        p.in_place,
        p.point_id,
        p.partner_id || '/' || p.point_id as point_key,
        p.submission_id,
        p.sheet,
        p.source_row,
        p.name,
        p.point_type,
        p.postcode,
        p.district,
        p.coordinate_source,
        case p.coordinate_source when 'given' then p.easting else p.postcode_easting end
            as easting,
        case p.coordinate_source when 'given' then p.northing else p.postcode_northing end
            as northing,
        services.codes,
        p.hours_a_week,
        p.running_cost_pence,
        p.lease_break,
        p.lease_end,
        p.times_reported
    from located as p
    left join services
        on
            p.financial_year = services.financial_year
            and p.partner_id = services.partner_id
            and p.point_id = services.point_id

)

select * from final
