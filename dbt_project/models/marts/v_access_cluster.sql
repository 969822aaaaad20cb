-- One row per financial year, kind of overlap and cluster of access points that could be one, in
-- pounds, the largest avoidable cost of the year first.
select
    c.financial_year,
    c.overlap_kind,
    c.cluster_id,
    c.body_ids,
    c.point_names,
    c.cluster_points,
    {{ pounds('c.avoidable_cost_a_year_pence') }} as avoidable_cost_a_year_pounds,
    row_number() over (
        partition by c.financial_year
        order by c.avoidable_cost_a_year_pence desc nulls last, c.overlap_kind asc, c.cluster_id asc
    ) as rank_in_year,
    {{ passed_on('c') }}
from {{ ref('fct_access_cluster') }} as c
