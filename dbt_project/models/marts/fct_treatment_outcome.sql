-- One row per financial year, body that reports, partnership or body alone, area, tier, substance
-- and measure: people in treatment. Small counts are never shown, others are rounded; what the
-- body itself suppressed says so, with the counts its mark stands for. Counts of two
-- bodies, substances or tiers do not add up, as a person may be in several: `row_kind` says which
-- row is the place's own figure, in which everybody is counted once.
with cells as (

    select
        c.*,
        case
            when c.tier is not null and c.substance <> 'all' then 'tier_and_substance'
            when c.substance <> 'all' then 'substance'
            when c.tier is not null then 'tier'
            else 'all'
        end as part
    from {{ ref('int_treatment_protected') }} as c

)

select
    cells.financial_year,
    case
        when cells.is_partnership and cells.area_key = {{ fold('s.place_name') }} then 'place_'
        when cells.is_partnership then 'area_'
        else 'body_'
    end || case cells.part when 'all' then 'total' else 'by_' || cells.part end as row_kind,
    cells.partner_id as reported_by_body_id,
    case when cells.in_place then 'in_scope' else 'outside_place' end as scope,
    cells.is_partnership,
    coalesce(cells.area, 'whole_area') as residence_area,
    coalesce('tier_' || replace(cells.tier, '-', '_'), 'all_tiers') as treatment_tier,
    coalesce(cells.substance, 'not_reported') as substance,
    cells.measure as treatment_measure,
    cells.state,
    -- Whether a count is itself small or would give a small one away is not told apart: told, it
    -- would narrow the small one.
    case cells.state
        when 'suppressed' then 'small_or_reveals_small'
        when 'suppressed_at_source' then 'suppressed_by_body'
    end as suppression_reason,
    cells.clients,
    cells.suppress_from,
    cells.suppress_to,
    cells.round_to,
    cells.at_source_from,
    cells.at_source_to,
    {{ presence('presence') }},
    {{ own_presence('cells.partner_id', 'cells.financial_year', 'treatment') }}
from cells
cross join {{ ref('stg_contract_count_settings') }} as s
left join {{ ref('int_feed_completeness') }} as presence
    on cells.financial_year = presence.financial_year and presence.feed = 'treatment'
