-- One row per financial year, initiative and body of the place that claims it, still in the count:
-- in which order claims of the same money keep it: what the ledgers show most of, then the baseline
-- frozen first, then the earlier start.
select
    bodies.financial_year,
    bodies.initiative_id,
    bodies.partner_id,
    dense_rank() over (
        partition by bodies.financial_year
        order by
            coalesce(evidence.evidenced_pence, 0) desc,
            coalesce(years.baseline_date, date '9999-12-31'),
            coalesce(years.start_date, date '9999-12-31'),
            bodies.initiative_id
    ) as precedence
from {{ ref('int_savings_bodies') }} as bodies
inner join {{ ref('int_savings_years') }} as years
    on
        bodies.financial_year = years.financial_year
        and bodies.initiative_id = years.initiative_id
left join {{ ref('int_savings_evidence') }} as evidence
    on
        bodies.financial_year = evidence.financial_year
        and bodies.initiative_id = evidence.initiative_id
where bodies.claimed_pence > 0 and years.excluded_at_step is null
