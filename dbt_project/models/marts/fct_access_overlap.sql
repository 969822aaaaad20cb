-- One row per financial year and pair of access points of two bodies of the place that could be
-- one, ranked by what running only one of them would avoid. Pairs of one cluster share points, so
-- their avoidable costs do not add up; the cluster's own does not count any point twice.
with final as (

    select
        pairs.financial_year,
        pairs.overlap_kind,
        pairs.partner_a,
        pairs.point_a,
        pairs.name_a,
        pairs.partner_b,
        pairs.point_b,
        pairs.name_b,
        pairs.distance_metres,
        case when pairs.are_services_told then len(pairs.shared) end as shared_services,
        case when len(pairs.shared) > 0 then array_to_string(pairs.shared, '; ') end
            as shared_lgsl,
        case when pairs.are_services_told then pairs.offered - len(pairs.shared) end
            as joinable_services,
        clusters.cluster_id,
        clusters.cluster_points,
        case when pairs.are_costs_told then pairs.spare.partner_id end as avoidable_partner_id,
        case when pairs.are_costs_told then pairs.spare.point_id end as avoidable_point_id,
        case when pairs.are_costs_told then pairs.spare.running_cost_pence end
            as avoidable_cost_pence,
        case when pairs.are_costs_told then pairs.spare.lease_break end as avoidable_lease_break,
        case when pairs.are_costs_told then pairs.spare.lease_end end as avoidable_lease_end,
        clusters.cluster_avoidable_cost_pence,
        row_number() over (
            partition by pairs.financial_year
            order by
                avoidable_cost_pence desc nulls last, shared_services desc nulls last,
                pairs.distance_metres asc nulls last,
                pairs.partner_a asc, pairs.point_a asc, pairs.partner_b asc, pairs.point_b asc
        ) as rank_in_year,
        pairs.walking_metres,
        {{ presence('presence') }}
    from {{ ref('int_access_pairs') }} as pairs
    inner join {{ ref('int_access_clusters') }} as clusters
        on
            pairs.financial_year = clusters.financial_year
            and pairs.overlap_kind = clusters.overlap_kind
            and pairs.key_a = clusters.point_key
    left join {{ ref('int_feed_completeness') }} as presence
        on pairs.financial_year = presence.financial_year and presence.feed = 'access_points'

)

select * from final
