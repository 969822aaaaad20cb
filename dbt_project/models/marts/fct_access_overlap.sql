-- One row per financial year and pair of access points of two bodies of the place that could be
-- one, ranked by what running only one of them would avoid. Pairs of one cluster share points, so
-- their avoidable costs do not add up: those of clusters do (fct_access_cluster).
with pairs as (

    select
        pairs.*,
        a.partner_id as body_a_id,
        a.point_id as point_a_id,
        a.name as point_a_name,
        b.partner_id as body_b_id,
        b.point_id as point_b_id,
        b.name as point_b_name,
        list_sort(list_intersect(a.codes, b.codes)) as shared,
        array_length(a.codes) + array_length(b.codes) as codes_of_both,
        a.codes is not null and b.codes is not null as are_services_reported,
        -- The cheaper point of the two, null where a cost is not reported.
        case
            when b.running_cost_pence < a.running_cost_pence then b.point_key
            when a.running_cost_pence <= b.running_cost_pence then a.point_key
        end as avoidable_key
    from {{ ref('int_access_pairs') }} as pairs
    inner join {{ ref('int_access_points') }} as a
        on pairs.financial_year = a.financial_year and pairs.key_a = a.point_key
    inner join {{ ref('int_access_points') }} as b
        on pairs.financial_year = b.financial_year and pairs.key_b = b.point_key

),

services as (

    select
        *,
        case when are_services_reported then array_length(shared) end as shared_services,
        case when are_services_reported then codes_of_both - 2 * array_length(shared) end
            as joinable_services
    from pairs

),

final as (

    select
        s.financial_year,
        s.overlap_kind,
        s.body_a_id,
        s.point_a_id,
        s.point_a_name,
        s.body_b_id,
        s.point_b_id,
        s.point_b_name,
        s.distance_metres,
        s.shared_services,
        case when s.shared_services > 0 then array_to_string(s.shared, '; ') end
            as shared_lgsl_codes,
        s.joinable_services,
        clusters.cluster_id,
        avoidable.partner_id as avoidable_body_id,
        avoidable.point_id as avoidable_point_id,
        avoidable.running_cost_pence as pair_avoidable_cost_pence,
        avoidable.lease_break as avoidable_lease_break,
        avoidable.lease_end as avoidable_lease_end,
        row_number() over (
            partition by s.financial_year
            order by
                avoidable.running_cost_pence desc nulls last, s.shared_services desc nulls last,
                s.distance_metres asc nulls last,
                s.body_a_id asc, s.point_a_id asc, s.body_b_id asc, s.point_b_id asc
        ) as rank_in_year,
        s.walking_metres,
        {{ presence('presence') }}
    from services as s
    inner join {{ ref('int_access_clusters') }} as clusters
        on
            s.financial_year = clusters.financial_year
            and s.overlap_kind = clusters.overlap_kind
            and s.key_a = clusters.point_key
    left join {{ ref('int_access_points') }} as avoidable
        on
            s.financial_year = avoidable.financial_year
            and s.avoidable_key = avoidable.point_key
    left join {{ ref('int_feed_completeness') }} as presence
        on s.financial_year = presence.financial_year and presence.feed = 'access_points'

)

select * from final
