-- One row per financial year, kind of overlap and access point with an overlap: the cluster it
-- belongs to, which is all points connected by pairs, named after the first of them. Each round
-- doubles the length of the chains that are followed, so six follow 64 pairs in a row;
-- `clusters_are_whole` fails if a chain were longer.
{% set rounds = 6 %}
with reached_0 as (

    select
        financial_year,
        overlap_kind,
        key_a as point_key,
        key_b as other_key
    from {{ ref('int_access_pairs') }}
    union
    select
        financial_year,
        overlap_kind,
        key_b as point_key,
        key_a as other_key
    from {{ ref('int_access_pairs') }}
    union
    select
        financial_year,
        overlap_kind,
        key_a as point_key,
        key_a as other_key
    from {{ ref('int_access_pairs') }}
    union
    select
        financial_year,
        overlap_kind,
        key_b as point_key,
        key_b as other_key
    from {{ ref('int_access_pairs') }}

),

{% for round in range(1, rounds + 1) %}
    reached_{{ round }} as (

        select distinct
            near.financial_year,
            near.overlap_kind,
            near.point_key,
            far.other_key
        from reached_{{ round - 1 }} as near
        inner join reached_{{ round - 1 }} as far
            on
                near.financial_year = far.financial_year
                and near.overlap_kind = far.overlap_kind
                and near.other_key = far.point_key

    ),

{% endfor %}
named as (

    select
        financial_year,
        overlap_kind,
        point_key,
        min(other_key) as cluster_id
    from reached_{{ rounds }}
    group by financial_year, overlap_kind, point_key

),

clusters as (

    select
        named.financial_year,
        named.overlap_kind,
        named.cluster_id,
        count(*) as cluster_points,
        -- The dearest point stays, so that no more is promised than can be saved.
        case
            when count(*) = count(points.running_cost_pence)
                then sum(points.running_cost_pence) - max(points.running_cost_pence)
        end::bigint as cluster_avoidable_cost_pence
    from named
    inner join {{ ref('int_access_points') }} as points
        on named.financial_year = points.financial_year and named.point_key = points.point_key
    group by named.financial_year, named.overlap_kind, named.cluster_id

)

select
    named.financial_year,
    named.overlap_kind,
    named.point_key,
    named.cluster_id,
    clusters.cluster_points,
    clusters.cluster_avoidable_cost_pence
from named
inner join clusters
    on
        named.financial_year = clusters.financial_year
        and named.overlap_kind = clusters.overlap_kind
        and named.cluster_id = clusters.cluster_id
