-- One row per financial year, kind of overlap and access point with an overlap: the cluster it
-- belongs to, which is all points that hang together by pairs, named after the first of them.
with recursive edges as (

    select
        financial_year,
        overlap_kind,
        key_a as from_key,
        key_b as to_key
    from {{ ref('int_access_pairs') }}
    union
    select
        financial_year,
        overlap_kind,
        key_b as from_key,
        key_a as to_key
    from {{ ref('int_access_pairs') }}

),

reached as (

    select
        financial_year,
        overlap_kind,
        from_key as point_key,
        from_key as other_key
    from edges
    union
    select
        reached.financial_year,
        reached.overlap_kind,
        reached.point_key,
        edges.to_key as other_key
    from reached
    inner join edges
        on
            reached.financial_year = edges.financial_year
            and reached.overlap_kind = edges.overlap_kind
            and reached.other_key = edges.from_key

),

named as (

    select
        financial_year,
        overlap_kind,
        point_key,
        min(other_key) as cluster_id
    from reached
    group by financial_year, overlap_kind, point_key

),

final as (

    select
        named.financial_year,
        named.overlap_kind,
        named.point_key,
        named.cluster_id,
        count(*) over cluster as cluster_points,
        -- One point of the cluster stays: the dearest, so that no more is promised than can be had.
        case
            when count(*) over cluster = count(points.running_cost_pence) over cluster
                then
                    sum(points.running_cost_pence) over cluster
                    - max(points.running_cost_pence) over cluster
        end::bigint as cluster_avoidable_cost_pence
    from named
    inner join {{ ref('int_access_points') }} as points
        on named.financial_year = points.financial_year and named.point_key = points.point_key
    window
        cluster as (
            partition by named.financial_year, named.overlap_kind, named.cluster_id
        )

)

select * from final
