-- One row per initiative, financial year and body of the place whose claim there is a second one
-- of the same ledger lines: two initiatives still in the count, with scopes of which one is, or
-- holds, the other. The one whose baseline was frozen first stands, then the one that began first.
with claims as (

    select
        scopes.*,
        coalesce(facts.baseline_date, date '9999-12-31') as frozen,
        coalesce(facts.start_date, date '9999-12-31') as begun
    from {{ ref('int_savings_scopes') }} as scopes
    inner join {{ ref('int_savings_years') }} as years
        on
            scopes.financial_year = years.financial_year
            and scopes.initiative_id = years.initiative_id
    inner join {{ ref('int_savings_facts') }} as facts
        on
            scopes.financial_year = facts.financial_year
            and scopes.initiative_id = facts.initiative_id
    inner join {{ ref('int_savings_bodies') }} as bodies
        on
            scopes.financial_year = bodies.financial_year
            and scopes.initiative_id = bodies.initiative_id
            and scopes.partner_id = bodies.partner_id
    where bodies.actual_pence > 0 and years.leaves_at is null

)

select
    later.financial_year,
    later.initiative_id,
    later.partner_id,
    arg_min(
        earlier.initiative_id, (earlier.frozen, earlier.begun, earlier.initiative_id)
    ) as duplicate_of
from claims as later
inner join claims as earlier
    on
        later.financial_year = earlier.financial_year
        and later.partner_id = earlier.partner_id
        and (
            {{ holds_scope('earlier', 'later') }}
            or {{ holds_scope('later', 'earlier') }}
        )
where
    (earlier.frozen, earlier.begun, earlier.initiative_id)
    < (later.frozen, later.begun, later.initiative_id)
group by later.financial_year, later.initiative_id, later.partner_id
