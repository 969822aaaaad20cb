-- One row per initiative and financial year with a duplicate claim (see int_savings_duplicated):
-- what of it the bodies whose claims are duplicates report.
with final as (

    select
        bodies.financial_year,
        bodies.initiative_id,
        min(d.duplicate_of) as duplicate_of,
        count(*) = count(d.duplicate_of) as all_duplicate,
        sum(coalesce(bodies.claimed_pence, 0)) filter (d.duplicate_of is not null)::bigint
            as claimed_pence,
        sum(
            coalesce(bodies.claimed_pence, 0) - coalesce(bodies.ongoing_cost_pence, 0)
        ) filter (d.duplicate_of is not null)::bigint as recurring_pence,
        sum(
            coalesce(bodies.claimed_pence, 0)
            - coalesce(bodies.ongoing_cost_pence, 0)
            - coalesce(bodies.one_off_cost_pence, 0)
        ) filter (d.duplicate_of is not null)::bigint as after_one_off_pence
    from {{ ref('int_savings_bodies') }} as bodies
    left join {{ ref('int_savings_duplicated') }} as d
        on
            bodies.financial_year = d.financial_year
            and bodies.initiative_id = d.initiative_id
            and bodies.partner_id = d.partner_id
    group by bodies.financial_year, bodies.initiative_id
    having count(d.duplicate_of) > 0

)

select * from final
