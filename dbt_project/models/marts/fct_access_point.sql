-- One row per financial year, body and access point: a place, line or site where the public reaches
-- services, where it is, what it offers and what it costs to run.
select
    points.financial_year,
    points.partner_id as body_id,
    case when points.in_place then 'in_scope' else 'outside_place' end as scope,
    points.point_id,
    points.name,
    points.point_type,
    points.postcode,
    points.district,
    points.easting,
    points.northing,
    points.coordinate_source,
    array_to_string(points.codes, '; ') as lgsl_codes,
    array_length(points.codes) as services_reported,
    points.hours_a_week,
    'running_cost' as cost_basis,
    points.running_cost_pence,
    points.lease_break,
    points.lease_end,
    points.times_reported,
    {{ presence('presence') }},
    {{ own_presence('points.partner_id', 'points.financial_year', 'access_points') }}
from {{ ref('int_access_points') }} as points
left join {{ ref('int_feed_completeness') }} as presence
    on points.financial_year = presence.financial_year and presence.feed = 'access_points'
