-- One row per initiative and financial year in which a body of the place reports it: what it
-- claims, what of that counts towards the place's savings, and why the rest does not.
select
    i.financial_year,
    i.initiative_id,
    i.initiative,
    i.programme,
    years.is_board_programme,
    years.contributes_to_target,
    i.lead_body_id,
    i.reported_by_id as reported_by_body_id,
    i.saving_class,
    i.recurrent,
    i.delivery_status,
    i.data_maturity,
    i.assurance_claimed,
    i.assurance,
    years.sustained,
    years.lapsed_in,
    case
        when i.saving_class = 'cash_releasing' and not i.has_quality then 'possible_cut'
        when i.saving_class = 'cash_releasing' and years.quality_fell then 'quality_fell'
    end as quality_flag,
    coalesce(i.price_base, 'cash') as price_base,
    i.plan_pence,
    i.forecast_pence,
    i.claimed_pence as claimed_in_year_pence,
    i.ongoing_cost_pence,
    i.one_off_cost_pence,
    i.in_year_net_pence,
    years.after_one_off_pence,
    years.full_year_effect_pence,
    years.held_pence,
    counted.partly_lapsed_pence,
    counted.displaced_pence,
    case
        when i.claimed_pence <> 0
            then greatest(0, least(
                evidence.own_evidence_pence, i.claimed_pence - counted.duplicate_claimed_pence
            ))
    end as evidenced_once_pence,
    counted.counted_pence as counted_in_year_pence,
    counted.recurring_pence as recurring_a_year_pence,
    counted.exclusion_reason,
    counted.duplicate_of,
    i.share_total::decimal(38, 8) as share_total,
    i.shares_add_up,
    i.figures_differ,
    i.has_baseline,
    i.start_date,
    i.baseline_pence,
    i.baseline_date,
    i.baseline_version,
    {{ presence('p') }},
    {{ own_presence('i.reported_by_id', 'i.financial_year', 'savings') }}
from {{ ref('int_savings_claims') }} as i
inner join {{ ref('int_savings_years') }} as years
    on i.financial_year = years.financial_year and i.initiative_id = years.initiative_id
inner join {{ ref('int_savings_counted') }} as counted
    on i.financial_year = counted.financial_year and i.initiative_id = counted.initiative_id
left join {{ ref('int_savings_evidence_once') }} as evidence
    on i.financial_year = evidence.financial_year and i.initiative_id = evidence.initiative_id
left join {{ ref('int_feed_completeness') }} as p
    on i.financial_year = p.financial_year and p.feed = 'savings'
