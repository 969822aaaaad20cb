-- One row per financial year, kind of overlap and cluster of access points that could be one: what
-- keeping only its dearest point would avoid in a year. No point is in two clusters of a kind.
with clusters as (

    select distinct
        financial_year,
        overlap_kind,
        cluster_id,
        cluster_points,
        cluster_avoidable_cost_pence
    from {{ ref('int_access_clusters') }}

),

members as (

    select
        c.financial_year,
        c.overlap_kind,
        c.cluster_id,
        string_agg(distinct p.partner_id, '; ' order by p.partner_id) as body_ids,
        string_agg(p.name, '; ' order by p.point_key) as point_names
    from {{ ref('int_access_clusters') }} as c
    inner join {{ ref('int_access_points') }} as p
        on c.financial_year = p.financial_year and c.point_key = p.point_key
    group by c.financial_year, c.overlap_kind, c.cluster_id

)

select
    clusters.financial_year,
    clusters.overlap_kind,
    clusters.cluster_id,
    members.body_ids,
    members.point_names,
    clusters.cluster_points,
    'running_cost' as cost_basis,
    clusters.cluster_avoidable_cost_pence as avoidable_cost_a_year_pence,
    {{ presence('presence') }}
from clusters
inner join members
    on
        clusters.financial_year = members.financial_year
        and clusters.overlap_kind = members.overlap_kind
        and clusters.cluster_id = members.cluster_id
left join {{ ref('int_feed_completeness') }} as presence
    on clusters.financial_year = presence.financial_year and presence.feed = 'access_points'
