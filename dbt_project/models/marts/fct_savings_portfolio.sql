-- One row per initiative, as of the last financial year in which a body of the place reports it:
-- how far it is, what is overdue, and what it brings a year for each pound spent on it once.
with initiatives as (

    select
        years.*,
        sum(years.one_off_cost_pence) over (partition by years.initiative_id)::bigint
            as one_off_total_pence
    from {{ ref('fct_savings_initiative') }} as years
    qualify row_number() over (
        partition by years.initiative_id order by years.financial_year desc
    ) = 1

),

final as (

    select
        i.initiative_id,
        i.initiative,
        i.financial_year,
        i.programme,
        i.contributes_to_target,
        i.lead_id,
        i.saving_class,
        i.status,
        i.assurance,
        i.sustained,
        i.has_baseline,
        facts.milestone,
        facts.milestone_due,
        facts.milestone_done,
        coalesce(
            facts.milestone_due <= {{ year_end('i.financial_year') }}
            and coalesce(facts.milestone_done > {{ year_end('i.financial_year') }}, true),
            false
        ) as overdue_milestone,
        i.excluded_because,
        i.one_off_total_pence,
        i.standing_pence,
        case
            when i.one_off_total_pence > 0
                then {{ divide_round('i.standing_pence::hugeint * 100', 'i.one_off_total_pence') }}
        end as benefit_per_pound_pence,
        i.partners_expected,
        i.partners_present
    from initiatives as i
    inner join {{ ref('int_savings_facts') }} as facts
        on i.initiative_id = facts.initiative_id and i.financial_year = facts.financial_year

)

select * from final
