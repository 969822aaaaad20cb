-- One row per initiative, as of the last financial year in which a body of the place reports it:
-- what it claims now and to date, how far it is, what is overdue, and what it brings a year for
-- each pound spent on it once.
with initiatives as (

    select
        years.*,
        sum(years.claimed_in_year_pence) over all_years::bigint as claimed_to_date_pence,
        sum(years.counted_in_year_pence) over all_years::bigint as counted_to_date_pence,
        sum(years.one_off_cost_pence) over all_years::bigint as one_off_cost_to_date_pence
    from {{ ref('fct_savings_initiative') }} as years
    window all_years as (partition by years.initiative_id)
    qualify row_number() over (
        partition by years.initiative_id order by years.financial_year desc
    ) = 1

),

final as (

    select
        i.initiative_id,
        i.initiative,
        i.financial_year as latest_year,
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
        i.claimed_in_year_pence as claimed_in_latest_year_pence,
        i.counted_in_year_pence as counted_in_latest_year_pence,
        i.recurring_a_year_pence,
        i.claimed_to_date_pence,
        i.counted_to_date_pence,
        i.one_off_cost_to_date_pence,
        case
            when i.one_off_cost_to_date_pence > 0
                then {{ divide_round(
                    'i.recurring_a_year_pence::hugeint * 100', 'i.one_off_cost_to_date_pence'
                ) }}
        end as benefit_per_pound_pence,
        i.partners_expected,
        i.partners_present,
        i.place_periods_expected,
        i.place_periods_present,
        i.body_periods_expected,
        i.body_periods_present,
        i.unexplained_findings
    from initiatives as i
    inner join {{ ref('int_savings_claims') }} as claims
        on i.initiative_id = claims.initiative_id and i.financial_year = claims.financial_year

)

select * from final
