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
        i.lead_body_id,
        i.saving_class,
        i.delivery_status,
        i.assurance,
        i.sustained,
        i.has_baseline,
        claims.milestone,
        claims.milestone_due,
        claims.milestone_done,
        coalesce(
            claims.milestone_due <= {{ year_end('i.financial_year') }}
            and coalesce(claims.milestone_done > {{ year_end('i.financial_year') }}, true),
            false
        ) as overdue_milestone,
        i.exclusion_reason,
        i.one_off_total_pence,
        i.recurring_pence,
        case
            when i.one_off_total_pence > 0
                then {{ divide_round('i.recurring_pence::hugeint * 100', 'i.one_off_total_pence') }}
        end as benefit_per_pound_pence,
        i.partners_expected,
        i.partners_present,
        i.unexplained_findings
    from initiatives as i
    inner join {{ ref('int_savings_claims') }} as claims
        on i.initiative_id = claims.initiative_id and i.financial_year = claims.financial_year

)

select * from final
