-- The two access points of every pair belong to one cluster.
select
    pairs.financial_year,
    pairs.key_a,
    pairs.key_b
from {{ ref('int_access_pairs') }} as pairs
left join {{ ref('int_access_clusters') }} as a
    on
        pairs.financial_year = a.financial_year
        and pairs.overlap_kind = a.overlap_kind
        and pairs.key_a = a.point_key
left join {{ ref('int_access_clusters') }} as b
    on
        pairs.financial_year = b.financial_year
        and pairs.overlap_kind = b.overlap_kind
        and pairs.key_b = b.point_key
where a.cluster_id is distinct from b.cluster_id
