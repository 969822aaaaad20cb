-- One row per financial year, body that reports, partnership or body alone, area, tier, substance
-- and measure: people in treatment. Small counts are never shown, others are rounded; what the
-- body itself suppressed says so, with the counts its mark stands for. Counts of two
-- bodies, substances or tiers do not add up: a person may be in several.
select
    cells.financial_year,
    cells.partner_id as reported_by_id,
    case when cells.in_place then 'in_scope' else 'outside_place' end as scope,
    cells.is_partnership,
    cells.area as residence_area,
    cells.tier as treatment_tier,
    cells.substance,
    cells.measure as treatment_measure,
    cells.state,
    cells.clients,
    cells.suppress_from,
    cells.suppress_to,
    cells.round_to,
    cells.at_source_from,
    cells.at_source_to,
    {{ presence('presence') }}
from {{ ref('int_treatment_protected') }} as cells
left join {{ ref('int_feed_completeness') }} as presence
    on cells.financial_year = presence.financial_year and presence.feed = 'treatment'
